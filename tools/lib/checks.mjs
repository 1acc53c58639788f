// @ts-check
/** What holds of the code before any test runs, for `npm run check` and `npm test`. Node's own modules only. */
import { runInRoot } from './prepare.mjs';

const LOADER = ['--import', './tools/register.mjs'];
const TSC = 'node_modules/typescript7/bin/tsc';

/** @type {readonly { name: string, command: string[] }[]} each a Node program of ours, the slowest first */
const CHECKS = [
  { name: 'rules of style and who may import whom', command: ['tools/lint.mjs'] },
  {
    name: 'rules that need types',
    command: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--tsconfig=tsconfig.json', 'apps', 'libs', 'tools', 'tests', 'bench'],
  },
  { name: 'migrations match the schemas', command: [...LOADER, 'tools/prisma.mts', 'check'] },
  { name: 'types', command: [TSC, '-p', 'tsconfig.json'] },
  { name: 'types of the tools', command: [TSC, '-p', 'tools/tsconfig.json'] },
  { name: 'the graph composes', command: [...LOADER, 'tools/compose.mts', '--check'] },
];

/**
 * Runs them two at a time and says of each how it went.
 * @param {(line: string) => void} say
 * @returns {Promise<number>} how many failed
 */
export async function runChecks(say) {
  const todo = [...CHECKS];
  const { DATABASE_URL: _, ...env } = process.env; // the migrations are checked on a database of their own
  let failed = 0;
  const worker = async () => {
    for (let check = todo.shift(); check; check = todo.shift()) {
      const began = performance.now();
      const { code, output } = await runInRoot(process.execPath, check.command, { env });
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      if (code === 0) say(`ok      ${check.name} (${seconds} s)`);
      else {
        failed += 1;
        say(`failed  ${check.name} (${seconds} s)\n${output.trim()}`);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}
