// @ts-check
/** `npm run test:contract -- --engine asterisk|simulator`: what every call engine must pass, against one of them. */
import { spawnSync } from 'node:child_process';
import { root } from './lib/root.mjs';

const args = process.argv.slice(2);
const engine = args[args.indexOf('--engine') + 1];
if (!args.includes('--engine') || (engine !== 'asterisk' && engine !== 'simulator')) {
  console.error('Say which engine: npm run test:contract -- --engine asterisk, or simulator.');
  process.exit(2);
}
const { status } = spawnSync(process.execPath, ['tools/test.mjs', `apps/telephony/src/contract/${engine}`], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
