import { freePort, testDatabase, testKey, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ServiceProcess } from '../support/process.fixture.ts';

let database: TestDatabase, nats: TestNats, telephony: ServiceProcess;
beforeAll(async () => {
  [database, nats] = await Promise.all([testDatabase(), testNats()]);
}, 60_000);
afterAll(async () => {
  await telephony?.kill();
  await nats?.stop();
  await database?.drop();
});

/** Says that another service has held the lease, and cuts the connection that holds it: what is found when the database comes back. */
async function loseLease(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("UPDATE telephony.lease SET holder = 'another'");
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  await client.end();
}

it('A telephony service that has lost the lease of its engine says so and ends with 1, so that it is restarted', async () => {
  const { publicKeyFile } = await testKey();
  telephony = await ServiceProcess.start('telephony', {
    NATS_URL: nats.url,
    DATABASE_URL: database.url,
    JWT_PUBLIC_KEY_FILE: publicKeyFile,
    MEDIA_DIR: mkdtempSync(join(tmpdir(), 'cordboard-media-')),
    ENGINE: 'simulator',
    SIMULATOR_PORT: String(await freePort()),
  });
  await loseLease();
  expect(await telephony.exited).toEqual({ code: 1, signal: null });
  expect(telephony.output).toContain('another service has driven the call engine');
}, 120_000);
