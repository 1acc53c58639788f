// @ts-check
/**
 * What containers need done once, in an image of its own (tools/Dockerfile): `migrate`, `keys`, `token <agent>`. The database is
 * DATABASE_URL's, its migrations are those in MIGRATIONS_DIR; the development key lies in DATA_DIR, its public half goes to PUBLIC_KEY_DIR too.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from './lib/migrations.mjs';
import { ensureKeys, signToken } from './lib/tokens.mjs';

const { DATABASE_URL, MIGRATIONS_DIR, DATA_DIR, PUBLIC_KEY_DIR } = process.env;
const [command, agent = ''] = process.argv.slice(2);

try {
  if (command === 'migrate') {
    const applied = await deploy(needed('DATABASE_URL', DATABASE_URL), MIGRATIONS_DIR ? { base: MIGRATIONS_DIR } : {});
    for (const [service, names] of Object.entries(applied)) console.log(`${service}: ${names.join(', ')}`);
    console.log('every migration is applied');
  } else if (command === 'keys') {
    const { publicFile } = ensureKeys(needed('DATA_DIR', DATA_DIR));
    copyFileSync(publicFile, join(needed('PUBLIC_KEY_DIR', PUBLIC_KEY_DIR), 'public.pem'));
  } else if (command === 'token') console.log(await signToken(agent, { dataDir: needed('DATA_DIR', DATA_DIR) }));
  else throw new Error('usage: migrate | keys | token <agent>');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** @param {string} name @param {string | undefined} value */
function needed(name, value) {
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}
