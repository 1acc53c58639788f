import { deviceClosed, deviceOpened, nodeRenewed, presenceSnapshot, type PresenceEvent, type RoutingEvent } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { openDatabase } from './database.store.ts';
import { RoutingListener } from './listeners/routing.listener.ts';
import { PresenceService } from './presence.module.ts';

let testDb: TestDatabase, nats: TestNats, bus: Bus, presence: PresenceService;

const begin = async (): Promise<PresenceService> => {
  const service = new PresenceService(await openDatabase(testDb.url), await Bus.connect({ url: nats.url, name: 'presence' }));
  service.start();
  await service.bus.flush();
  return service;
};

beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  presence = await begin();
  await presence.database.transaction((tx) =>
    presence.store.put(tx, 'demo', 'policy', 'demo', {
      ringSeconds: 30,
      wrapUpSeconds: 30,
      tagRequired: false,
      allowedCountries: [],
      blockedNumbers: [],
      recording: 'ON_DEMAND',
    }),
  );
});

afterAll(async () => {
  await presence.stop();
  await bus.close();
  await Promise.all([nats.stop(), testDb.drop()]);
});

/** An agent of this test's own, with a socket on a gateway replica. */
async function online(): Promise<{ account: string; agentId: string; deviceId: string; nodeId: string }> {
  const socket = { account: 'demo', agentId: `agent-${newId()}`, deviceId: newId(), nodeId: newId() };
  await presence.database.transaction((tx) => presence.store.know(tx, 'demo', socket.agentId, 'Somebody'));
  await bus.ask(nodeRenewed, { nodeId: socket.nodeId });
  await bus.ask(deviceOpened, socket);
  return socket;
}

const shown = async (agentId: string) => {
  const { agents } = await bus.ask(presenceSnapshot, { account: 'demo', agentIds: [agentId], teamIds: null });
  return agents[0]?.presence;
};
const availability = async (agentId: string) => (await shown(agentId))?.availability;
/** What was told of an agent, in order. */
const told = (agentId: string) =>
  presence.database
    .query<{ events: PresenceEvent[] }>(`SELECT body->'events' AS events FROM outbox WHERE key = $1 ORDER BY seq`, agentId)
    .then((rows) => rows.flatMap(({ events }) => events));
const steps = async (agentId: string) =>
  (await told(agentId)).flatMap((event) => (event.type === 'presence.changed' ? [event.presence.availability] : []));

/** Routing commits; each commit is one envelope of one conversation. */
const conversation = () => {
  const key = newId();
  let seq = 0;
  return (...events: RoutingEvent[]) => {
    const from = seq + 1;
    seq += events.length;
    return new RoutingListener(presence.database, presence.store, presence.handler, presence.outbox).take({
      source: 'routing',
      account: 'demo',
      key,
      from,
      seq,
      at: new Date().toISOString(),
      events,
    });
  };
};
const engaged = (agentId: string, as: 'RINGING' | 'IN_CALL' | 'RESERVED'): RoutingEvent => ({
  type: 'agent.engaged',
  agentId,
  as,
  callId: 'c1',
});
const ended = (agentId: string): RoutingEvent => ({
  type: 'call.ended',
  callId: 'c1',
  agentId,
  answered: true,
  how: 'CALLER_HUNG_UP',
  viaTransferId: null,
});

describe('devices', () => {
  it('D15 who has none is offline; a goodbye takes effect at once', async () => {
    const socket = await online();
    expect(await availability(socket.agentId)).toBe('AVAILABLE');
    await bus.ask(deviceClosed, { ...socket, clean: true });
    expect(await availability(socket.agentId)).toBe('OFFLINE');
  });

  it('D15 a lost socket lives on for a grace; who comes back within it never went', async () => {
    const socket = await online();
    await bus.ask(deviceClosed, { ...socket, clean: false });
    expect(await availability(socket.agentId)).toBe('AVAILABLE');
    await bus.ask(deviceOpened, { ...socket, nodeId: newId() });
    expect(await presence.database.query('SELECT 1 FROM timer WHERE subject = $1', socket.agentId)).toEqual([]);
    expect(await steps(socket.agentId)).toEqual(['AVAILABLE']);
  });

  it('D15 when the grace is over they are offline', async () => {
    const socket = await online();
    await bus.ask(deviceClosed, { ...socket, clean: false });
    await presence.database.query(`UPDATE device SET lost_at = lost_at - interval '16 seconds' WHERE agent_id = $1`, socket.agentId);
    await presence.database.query(`UPDATE timer SET due_at = clock_timestamp() WHERE subject = $1`, socket.agentId);
    await eventually(
      () => availability(socket.agentId),
      (is) => is === 'OFFLINE',
    );
  });

  it('a replica whose lease runs out has lost all its sockets, and is told to say them again', async () => {
    const socket = await online();
    await presence.database.query(`UPDATE node SET leased_until = clock_timestamp() - interval '1 second' WHERE id = $1`, socket.nodeId);
    await eventually(
      () => presence.devices.of('demo', socket.agentId),
      (devices) => devices[0]?.lostAt !== null,
    );
    expect(await bus.ask(nodeRenewed, { nodeId: socket.nodeId })).toEqual({ known: false });
    await bus.ask(deviceOpened, socket);
    expect(await presence.devices.of('demo', socket.agentId)).toMatchObject([{ id: socket.deviceId, lostAt: null }]);
    expect(await steps(socket.agentId)).toEqual(['AVAILABLE']);
  });

  it('nobody who does not exist has a device', async () => {
    expect(await bus.ask(deviceOpened, { account: 'demo', agentId: 'nobody', deviceId: 'd', nodeId: 'n' })).toEqual({ known: false });
    expect(await bus.ask(deviceOpened, { ...(await online()), account: 'elsewhere' })).toEqual({ known: false });
  });
});

