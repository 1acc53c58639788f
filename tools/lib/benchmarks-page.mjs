// @ts-check
/** docs/benchmarks.md, a part for each benchmark, written by `npm run bench -- --write`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** @typedef {{ bench: string, figure: string, value: number, unit: string, against: number | null, ratio: number | null }} Figure one line of a benchmark's output */

const PAGE = join(root, 'docs', 'benchmarks.md');
const HEAD = `# Benchmarks

Written by \`npm run bench -- --write [<name>…]\`: nothing here was typed by hand. A ratio compares with what stands beside it in \`bench/<name>.bench.mts\`,
measured in the same run; absolute values are of the machine that the part names, and of the moment. Where nothing compares, there is no ratio.
`;

/** Puts a benchmark's figures in the place of those that it had before. @param {string} bench @param {string} about what it measures @param {readonly Figure[]} figures */
export function writeFigures(bench, about, figures) {
  const parts = new Map(
    (existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : HEAD)
      .split(/^(?=## )/m)
      .slice(1)
      .map((part) => [/^## (\S+)/.exec(part)?.[1] ?? '', part]),
  );
  parts.set(bench, partOf(bench, about, figures));
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part.trimEnd());
  writeFileSync(PAGE, `${[HEAD.trimEnd(), ...sorted].join('\n\n')}\n`);
}

/** @param {string} bench @param {string} about @param {readonly Figure[]} figures */
function partOf(bench, about, figures) {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  return `## ${bench}
${about}

On ${new Date().toISOString().slice(0, 10)}, ${machine}.

| figure | value | against | ratio |
|---|---:|---:|---:|
${figures.map((one) => `| ${one.figure} | ${shown(one.value)} ${one.unit} | ${one.against === null ? '' : shown(one.against)} | ${one.ratio ?? ''} |`).join('\n')}
`;
}

/** @param {number} n */
const shown = (n) => (Math.abs(n) >= 100 ? Math.round(n).toLocaleString('en') : String(n));
