// @ts-check
/**
 * `npm run test:asterisk [-- <jest arguments>]`: of the tests, those that need an Asterisk: the engine's contract and its
 * faults, stories and faults through the gateway with telephones that speak SIP, a storm of whims, `npm start -- --engine asterisk`.
 */
import { spawnSync } from 'node:child_process';
import { findAsterisk } from './lib/asterisk.mjs';
import { root } from './lib/root.mjs';

const { version } = await findAsterisk(console.log);
console.log(`the engine is Asterisk ${version}`);
const WHERE = 'contract/asterisk|tests/asterisk|architecture/(start|docker)';
const { status } = spawnSync(process.execPath, ['tools/test.mjs', '--testPathPatterns', WHERE, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TEST_ASTERISK: 'all' },
});
process.exit(status ?? 1);
