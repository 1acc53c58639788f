// @ts-check
/** Benchmarks, one after another: `npm run bench [-- <name>… --<flag>=<n>…]`. Each prints one JSON line per figure; see bench/lib/figure.mts. */
import { readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, Refusal, whyNotThisNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';

const SUFFIX = '.bench.mts';
const all = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));

try {
  const tooOld = whyNotThisNode();
  if (tooOld) throw new Refusal(tooOld);
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown) throw new Refusal(`There is no benchmark "${unknown}"; there are ${all.join(', ')}.`);
  await prepare(console.error);
  for (const name of wanted.length > 0 ? wanted : all) if ((await run(name)) !== 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** @param {string} name @returns {Promise<number>} its exit code */
function run(name) {
  const bench = spawn(process.execPath, ['--import', './tools/register.mjs', `bench/${name}${SUFFIX}`, ...flags], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve) => bench.once('exit', (code) => resolve(code ?? 1)));
}
