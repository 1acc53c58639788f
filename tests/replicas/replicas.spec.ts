import { eventually } from '@cordboard/testing';
import { SUBGRAPHS } from '@cordboard/tools/root';
import { signToken } from '@cordboard/tools/tokens';
import { Books } from '../faults/books.ts';
import { CALLER, MAIN, type AgentApp, type World } from '../stories/people.ts';
import { Replicas } from './replicas.fixture.ts';
import { Watch } from './watch.fixture.ts';

/** What is killed: a replica of a service, or the NATS server that leads a stream. */
const PARTS = [
  ...SUBGRAPHS.map((service) => ({ part: service, service })),
  { part: 'telephony, which drives the engine', service: 'telephony' },
  { part: "the gateway of alice's app", service: 'gateway' },
  { part: "the NATS server that leads routing's stream", stream: 'CORDBOARD_ROUTING' },
  { part: "the NATS server that leads presence's stream", stream: 'CORDBOARD_PRESENCE' },
] as const;

describe('with two replicas of each service and three NATS servers, any one is killed during a transfer', () => {
  let replicas: Replicas;
  let worlds: readonly [World, World];
  let alice: AgentApp, bob: AgentApp;
  let watch: Watch;
  let books: Books;
  /** The part that was killed last is there again: awaited before the next one is killed. */
  let isWhole: Promise<void> = Promise.resolve();
  const acknowledged: { key: string; transferId: string }[] = [];

  beforeAll(async () => {
    replicas = await Replicas.begin();
    worlds = [replicas.world(0), replicas.world(1)];
    [alice, bob] = await Promise.all([worlds[0].agent('alice'), worlds[1].agent('bob')]);
    await Promise.all([alice.open(), bob.open()]);
    const { dataDir, wsUrl } = worlds[0].stack;
    watch = await Watch.open(wsUrl, await signToken('sam', { dataDir }));
    books = await Books.open(worlds[0].stack);
  }, 180_000);

  afterAll(async () => {
    await watch?.close();
    await Promise.all([alice?.close(), bob?.close()]);
    await books?.close();
    await replicas?.end();
  }, 60_000);

  /** What an app does whose request or socket was lost: it opens again and asks again. */
  const insist = <T>(work: () => Promise<T>): Promise<T> =>
    eventually(
      async () => {
        await Promise.all([alice.keepOpen(), bob.keepOpen()]);
        return work().then(
          (value) => ({ value }),
          () => undefined,
        );
      },
      Boolean,
      30_000,
    ).then((done) => (done as { value: T }).value);

  const call = async (): Promise<{ callerLeg: string; callId: string }> => {
    const callerLeg = await insist(() => worlds[0].call(CALLER, MAIN));
    const offer = await insist(() => alice.rung('DIRECT'));
    const { acceptOffer } = await insist(() => alice.accept(offer.id));
    expect(acceptOffer.__typename).toBe('Call');
    return { callerLeg, callId: acceptOffer.id };
  };
  const start = async (callId: string): Promise<string> => {
    const key = `replicas-${acknowledged.length}`;
    const { startTransfer } = await insist(() => alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' }, idempotencyKey: key }));
    expect(startTransfer.__typename).toBe('Transfer');
    acknowledged.push({ key, transferId: startTransfer.id });
    return startTransfer.id;
  };
  const status = (id: string) =>
    insist(
      async () =>
        (await alice.get<{ transfer: { status: string } }>('query($id: ID!) { transfer(id: $id) { status } }', { id })).transfer.status,
    );
  const complete = async (callerLeg: string, transferId: string): Promise<void> => {
    const offer = await insist(() => bob.rung('COLD_TRANSFER'));
    await insist(async () => {
      const { acceptOffer } = await bob.accept(offer.id);
      if (acceptOffer.__typename !== 'Call') throw new Error(acceptOffer.code);
    });
    await worlds[0].together(callerLeg, 'bob');
    expect(await status(transferId)).toBe('COMPLETED');
  };
  const quiet = () => insist(() => worlds[0].allQuiet(alice, bob));

  const kill = async (what: (typeof PARTS)[number]): Promise<() => Promise<void>> => {
    if ('service' in what) {
      const n = await replicas.kill(what.service);
      return () => replicas.run(what.service, n);
    }
    const server = await eventually(
      () => replicas.nats.leaderOf(what.stream),
      (n) => n !== undefined,
    );
    await replicas.nats.kill(server ?? 0);
    return async () => {
      await replicas.nats.start(server ?? 0);
      await replicas.nats.healthy();
    };
  };

  it.each(PARTS)(
    '$part',
    async (what) => {
      const { callerLeg, callId } = await call();
      const transferId = await start(callId);
      await insist(() => bob.rung('COLD_TRANSFER'));

      await isWhole;
      const startAgain = await kill(what);

      if ('service' in what && what.service === 'telephony') {
        // the simulated network is in its process: its calls are lost with it
        await eventually(
          () => status(transferId),
          (now) => now === 'ABANDONED',
          30_000,
        );
      } else await complete(callerLeg, transferId);
      await quiet();

      isWhole = startAgain();
      isWhole.catch(() => undefined); // whoever awaits it is told
    },
    120_000,
  );

  it('nothing that was acknowledged is lost, history has every call, and no offer is left', async () => {
    await isWhole;
    await eventually(
      () => books.pending(),
      (pending) => pending.length === 0,
      60_000,
    );
    expect(await books.transfers(acknowledged)).toEqual([]);
    expect(await books.conversations()).toEqual([]);
    expect(await books.told()).toEqual([]);
    expect(await books.history()).toEqual([]);
    for (const app of [alice, bob]) {
      const fresh = await worlds[1].agent(app.id);
      await fresh.open();
      expect(fresh.offers).toEqual([]);
      await fresh.close();
    }
  }, 120_000);

  it('the presence subscription has been told every change once', async () => {
    const { agents } = await bob.get<{ agents: { edges: { node: { id: string; presence: { version: number } } }[] } }>(
      '{ agents { edges { node { id presence { version } } } } }',
    );
    const now = agents.edges.map(({ node }) => [node.id, node.presence.version]);
    await eventually(
      () => [...watch.told].map(([id, steps]) => [id, steps.at(-1)?.version]),
      (told) => now.every(([id, version]) => told.some((one) => one[0] === id && Number(one[1]) >= Number(version))),
    );
    expect(watch.faults()).toEqual([]);
    expect(watch.snapshots).toBe(1);
    expect(watch.resumed).toBeGreaterThan(0);
  });
});
