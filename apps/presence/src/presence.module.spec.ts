import { deviceClosed, deviceOpened, nodeRenewed, presenceSnapshot, type PresenceEvent, type RoutingEvent } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { newId, startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { RoutingListener } from './listeners/routing.listener.ts';
import { PresenceModule, PresenceService } from './presence.module.ts';

let testDb: TestDatabase, nats: TestNats, key: TestKey, bus: Bus, service: RunningService, presence: PresenceService;

const begin = async (): Promise<void> => {
  const env = { PORT: 0, HOST: '127.0.0.1', DATABASE_URL: testDb.url, NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile };
  service = await startService('presence', await PresenceModule.from(env), env);
  presence = service.app.get(PresenceService);
  await presence.bus.flush();
};

beforeAll(async () => {
  [testDb, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  await begin();
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
  await service?.close();
  await bus?.close();
  await Promise.all([nats?.stop(), testDb?.drop()]);
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
const ended = (agentId: string, more: Partial<Extract<RoutingEvent, { type: 'call.ended' }>> = {}): RoutingEvent => ({
  type: 'call.ended',
  callId: 'c1',
  agentId,
  answered: true,
  direction: 'INBOUND',
  how: 'CALLER_HUNG_UP',
  viaTransferId: null,
  ...more,
});
const freed = (agentId: string): RoutingEvent => ({ type: 'agent.freed', agentId });
const nowhere = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
const BOB = { ...nowhere, kind: 'AGENT', label: 'Bob', agentId: 'bob' } as const;
/** One commit: a transfer has completed, and with it the transferor's call has ended. */
const handedOn = (
  transferorId: string,
  mode: 'COLD' | 'WARM',
  target: Extract<RoutingEvent, { type: 'transfer.completed' }>['target'],
): RoutingEvent[] => [
  {
    type: 'transfer.completed',
    transferId: 't1',
    callId: 'c1',
    transferorId,
    mode,
    target,
    newCallId: 'c2',
    targetAgentId: target.agentId,
  },
  ended(transferorId, { how: 'TRANSFERRED', viaTransferId: 't1' }),
  freed(transferorId),
];

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

  it('the same name on two agents’ devices is two devices', async () => {
    const [one, other] = [await online(), await online()];
    await bus.ask(deviceOpened, { ...other, deviceId: one.deviceId, nodeId: one.nodeId });
    await bus.ask(deviceClosed, { ...one, clean: true });
    expect(await availability(one.agentId)).toBe('OFFLINE');
    expect((await presence.devices.of('demo', other.agentId)).map(({ id }) => id)).toContain(one.deviceId);
  });

  it('nobody who does not exist has a device', async () => {
    expect(await bus.ask(deviceOpened, { account: 'demo', agentId: 'nobody', deviceId: 'd', nodeId: 'n' })).toEqual({ known: false });
    expect(await bus.ask(deviceOpened, { ...(await online()), account: 'elsewhere' })).toEqual({ known: false });
  });
});

describe('devices, as the graph sees them', () => {
  type Answer = { data: Record<string, unknown> | null; errors?: { extensions: { code: string } }[] };
  const ask = async (who: Parameters<TestKey['token']>[0], query: string): Promise<Answer> => {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await key.token(who)}` },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  };
  const code = async (who: Parameters<TestKey['token']>[0], query: string) => (await ask(who, query)).errors?.[0]?.extensions.code;
  const signOut = (args: string) => `mutation { signOutOtherDevices${args} { ... on Agent { devices { id } presence { availability } } } }`;
  const report = (deviceId: string, rest: string) =>
    `mutation { reportConnection(deviceId: "${deviceId}" ${rest}) { ... on Agent { devices { id appVersion rttMs jitterMs packetLoss reportedAt } } } }`;

  it('all but the one that is named are signed out at once, and the replicas that hold them are told', async () => {
    const kept = await online();
    const [gone, lost] = [
      { ...kept, deviceId: newId() },
      { ...kept, deviceId: newId(), nodeId: newId() },
    ];
    await bus.ask(deviceOpened, gone);
    await bus.ask(deviceOpened, lost);
    await bus.ask(deviceClosed, { ...lost, clean: false });
    expect((await ask({ sub: kept.agentId }, signOut(`(deviceId: "${kept.deviceId}")`))).data).toEqual({
      signOutOtherDevices: { devices: [{ id: kept.deviceId }], presence: { availability: 'AVAILABLE' } },
    });
    const devices = (await told(kept.agentId)).flatMap((event) => (event.type === 'devices.signedOut' ? event.devices : []));
    expect(new Set(devices.map(({ deviceId, nodeId }) => `${deviceId} ${nodeId}`))).toEqual(
      new Set([gone, lost].map(({ deviceId, nodeId }) => `${deviceId} ${nodeId}`)),
    );
    expect(await presence.database.query('SELECT 1 FROM timer WHERE subject = $1', kept.agentId)).toEqual([]);
  });

  it('without a name all go: who has none is offline; a supervisor may do it for another, a colleague may not', async () => {
    const { agentId } = await online();
    await presence.database.transaction((tx) => presence.store.know(tx, 'demo', 'sam', 'Sam'));
    expect(await code({ sub: 'sam' }, signOut(`(agentId: "${agentId}")`))).toBe('FORBIDDEN');
    expect(await code({ sub: 'sam', role: 'SUPERVISOR', account: 'other' }, signOut(`(agentId: "${agentId}")`))).toBe('NOT_FOUND');
    expect((await ask({ sub: 'sam', role: 'SUPERVISOR' }, signOut(`(agentId: "${agentId}")`))).data).toEqual({
      signOutOtherDevices: { devices: [], presence: { availability: 'OFFLINE' } },
    });
  });

  it('a device that the agent does not have cannot be kept: nothing is signed out', async () => {
    const { agentId, deviceId } = await online();
    expect(await code({ sub: agentId }, signOut('(deviceId: "nothing")'))).toBe('NOT_FOUND');
    expect((await presence.devices.of('demo', agentId)).map(({ id }) => id)).toEqual([deviceId]);
  });

  it('what an app reports of its connection is kept with its device, also over a reconnect', async () => {
    const socket = await online();
    await ask({ sub: socket.agentId }, report(socket.deviceId, 'appVersion: "2.1", rttMs: 40, jitterMs: 3.5, packetLoss: 0.02'));
    await bus.ask(deviceClosed, { ...socket, clean: false });
    await bus.ask(deviceOpened, { ...socket, nodeId: newId() });
    const [device] = await presence.devices.of('demo', socket.agentId);
    expect(device).toMatchObject({ appVersion: '2.1', rttMs: 40, jitterMs: 3.5, packetLoss: 0.02, lostAt: null });
    expect((await ask({ sub: socket.agentId }, report(socket.deviceId, 'rttMs: 900'))).data).toMatchObject({
      reportConnection: { devices: [{ appVersion: null, rttMs: 900, jitterMs: null, packetLoss: null, reportedAt: expect.any(String) }] },
    });
  });

  it('only one’s own device can report, and only what can be', async () => {
    const [own, other] = [await online(), await online()];
    expect(await code({ sub: own.agentId }, report(other.deviceId, 'rttMs: 1'))).toBe('NOT_FOUND');
    expect(await code({ sub: own.agentId, account: 'other' }, report(own.deviceId, 'rttMs: 1'))).toBe('NOT_FOUND');
    for (const wrong of ['rttMs: -1', 'packetLoss: 30', `appVersion: "${'x'.repeat(65)}"`])
      expect(await code({ sub: own.agentId }, report(own.deviceId, wrong))).toBe('BAD_USER_INPUT');
  });
});

it('a snapshot says which agents and teams there are not', async () => {
  const { agentId } = await online();
  const asked = { account: 'demo', agentIds: [agentId, 'nobody'], teamIds: ['no-team'] };
  const { agents, unknown } = await bus.ask(presenceSnapshot, asked);
  expect([agents.map((agent) => agent.agentId), unknown]).toEqual([[agentId], ['nobody', 'no-team']]);
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
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(engaged(agentId, 'RESERVED'));
    await commit(...handedOn(agentId, 'COLD', BOB));
    expect(await steps(agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE']);
  });

  it.each([
    ['a Number', { ...nowhere, kind: 'NUMBER', label: 'bob', numberId: 'bob' }],
    ['an outside number', { ...nowhere, kind: 'EXTERNAL', label: '+33622222222', phoneNumber: '+33622222222' }],
    ['a contact', { ...nowhere, kind: 'CONTACT', label: 'Bob (direct)', contactId: 'k', numberId: 'bob' }],
  ] as const)('S33 a cold transfer to %s gives the transferor wrap-up once it is completed', async (_, target) => {
    const { agentId } = await online();
    const commit = conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(engaged(agentId, 'RESERVED'));
    await commit(...handedOn(agentId, 'COLD', target));
    expect(await steps(agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE', 'WRAP_UP']);
  });

  it.each([
    ['whose transferor took the caller back', 'CANCELLED', 'CANCELLED_BY_TRANSFEROR'],
    ['whose caller left', 'ABANDONED', 'CALLER_HUNG_UP'],
  ] as const)('D4 a target of a consultation %s gets no wrap-up', async (_, status, reason) => {
    const [transferor, target] = [await online(), await online()];
    const commit = conversation();
    const transfer = { transferId: 't1', callId: 'c1', transferorId: transferor.agentId };
    await commit(engaged(transferor.agentId, 'IN_CALL'));
    await commit(engaged(target.agentId, 'RINGING'));
    await commit({ type: 'transfer.consulting', ...transfer }, engaged(target.agentId, 'IN_CALL'));
    await commit({ type: 'transfer.ended', ...transfer, mode: 'WARM', status, reason }, freed(target.agentId));
    await commit(ended(transferor.agentId), freed(transferor.agentId));
    expect(await steps(target.agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'AVAILABLE']);
    expect(await steps(transferor.agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'WRAP_UP']);
  });

  it('D4 a call between two colleagues gives neither of them wrap-up; who dials was never rung', async () => {
    const [one, other] = [await online(), await online()];
    const commit = conversation();
    await commit(engaged(one.agentId, 'IN_CALL'), engaged(other.agentId, 'RINGING'));
    await commit(engaged(other.agentId, 'IN_CALL'));
    await commit(ended(other.agentId, { direction: 'INTERNAL' }), freed(one.agentId), freed(other.agentId));
    expect(await steps(one.agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE']);
    expect(await steps(other.agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'AVAILABLE']);
  });

  it('shows the wrap-up with its end, to routing its call', async () => {
    const { agentId } = await online();
    const commit = conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), freed(agentId));
    const before = await shown(agentId);
    expect(before?.wrapUp).toMatchObject({ callId: 'c1' });
    await presence.handler.change({
      account: 'demo',
      agentId,
      at: '',
      commands: async () => [{ type: 'extendWrapUp', callId: 'c1', seconds: 60, at: '' }],
    });
    const after = await shown(agentId);
    expect(Date.parse(after?.wrapUp?.until ?? '') - Date.parse(before?.wrapUp?.until ?? '')).toBe(60_000);
    expect(after).toMatchObject({ version: (before?.version ?? 0) + 1, since: before?.since });
    const standings = (await told(agentId)).flatMap((event) => (event.type === 'standing.changed' ? [event.standing.wrapUpCallId] : []));
    expect(standings.at(-1)).toBe('c1');
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
    await service.close();
    await begin();
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
