/**
 * 50,000 contacts through POST /contacts/import (parsed, numbers read, rules asked, saved in batches with a message each, told to the
 * stream) against the bare statements that save the very same rows and messages, in batches of the same size, in alternating rounds
 * on the same PostgreSQL with its usual durability. The service is a process of its own, whose memory is watched from outside.
 */
import { newId } from '@cordboard/platform-process';
import pg from 'pg';
import { freePort } from '@cordboard/tools/ports';
import { ensureKeys, signToken } from '@cordboard/tools/tokens';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { figure } from './lib/figure.mts';
import { startServers } from './lib/servers.mts';

const ROWS = 50_000;
const BATCH = 500;
const ROUNDS = 3;
const at = new Date().toISOString();

interface Row {
  readonly id: string;
  readonly name: string;
  readonly e164: string;
}
/** Each round has numbers of its own. */
const rowsOf = (round: number): Row[] =>
  Array.from({ length: ROWS }, (_, i) => ({
    id: newId(),
    name: `Contact ${i} of round ${round}`,
    e164: `+336${10_000_000 + round * ROWS + i}`,
  }));

const servers = await startServers();
const { url } = servers;
const port = await freePort();
const service = spawn(process.execPath, ['--import', './tools/register.mjs', 'apps/directory/src/main.ts'], {
  cwd: join(import.meta.dirname, '..'),
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    DATABASE_URL: url,
    NATS_URL: servers.natsUrl,
    JWT_PUBLIC_KEY_FILE: ensureKeys(servers.dir).publicFile,
    SEED: 'demo',
    PORT: String(port),
    LOG_LEVEL: 'warn',
  },
});
while (
  !(await fetch(`http://127.0.0.1:${port}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  ))
)
  await new Promise((resolve) => setTimeout(resolve, 100));
const authorization = `Bearer ${await signToken('ada', { dataDir: servers.dir })}`;
const pool = new pg.Pool({ connectionString: url, options: '-c search_path=directory', max: 1 });

try {
  const [ours, bare, growth]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rate, grown } = await imported(rowsOf(2 * round));
    ours.push(rate);
    growth.push(grown);
    bare.push(await inserted(rowsOf(2 * round + 1)));
  }
  figure('import', `contacts a second, ${ROWS} rows`, middle(ours), 'rows/s', middle(bare));
  figure('import', 'memory that an import takes at most', Math.max(...growth), 'MiB');
} finally {
  await pool.end();
  const ended = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGTERM');
  await ended;
  await servers.stop();
}

/** @returns rows a second, and by how much the service grew meanwhile, in MiB */
async function imported(rows: readonly Row[]): Promise<{ rate: number; grown: number }> {
  const before = memory();
  let highest = before;
  const watch = setInterval(() => (highest = Math.max(highest, memory())), 250);
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/contacts/import`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization },
    body: ReadableStream.from(csv(rows)),
    duplex: 'half',
  } as RequestInit);
  const last = (await response.text()).trimEnd().split('\n').at(-1) ?? '';
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(watch);
  const { done, created } = JSON.parse(last) as { done: boolean; created: number };
  if (!done || created !== rows.length) throw new Error(`not all was imported: ${last}`);
  return { rate: rows.length / seconds, grown: highest - before };
}

/** What the service holds, in MiB. */
function memory(): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(service.pid)])) / 1_024;
}

async function* csv(rows: readonly Row[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from('name,number\n');
  for (let i = 0; i < rows.length; i += 1_000)
    yield Buffer.from(
      rows
        .slice(i, i + 1_000)
        .map(({ name, e164 }) => `${name},${e164}\n`)
        .join(''),
    );
}

/** @returns rows a second */
async function inserted(rows: readonly Row[]): Promise<number> {
  const began = performance.now();
  const client = await pool.connect();
  for (let i = 0; i < rows.length; i += BATCH) await insert(client, rows.slice(i, i + BATCH));
  client.release();
  return rows.length / ((performance.now() - began) / 1_000);
}

async function insert(client: pg.PoolClient, rows: readonly Row[]): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO contact (id, account, name, e164, search, seq) SELECT id, 'demo', name, e164, lower(name) || ' ' || e164, 1 FROM unnest($1::text[], $2::text[], $3::text[]) AS t(id, name, e164)`,
    [rows.map(({ id }) => id), rows.map(({ name }) => name), rows.map(({ e164 }) => e164)],
  );
  await client.query(
    `INSERT INTO outbox (key, seq, subject, body, stream_seq) SELECT key, 1, subject, body::jsonb, 0 FROM unnest($1::text[], $2::text[], $3::text[]) AS t(key, subject, body)`,
    [
      rows.map(({ id }) => `contact-${id}`),
      rows.map(({ id }) => `cordboard.directory.demo.contact-${id}`),
      rows.map(({ id, name, e164 }) =>
        JSON.stringify({
          source: 'directory',
          account: 'demo',
          key: `contact-${id}`,
          from: 1,
          seq: 1,
          at,
          events: [{ type: 'contact.saved', contact: { id, name, e164, numberId: null } }],
        }),
      ),
    ],
  );
  await client.query('COMMIT');
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
