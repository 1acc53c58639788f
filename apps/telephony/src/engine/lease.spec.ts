import { eventually, freePort, testDatabase, type TestDatabase } from '@cordboard/testing';
import { createServer } from 'node:net';
import pg from 'pg';
import { distinctEngines, engineKey } from './engine-key.ts';
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

const lease = (name: string, ...engines: string[]): Lease => {
  const made = new Lease({ url: database.url, engines: engines.length > 0 ? engines : ['one'] }, () => lost.push(name));
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
  const away = new Lease({ url: `postgresql://127.0.0.1:${port}/away`, engines: ['one'] }, () => lost.push('away'));
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

describe('The lease of several engines', () => {
  it('excludes every list that names one of them, in whatever order, and no other list', async () => {
    const [first, reordered, longer, shorter, apart] = [
      lease('first', 'a', 'b'),
      lease('reordered', 'b', 'a'),
      lease('longer', 'c', 'b', 'a'),
      lease('shorter', 'b'),
      lease('apart', 'c'),
    ];
    expect(await first.take()).toBe(true);
    expect([await reordered.take(), await longer.take(), await shorter.take(), await apart.take()]).toEqual([false, false, false, true]);
  });

  it('is all of them or none: whoever cannot have one keeps none from others', async () => {
    const [first, both, rest] = [lease('first', 'b'), lease('both', 'a', 'b'), lease('rest', 'a')];
    await first.take();
    expect(await both.take()).toBe(false);
    expect(await rest.take()).toBe(true);
  });

  it('passes to a waiting overlapping list when it is released, one at a time, without a deadlock', async () => {
    const waiting = [lease('ab', 'a', 'b'), lease('bc', 'b', 'c'), lease('ca', 'c', 'a')];
    const first = lease('all', 'a', 'b', 'c');
    await first.take();
    const waits = waiting.map((one) => one.wait());
    await first.release();
    for (let left = waiting.length; left > 0; left -= 1) {
      const held = await eventually(
        () => waiting.filter((one) => one.held),
        (now) => now.length > 0,
      );
      expect(held).toHaveLength(1); // any two of these lists share an engine
      await held[0]?.release();
    }
    await Promise.all(waits);
    expect(lost).toEqual([]);
  });

  it('is lost whole when the connection is cut and somebody else has had one of its engines', async () => {
    const [first, second] = [lease('first', 'a', 'b'), lease('second', 'b', 'c')];
    await first.take();
    for (let cuts = 0; !second.held && cuts < 50; cuts += 1) {
      await cut();
      await second.take();
    }
    await eventually(() => lost.length > 0);
    expect([first.held, second.held, lost]).toEqual([false, true, ['first']]);
    await first.release();
    const third = lease('third', 'a');
    expect(await third.take()).toBe(true);
  });
});

it.each([
  ['http://PBX.example/', 'pbx.example:80'],
  ['http://user:secret@pbx.example:80', 'pbx.example:80'],
  ['https://pbx.example./?x=1', 'pbx.example:443'],
  ['http://127.0.0.1:8088//', '127.0.0.1:8088'],
  ['http://[::1]:8088/a/', '[::1]:8088/a'],
])('The engine at %s is called %s', (url, key) => expect(engineKey(url)).toBe(key));

it('A list that names an engine twice means it once, and the order of a list does not matter', () =>
  expect(distinctEngines(['http://b:8088', 'http://a:8088/', 'HTTP://B:8088/'])).toEqual(['http://a:8088/', 'HTTP://B:8088/']));
