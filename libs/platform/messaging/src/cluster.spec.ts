import { streamOf } from '@cordboard/contracts';
import { Database } from '@cordboard/platform-database';
import { eventually, plainClient, testDatabase, testNatsCluster, type TestDatabase, type TestNatsCluster } from '@cordboard/testing';
import { Bus, Feed, Follower, once, Outbox, type Entry } from './index.ts';
import { Streams } from './streams.ts';

const ROUTING = streamOf('routing');
let nats: TestNatsCluster,
  testDb: TestDatabase,
  source: Database,
  target: Database,
  bus: Bus,
  outbox: Outbox,
  follower: Follower,
  feed: Feed;
/** Sooner than two unanswered pings, 5 s apart, would tell, in ms. */
const MAX_STALE_MS = 9_000;
let seq = 0;
/** What the feed was told, and how often each event's effect was committed. */
const told: Entry[] = [];
const times = new Map<number, number>();

beforeAll(async () => {
  [nats, testDb] = await Promise.all([testNatsCluster(), testDatabase()]);
  [source, target] = [Database.over(plainClient(testDb.url, 'routing')), Database.over(plainClient(testDb.url, 'presence'))];
  bus = await Bus.connect({ url: ` nats://127.0.0.1:1, ${nats.urls.join(' ,, ')},${nats.urls[0]}, `, name: 'spec' });
  // as a stream of one server was made before
  await bus.manager.streams.add({ name: ROUTING, subjects: ['cordboard.routing.>'], num_replicas: 1 });
  outbox = new Outbox(bus, source, 'routing');
  follower = new Follower(bus, target, {
    service: 'spec',
    source: 'routing',
    take: (envelope) => once(target, envelope, async () => void times.set(envelope.seq, (times.get(envelope.seq) ?? 0) + 1)),
  });
  feed = new Feed(bus, 'routing', {
    told: (entry) => told.push(entry),
    lost: () => undefined,
  });
  outbox.start();
  follower.start();
  await feed.start();
}, 90_000);

afterAll(async () => {
  await follower?.stop();
  await feed?.stop();
  await outbox?.stop();
  await bus?.close();
  await Promise.all([source?.close(), target?.close()]);
  await Promise.all([nats?.stop(), testDb?.drop()]);
});

/** Commits and publishes an event, and waits until follower and feed have received it. */
async function deliver(): Promise<void> {
  seq += 1;
  const row = await source.transaction((tx) =>
    outbox.add(tx, { account: 'demo', key: 'k', from: seq, seq, events: [{ type: 'happened' }] }),
  );
  void outbox.publish([row]);
  await eventually(() => times.has(seq) && told.some((entry) => entry.told.seq === seq), Boolean, 60_000);
}
const known = (look: () => Promise<number | undefined>) => eventually(look, (n) => n !== undefined, 60_000) as Promise<number>;
const streamLeader = () => known(() => nats.leaderOf(ROUTING));
const consumerLeader = () => known(() => nats.consumerLeaderOf(ROUTING, 'spec'));
/** A replica that was only just added has no vote worth having: until all have caught up the stream dies with its first server. */
const current = () =>
  eventually(
    async () => (await bus.manager.streams.info(ROUTING)).cluster?.replicas ?? [],
    (replicas) => replicas.length === 2 && replicas.every((replica) => replica.current && !replica.offline),
    60_000,
  );
/** A feed whose consumer is on the server that its bus is connected to: where it is, is chance. */
async function feedOn(server: number, alone: Bus, entries: Entry[]): Promise<Feed> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const before = await nats.consumersOn(server, ROUTING);
    const near = new Feed(alone, 'routing', { told: (entry) => entries.push(entry), lost: () => undefined });
    await near.start();
    if ((await nats.consumersOn(server, ROUTING)).some((name) => !before.includes(name))) return near;
    await near.stop();
  }
  throw new Error(`none of 50 consumers came to server ${server}`);
}
const restart = async (server: number): Promise<void> => {
  await nats.start(server);
  await nats.healthy();
};