describe('calls', () => {
  it('D4 one commit is one step: from the call to wrap-up', async () => {
    const { agentId } = await online();
    const commit = conversation();
    await commit(engaged(agentId, 'RINGING'));
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    expect(await steps(agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'WRAP_UP']);
    const versions = (await told(agentId)).flatMap((event) => (event.type === 'presence.changed' ? [event.presence.version] : []));
    expect(versions).toEqual([2, 3, 4, 5]);
  });

  it('S32 a cold transfer to a colleague leaves the transferor available', async () => {
    const { agentId } = await online();
    const commit = conversation();
    const target = {
      kind: 'AGENT',
      label: 'Bob',
      agentId: 'bob',
      teamId: null,
      numberId: null,
      contactId: null,
      phoneNumber: null,
    } as const;
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(engaged(agentId, 'RESERVED'));
    await commit(
      {
        type: 'transfer.completed',
        transferId: 't1',
        callId: 'c1',
        transferorId: agentId,
        mode: 'COLD',
        target,
        newCallId: 'c2',
        targetAgentId: 'bob',
      },
      { type: 'call.ended', callId: 'c1', agentId, answered: true, how: 'TRANSFERRED', viaTransferId: 't1' },
      { type: 'agent.freed', agentId },
    );
    expect(await steps(agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE']);
  });

  it('tells routing which of its events it has taken into account', async () => {
    const { agentId } = await online();
    const commit = conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    const standing = (await told(agentId)).flatMap((event) => (event.type === 'standing.changed' ? [event.standing] : [])).at(-1);
    expect(standing).toMatchObject({ inWrapUp: true, seen: { seq: 3 } });
  });

  it('wrap-up runs out by itself, also when its process has died meanwhile, and never before', async () => {
    const { agentId } = await online();
    const commit = conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    const [timer] = await presence.database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 AS seconds FROM timer WHERE subject = $1`,
      agentId,
    );
    expect(timer?.seconds).toBeGreaterThan(25);
    await presence.stop();
    presence = await begin();
    expect(await availability(agentId)).toBe('WRAP_UP');
    await presence.database.query('UPDATE timer SET due_at = clock_timestamp() WHERE subject = $1', agentId);
    await eventually(
      () => availability(agentId),
      (is) => is === 'AVAILABLE',
    );
    expect((await told(agentId)).at(-1)).toMatchObject({ type: 'wrapUp.ended', callId: 'c1' });
  });
});

describe('many at once', () => {
  it('changes one agent one at a time: versions and numbers without gaps', async () => {
    const { agentId } = await online();
    const statuses = ['BUSY', 'AVAILABLE', 'UNAVAILABLE', 'TRANSFERS_ONLY'] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        presence.handler.change({
          account: 'demo',
          agentId,
          at: new Date().toISOString(),
          commands: async () => [{ type: 'chooseStatus', status: statuses[i % 4] ?? 'BUSY', reason: String(i), at: '' }],
        }),
      ),
    );
    const rows = await presence.database.query<{ from: number; seq: number }>(
      `SELECT (body->>'from')::int AS from, seq FROM outbox WHERE key = $1 ORDER BY seq`,
      agentId,
    );
    expect(rows.map(({ from }) => from)).toEqual([1, ...rows.slice(0, -1).map(({ seq }) => seq + 1)]);
    expect((await shown(agentId))?.version).toBe(22);
  });
});
