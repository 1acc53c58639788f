// @ts-check
/**
 * The teeth of the model (tests/model): puts faults into a copy of the sources, one at a time, and lets the stories look for each.
 * `node tools/mutants.mjs [a word of the fault's name …]`; MODEL_SEED plays a hunt again. Fails when a fault is not found, and when its
 * place in the sources is not there any more.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { faults } from './lib/faults.mjs';
import { root } from './lib/root.mjs';

/** A fault that so many stories do not find counts as not found. */
const STORIES = 3_000;
/** A hunt longer than that hangs, in ms. */
const PATIENCE = 600_000;

const words = process.argv.slice(2);
const chosen = faults.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const seed = Number(process.env['MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const dir = copyOfSources();
try {
  for (const fault of faults) placed(fault);
  console.log(`MODEL_SEED=${seed}\n`);
  console.log(`${'fault'.padEnd(88)} ${'stories'.padStart(7)} ${'ms'.padStart(7)}`);
  let [missed, most] = [0, 0];
  for (const fault of chosen) {
    const sources = readFileSync(join(dir, fault.file), 'utf8');
    writeFileSync(join(dir, fault.file), placed(fault));
    const { failed, runs, ms } = await hunt(STORIES);
    writeFileSync(join(dir, fault.file), sources);
    if (failed) most = Math.max(most, runs);
    else missed += 1;
    console.log(`${fault.name.padEnd(88)} ${(failed ? String(runs) : `NOT in ${runs}`).padStart(7)} ${String(ms).padStart(7)}`);
  }
  const sound = await hunt(most); // who always cries wolf finds every fault
  if (sound.failed) throw new Error(`the sound sources fail too, after ${sound.runs} stories:\n${sound.message}`);
  console.log(`\n${chosen.length - missed} of ${chosen.length} faults found; the same ${most} stories find nothing in the sound sources`);
  process.exitCode = missed === 0 && chosen.length > 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** What the stories run on, in a place of its own, with our packages leading to the copies. */
function copyOfSources() {
  const copy = mkdtempSync(join(tmpdir(), 'cordboard-mutants-'));
  for (const part of ['libs', 'apps', 'tests/model', 'tools', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  const [ours, here] = ['node_modules/@cordboard', 'node_modules'];
  mkdirSync(join(copy, ours), { recursive: true });
  for (const name of readdirSync(join(root, here))) if (name !== '@cordboard') symlinkSync(join(root, here, name), join(copy, here, name));
  for (const folder of ['libs', 'libs/domain', 'libs/platform', 'apps'])
    for (const { name } of readdirSync(join(copy, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const manifest = readManifest(join(copy, folder, name, 'package.json'));
      if (manifest) symlinkSync(join(copy, folder, name), join(copy, 'node_modules', manifest));
    }
  return copy;
}

/** @param {string} path @returns {string | null} the package's name */
function readManifest(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).name;
  } catch {
    return null;
  }
}

/** The file with the fault in it. @param {import('./lib/faults.mjs').Fault} fault */
function placed({ name, file, from, to }) {
  const sources = readFileSync(join(dir, file), 'utf8');
  const parts = sources.split(from);
  if (parts.length !== 2) throw new Error(`"${name}": its place is ${parts.length - 1} times in ${file}, not once:\n${from}`);
  return parts.join(to);
}

/** @param {number} stories @returns {Promise<{ failed: boolean, runs: number, ms: number, message: string }>} */
async function hunt(stories) {
  const env = { ...process.env, MODEL_SEED: String(seed), MODEL_RUNS: String(stories), LOG_LEVEL: 'silent' };
  const args = ['--import', './tools/register.mjs', 'tests/model/hunt.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir, env, timeout: PATIENCE, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
