import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needed } from '@cordboard/testing';

const root = join(import.meta.dirname, '../..');

const CANARY = 'canary-9d1f';

/** Everything that a program writes until it ends. */
async function output(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, { cwd: root, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return text;
}
const service = ['--import', './tools/register.mjs', 'apps/directory/src/main.ts'];

it.each([
  ['a NATS_URL that nobody answers at', { NATS_URL: `nats://user:${CANARY}@127.0.0.1:1,nats://user:${CANARY}@127.0.0.1:2` }, '127.0.0.1:1'],
  ['a NATS_URL that is none', { NATS_URL: `nats//user:${CANARY}@127.0.0.1` }, 'NATS_URL'],
  ['a DATABASE_URL that nobody answers at', { DATABASE_URL: `postgresql://user:${CANARY}@127.0.0.1:1/db` }, '127.0.0.1:1'],
  ['a DATABASE_URL that is none', { DATABASE_URL: `postgresql://user:${CANARY}@[/db` }, 'DATABASE_URL'],
])(
  'A service that refuses %s prints no password',
  async (_, wrong, named) => {
    const settings = { DATABASE_URL: needed('TEST_POSTGRES_URL'), NATS_URL: 'nats://127.0.0.1:1', JWKS_URL: 'http://127.0.0.1:1' };
    const text = await output(service, { ...settings, ...wrong });
    expect(text).toContain(named);
    expect(text).not.toContain(CANARY);
  },
  60_000,
);

it.each([
  ['a NATS_URL that nobody answers at', { NATS_URL: `nats://user:${CANARY}@localhost:1` }],
  ['a NATS_URL that is none', { NATS_URL: `http://user:${CANARY}@localhost` }],
  ['a DATABASE_URL that is none', { DATABASE_URL: `postgresql://user:${CANARY}@[/db` }],
])(
  'npm start that refuses %s prints no password',
  async (_, wrong) => {
    const dir = mkdtempSync(join(tmpdir(), 'cordboard-secrets-'));
    const text = await output(['tools/start.mjs', '--verbose'], { DATA_DIR: dir, ...wrong });
    rmSync(dir, { recursive: true });
    expect(text).toMatch(/(NATS|DATABASE)_URL/);
    expect(text).not.toContain(CANARY);
  },
  60_000,
);
