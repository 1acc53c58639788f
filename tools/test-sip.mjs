// @ts-check
/**
 * `npm run test:sip [-- <jest arguments>]`: programs of others against Cordboard on an Asterisk: SIPp as a carrier, baresip as an agent's
 * telephone, Chromium as an agent's browser. They are fetched from Debian's packages first (some 130 MB), so `npm test` does without.
 */
import { spawnSync } from 'node:child_process';
import { findAsterisk } from './lib/asterisk.mjs';
import { findProgram } from './lib/others.mjs';
import { root } from './lib/root.mjs';

const { version } = await findAsterisk(console.log);
console.log(`the engine is Asterisk ${version}`);
for (const name of /** @type {const} */ (['sipp', 'baresip', 'chromium'])) await findProgram(name, console.log);
const { status } = spawnSync(process.execPath, ['tools/test.mjs', ...process.argv.slice(2), '--projects', 'tests/sip'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