describe('A cluster of three servers', () => {
  it('is reached by a list with blanks, empty entries, repeated servers and one that is away', () => {
    expect(bus.connected).toBe(true);
  });

  it('keeps new streams and existing ones on three servers', async () => {
    await eventually(async () => (await bus.manager.streams.info(ROUTING)).config.num_replicas === 3);
    await current();
    expect((await bus.stream('presence')).config.num_replicas).toBe(3);
    const explicit = await Bus.connect({ env: { NATS_URL: nats.url, NATS_STREAM_REPLICAS: '1' }, name: 'one' });
    expect((await explicit.stream('presence')).config.num_replicas).toBe(1);
    await explicit.close();
  });

  it('goes on with what there is where it cannot have so many replicas', async () => {
    const many = await Bus.connect({ env: { NATS_URL: nats.url, NATS_STREAM_REPLICAS: '5' }, name: 'many' });
    expect((await many.stream('routing')).config.num_replicas).toBe(3);
    expect((await many.stream('directory')).config.num_replicas).toBe(1);
    await many.close();
  });

  it.each([
    ['stream', streamLeader],
    ['consumer', consumerLeader],
  ])(
    'delivers again when a leader of the %s was killed',
    async (_, leader) => {
      await deliver();
      const killed = await leader();
      await nats.kill(killed);
      await deliver();
      await restart(killed);
    },
    120_000,
  );

  it('is used elsewhere while the server that we are connected to stands still', async () => {
    const address = bus.connection.getServer();
    const server = nats.urls.indexOf(`nats://${address}`);
    nats.standStill(server);
    await eventually(() => bus.connected && bus.connection.getServer() !== address, Boolean, MAX_STALE_MS);
    await deliver();
    nats.goOn(server);
    await nats.healthy();
  }, 120_000);

  it('delivers once and in order what is published while a stream has no leader', async () => {
    await deliver();
    const leader = await streamLeader();
    const others = [leader, (leader + 1) % 3];
    for (const server of others) await nats.kill(server);
    await eventually(() => bus.connected);
    const first = seq + 1;
    for (let n = 0; n < 5; n += 1) await deliver();
    expect(await bus.leaderlessStreams()).toContain(ROUTING);
    const early = [...told];
    expect(early.slice(-5).map(({ told: { seq } }) => seq)).toEqual([0, 1, 2, 3, 4].map((n) => first + n));
    expect(early.slice(-5).every(({ isEarly }) => isEarly)).toBe(true);

    await Promise.all(others.map((server) => nats.start(server)));
    await nats.healthy();
    await deliver();
    expect(told.map(({ told: { seq } }) => seq)).toEqual([...early.map(({ told: { seq } }) => seq), seq]);
    expect(times).toEqual(new Map([...times].map(([n]) => [n, 1])));
  }, 120_000);

  it('delivers without the leader to a consumer on a server that goes on, too', async () => {
    await current();
    const leader = await streamLeader();
    const left = (leader + 1) % 3;
    const alone = await Bus.connect({ url: nats.urls[left] ?? '', name: 'alone' });
    const entries: Entry[] = [];
    const near = await feedOn(left, alone, entries);
    await nats.kill(leader);
    await deliver();
    const received = await eventually(
      () => entries.find((entry) => entry.told.seq === seq),
      (entry) => entry !== undefined,
    );
    expect(received?.isEarly).toBe(true);
    await near.stop();
    await alone.close();
    await restart(leader);
  }, 120_000);

  it('asks again, and makes no stream, while most servers are away; readiness names the stream', async () => {
    const leader = await streamLeader();
    const left = (leader + 1) % 3;
    const others = [0, 1, 2].filter((n) => n !== left);
    const created: string[] = [];
    for (const server of others) await nats.kill(server);
    await eventually(() => bus.connected);
    bus.connection.subscribe('$JS.API.STREAM.CREATE.>', { callback: (_, { subject }) => void created.push(subject) });
    bus.forget('routing');
    await expect(bus.stream('routing')).rejects.toThrow();
    await eventually(async () => (await bus.leaderlessStreams()).includes(ROUTING));
    const isReady = async (graceMs: number): Promise<boolean> => {
      const streams = new Streams(bus.manager, () => ({ count: 3, isExplicit: false }), graceMs);
      await streams.get('routing').catch(() => undefined);
      return streams.ready();
    };
    expect([await isReady(600_000), await isReady(0)]).toEqual([true, false]);
    expect(created).toEqual([]);

    await nats.kill(left);
    await eventually(() => !bus.connected);
    await Promise.all([0, 1, 2].map((n) => nats.start(n)));
    await nats.healthy();
    await deliver();
    await eventually(async () => (await bus.leaderlessStreams()).length === 0, Boolean, 60_000);
    expect(bus.connected).toBe(true);
  }, 120_000);
});
