import { caughtUp, streamOf, type Told } from '@cordboard/contracts';
import { Database } from '@cordboard/platform-database';
import { eventually, plainClient, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { Bus, Follower, once, Outbox, type OutboxRow } from './index.ts';

type Event = { readonly type: 'happened'; readonly what: string };

let testDb: TestDatabase, nats: TestNats, teller: Database, hearer: Database, bus: Bus, outbox: Outbox, follower: Follower;
/** What the follower's effects were, in the order in which they were committed. */
const effects = (key: string): Promise<string[]> =>
  hearer
    .query<{ body: { what: string } }>(`SELECT body FROM directory_entry WHERE account = $1 ORDER BY id`, key)
    .then((rows) => rows.map(({ body }) => body.what));
const deadLetters = (key: string) =>
  hearer.query<{ seq: number; error: string }>('SELECT seq, error FROM dead_letter WHERE key = $1 ORDER BY id', key);

beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  // two services' tables, as they are: one tells, one hears
  [teller, hearer] = [Database.over(plainClient(testDb.url, 'routing')), Database.over(plainClient(testDb.url, 'presence'))];
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  outbox = new Outbox(bus, teller, 'routing');
  follower = new Follower(bus, hearer, {
    service: 'spec',
    source: 'routing',
    take: (told) =>
      once(hearer, told, async (tx) => {
        for (const [index, event] of (told.events as unknown as Event[]).entries()) {
          if (event.what === 'poison') throw new Error('nobody can apply this');
          await tx.query(
            `INSERT INTO directory_entry (account, kind, id, body) VALUES ($1, 'effect', $2, $3::jsonb)`,
            told.key,
            String(told.from + index).padStart(6, '0'),
            JSON.stringify(event),
          );
        }
      }),
  });
  outbox.start();
  follower.start();
  follower.serveCaughtUp();
});

afterAll(async () => {
  await follower.stop();
  await outbox.stop();
  await bus.close();
  await Promise.all([teller.close(), hearer.close()]);
  await Promise.all([nats.stop(), testDb.drop()]);
});

const commit = (key: string, from: number, ...whats: string[]): Promise<OutboxRow> =>
  teller.transaction((tx) =>
    outbox.add<Event>(tx, {
      account: 'demo',
      key,
      from,
      seq: from + whats.length - 1,
      events: whats.map((what) => ({ type: 'happened', what })),
    }),
  );
/** Onto the stream past the outbox, and past the stream's own duplicate check: as after a crash, or twice. */
const publishRaw = (row: OutboxRow) => bus.streams.publish(row.subject, JSON.stringify(row.body));
const becomes = (key: string, ...whats: string[]) =>
  eventually(
    () => effects(key),
    (seen) => seen.join() === whats.join(),
  );
const unsent = async (): Promise<number> =>
  Number((await teller.query<{ n: bigint }>('SELECT count(*) AS n FROM outbox WHERE stream_seq IS NULL'))[0]?.n);

describe('what was committed is told, and taken into account once', () => {
  it('is published right after the commit, and marked as sent', async () => {
    await outbox.publish([await commit('right', 1, 'a', 'b')]);
    await becomes('right', 'a', 'b');
    await eventually(unsent, (n) => n === 0);
  });

  it('is written many at a time as one by one: rows in order, numbered by key', async () => {
    const rows = await teller.transaction((tx) =>
      outbox.addAll<Event>(
        tx,
        [1, 2, 3].map((seq) => ({ account: 'demo', key: 'many', from: seq, seq, events: [{ type: 'happened', what: `${seq}` }] })),
      ),
    );
    expect(rows.map(({ id, key, seq }) => [Number(id), key, seq])).toEqual(
      [1, 2, 3].map((seq) => [Number(rows[0]?.id) + seq - 1, 'many', seq]),
    );
    await outbox.publish(rows);
    await becomes('many', '1', '2', '3');
    await eventually(unsent, (n) => n === 0);
    expect(await teller.transaction((tx) => outbox.addAll(tx, []))).toEqual([]);
  });

  it('is swept up when its process died between commit and publish', async () => {
    await commit('swept', 1, 'a');
    await commit('swept', 2, 'b');
    await becomes('swept', 'a', 'b');
  });

  it('has its effect once however often it arrives', async () => {
    const row = await commit('twice', 1, 'a');
    await Promise.all([publishRaw(row), publishRaw(row), outbox.publish([row])]);
    await outbox.publish([await commit('twice', 2, 'b')]);
    await publishRaw(row);
    await becomes('twice', 'a', 'b');
  });

  it('waits for what is missing before it', async () => {
    const [first, second] = [await commit('hole', 1, 'a'), await commit('hole', 2, 'b')];
    await publishRaw(second);
    await publishRaw(first);
    await becomes('hole', 'a', 'b');
  });

  it('asks the source for what the stream has lost', async () => {
    await teller.query('SELECT 1');
    const [first, second] = [await commit('lost', 1, 'a'), await commit('lost', 2, 'b')];
    // as sent and acknowledged, and then gone from the stream
    await teller.query('UPDATE outbox SET stream_seq = 1 WHERE id = ANY($1::bigint[])', [first.id, second.id]);
    await publishRaw(second);
    await becomes('lost', 'a', 'b');
  });

  it('is laid aside when it can never be applied, and what follows goes on', async () => {
    await outbox.publish([await commit('poisoned', 1, 'a'), await commit('poisoned', 2, 'poison'), await commit('poisoned', 3, 'c')]);
    await outbox.publish([await commit('healthy', 1, 'x')]);
    await becomes('healthy', 'x');
    await becomes('poisoned', 'a', 'c');
    expect(await deadLetters('poisoned')).toMatchObject([{ seq: 2, error: expect.stringContaining('nobody can apply this') }]);
  });

  it('fills a stream that was wiped, and nothing happens twice', async () => {
    const before = await effects('right');
    await nats.kill({ wipe: true });
    const row = await commit('right', 3, 'c'); // commands go on while NATS is away
    await outbox.publish([row]);
    await nats.start();
    await becomes('right', ...before, 'c');
    const [{ n } = { n: 0n }] = await teller.query<{ n: bigint }>('SELECT count(*) AS n FROM outbox');
    await eventually(
      () =>
        bus.manager.streams.info(streamOf('routing')).then(
          ({ state }) => state.messages,
          () => 0, // it is not there again yet
        ),
      (messages) => messages >= Number(n),
    );
    await eventually(unsent, (rows) => rows === 0);
    expect(await effects('twice')).toEqual(['a', 'b']);
  }, 30_000);

  it('tells others when it has been taken', async () => {
    const row: OutboxRow & { body: Told<unknown> } = await commit('awaited', 1, 'a');
    void outbox.publish([row]);
    expect(await bus.ask(caughtUp('spec'), { source: 'routing', key: 'awaited', seq: 1, waitMs: 10_000 }, 25_000)).toEqual({ seq: 1 });
    expect(await effects('awaited')).toEqual(['a']);
    expect(await bus.ask(caughtUp('spec'), { source: 'routing', key: 'awaited', seq: 2, waitMs: 1 }, 20_000)).toEqual({ seq: 1 });
  });
});
