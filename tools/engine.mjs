// @ts-check
/**
 * An Asterisk of Cordboard's own in the foreground, for a container: `node tools/engine.mjs`. It reads ENGINE_DIR (where it writes; the
 * phones' secrets are in its etc/secrets.json), PASSWORD_FILE (made where it is missing; telephony reads it), BIND, EXTERNAL_ADDRESS
 * (where phones reach this machine), HTTP_PORT, SIP_PORT, RTP_PORTS (`first-last`), TRUNK (`ip:port` of a carrier), AGENTS (ids, by commas) and ANNOUNCEMENTS
 * (their language, `fr` or `en`).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { prepareAsterisk, startAsterisk } from './lib/asterisk.mjs';

const { env } = process;
const passwordFile = env.PASSWORD_FILE ?? '/engine-password/password';
const [ip = '127.0.0.10', port = '5060'] = (env.TRUNK ?? '').split(':').filter(Boolean);
const [first, last] = (env.RTP_PORTS ?? '10000-10199').split('-').map(Number);

const engine = await prepareAsterisk({
  dir: env.ENGINE_DIR ?? '/engine',
  agents: (env.AGENTS ?? 'alice,bob,carol,dan,sam,ada').split(','),
  trunk: { ip, port: Number(port) },
  bind: env.BIND ?? '0.0.0.0',
  httpPort: Number(env.HTTP_PORT ?? 8088),
  sipPort: Number(env.SIP_PORT ?? 5060),
  rtp: [first ?? 10_000, last ?? 10_199],
  password: password(),
  ...(env.ANNOUNCEMENTS ? { language: env.ANNOUNCEMENTS } : {}),
  ...(env.EXTERNAL_ADDRESS ? { external: env.EXTERNAL_ADDRESS } : {}),
  say: console.log,
});
const running = await startAsterisk(engine);
console.log(`Asterisk ${engine.version}: ARI at ${engine.url}, SIP on port ${engine.sipPort}`);
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT']))
  process.on(signal, () => void running.stop().then(() => process.exit(0)));
void running.died.then((words) => {
  console.error(`Asterisk has died: ${words}`);
  process.exit(1);
});

/** The same at each start, since telephony may have read it. */
function password() {
  if (!existsSync(passwordFile)) {
    mkdirSync(dirname(passwordFile), { recursive: true });
    writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o644 });
  }
  return readFileSync(passwordFile, 'utf8').trim();
}
