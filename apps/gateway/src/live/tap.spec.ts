import { streamOf } from '@cordboard/contracts';
import { Database } from '@cordboard/platform-database';
import { Bus, Outbox } from '@cordboard/platform-messaging';
import { eventually, plainClient, testDatabase, testNatsCluster, type TestDatabase, type TestNatsCluster } from '@cordboard/testing';
import { Tap, type Heard } from './tap.ts';

let nats: TestNatsCluster, testDb: TestDatabase, database: Database, bus: Bus, outbox: Outbox, tap: Tap;
let seq = 0;
const heard: Heard[] = [];
const numbers = (entries: readonly { told: { seq: number } }[] | null): number[] | null => entries?.map(({ told }) => told.seq) ?? null;
const told = () => heard.filter((one) => one.is === 'told');

async function deliver(): Promise<void> {
  seq += 1;
  const row = await database.transaction((tx) =>
    outbox.add(tx, { account: 'demo', key: 'k', from: seq, seq, events: [{ type: 'happened' }] }),
  );
  void outbox.publish([row]);
  await eventually(() => numbers(told())?.includes(seq), Boolean, 60_000);
}

beforeAll(async () => {
  [nats, testDb] = await Promise.all([testNatsCluster(), testDatabase()]);
  database = Database.over(plainClient(testDb.url, 'routing'));
  bus = await Bus.connect({ env: { NATS_URL: nats.url, NATS_STREAM_REPLICAS: '1' }, name: 'spec' });
  outbox = new Outbox(bus, database, 'routing');
  tap = new Tap(bus, 'routing', 'demo');
  tap.listen((one) => heard.push(one));
  outbox.start();
  await tap.start();
}, 90_000);
afterAll(async () => {
  await tap?.stop();
  await outbox?.stop();
  await bus?.close();
  await database?.close();
  await Promise.all([nats?.stop(), testDb?.drop()]);
});

it('whoever resumes where something was told early begins anew, and whoever was before it gets all of it', async () => {
  const before = tap.now;
  await deliver();
  const stored = tap.now;
  const server = (await nats.leaderOf(streamOf('routing'))) ?? NaN;
  await nats.kill(server);
  await deliver();
  expect(told().map(({ isEarly = false }) => isEarly)).toEqual([false, true]);
  expect(numbers(tap.after(before))).toEqual([1, 2]);
  expect(numbers(tap.after(stored))).toBeNull();

  await nats.start(server);
  await nats.healthy();
  await deliver();
  expect(numbers(told())).toEqual([1, 2, 3]);
  expect(numbers(tap.after(before))).toEqual([1, 2, 3]);
  expect(numbers(tap.after(stored))).toBeNull();
  await eventually(() => tap.now.seq === 3);
  expect(numbers(tap.after(tap.now))).toEqual([]);
  expect(numbers(told())).toEqual([1, 2, 3]);
}, 120_000);
