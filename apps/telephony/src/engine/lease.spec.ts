import { eventually, freePort, testDatabase, type TestDatabase } from '@cordboard/testing';
import { createServer } from 'node:net';
import pg from 'pg';
import { Lease } from './lease.store.ts';

let database: TestDatabase;
const leases: Lease[] = [];
const lost: string[] = [];
beforeAll(async () => void (database = await testDatabase()));
afterEach(async () => {
  await Promise.all(leases.splice(0).map((lease) => lease.release()));
  lost.length = 0;
});
afterAll(() => database?.drop());

const lease = (name: string, engine = 'one'): Lease => {
  const made = new Lease({ url: database.url, engine }, () => lost.push(name));
  leases.push(made);
  return made;
};
const asServer = async <T>(sql: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows as T[];
};
const LOCKS = `FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
/** Ends the connections that hold locks, as a server does that restarts. */
const cut = () => asServer(`SELECT pg_terminate_backend(pid) ${LOCKS}`);
const locks = () => asServer(`SELECT pid ${LOCKS}`);

it('one has it, others wait, each engine has its own; whoever waits has it when it is let go', async () => {
  const [first, second, other] = [lease('first'), lease('second'), lease('other', 'two')];
  expect([await first.take(), await second.take(), await other.take()]).toEqual([true, false, true]);
  const waiting = second.wait();
  expect([first.held, second.held]).toEqual([true, false]);
  await first.release();
  await waiting;
  expect([first.held, second.held]).toEqual([false, true]);
  expect(lost).toEqual([]);
});

it('who loses the connection and finds it as it was goes on', async () => {
  const first = lease('first');
  await first.take();
  const before = await locks();
  await cut();
  await eventually(
    () => locks(),
    (now) => now.length === 1 && JSON.stringify(now) !== JSON.stringify(before),
  );
  expect([first.held, lost]).toEqual([true, []]);
});

it('a database that is away is asked by one connection at a time', async () => {
  const port = await freePort();
  let asked = 0;
  const away = new Lease({ url: `postgresql://127.0.0.1:${port}/away`, engine: 'one' }, () => lost.push('away'));
  const server = createServer((socket) => {
    asked += 1;
    socket.destroy();
  }).listen(port, '127.0.0.1');
  const waiting = Promise.all([away.wait(), away.wait()]);
  await eventually(() => asked >= 4);
  const [before, began] = [asked, performance.now()];
  await eventually(() => performance.now() - began > 1_000);
  expect(asked - before).toBeLessThanOrEqual(5);
  await away.release();
  await waiting;
  server.close();
});

it('who finds somebody else there afterwards has lost it, and says so once', async () => {
  const [first, second] = [lease('first'), lease('second')];
  await first.take();
  const waiting = second.wait();
  for (let cuts = 0; !second.held && cuts < 50; cuts += 1) {
    await cut();
    await second.take();
  }
  await waiting;
  await eventually(() => lost.length > 0);
  expect([first.held, second.held, lost]).toEqual([false, true, ['first']]);
});
