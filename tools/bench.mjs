// @ts-check
/**
 * Benchmarks, one after another: `npm run bench [-- <name>… --<flag>=<n>…]`. Each prints one JSON line per figure; see bench/lib/figure.mts.
 * With `--write` the figures of those that went well go to docs/benchmarks.md, too.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeFigures } from './lib/benchmarks-page.mjs';
import { prepare, Refusal, whyNotThisNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';

const SUFFIX = '.bench.mts';
const all = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--') && arg !== '--write');
const writes = process.argv.includes('--write');

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
async function run(name) {
  const bench = spawn(process.execPath, ['--import', './tools/register.mjs', `bench/${name}${SUFFIX}`, ...flags], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  /** @type {import('./lib/benchmarks-page.mjs').Figure[]} */
  const figures = [];
  createInterface({ input: bench.stdout }).on('line', (line) => {
    console.log(line);
    if (line.startsWith(`{"bench":"${name}"`)) figures.push(JSON.parse(line));
  });
  const code = await new Promise((resolve) => bench.once('close', (code) => resolve(code ?? 1)));
  if (writes && code === 0) writeFigures(name, aboutOf(name), figures);
  return code;
}

/** What a benchmark says of itself, in its first comment. @param {string} name */
function aboutOf(name) {
  const [, comment = ''] = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(root, 'bench', `${name}${SUFFIX}`), 'utf8')) ?? [];
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, ''))
    .join('\n')
    .trim();
}
