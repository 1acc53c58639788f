import { deviceClosed, deviceOpened, nodeRenewed, presenceSnapshot, type PhonesFact, type PhoneState } from '@cordboard/contracts';
import type { Taken } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { BOB, ended, engaged, freed, handedOn, nowhere, RunningPresence } from './presence.running.ts';

let running: RunningPresence;
beforeAll(async () => {
  running = await RunningPresence.start();
});
afterAll(() => running?.stop());

describe('devices', () => {
  it('D15 who has none is offline; a goodbye takes effect at once', async () => {
    const socket = await running.online();
    expect(await running.availability(socket.agentId)).toBe('AVAILABLE');
    await running.request(deviceClosed, { ...socket, clean: true });
    expect(await running.availability(socket.agentId)).toBe('OFFLINE');
  });

  it('D15 a lost socket lives on for a grace; who comes back within it never went', async () => {
    const socket = await running.online();
    await running.request(deviceClosed, { ...socket, clean: false });
    expect(await running.availability(socket.agentId)).toBe('AVAILABLE');
    await running.request(deviceOpened, { ...socket, nodeId: newId() });
    expect(await running.presence.database.query('SELECT 1 FROM timer WHERE subject = $1', socket.agentId)).toEqual([]);
    expect(await running.steps(socket.agentId)).toEqual(['AVAILABLE']);
  });

  it('D15 when the grace is over they are offline', async () => {
    const socket = await running.online();
    await running.request(deviceClosed, { ...socket, clean: false });
    await running.presence.database.query(
      `UPDATE device SET lost_at = lost_at - interval '16 seconds' WHERE agent_id = $1`,
      socket.agentId,
    );
    await running.presence.database.query(`UPDATE timer SET due_at = clock_timestamp() WHERE subject = $1`, socket.agentId);
    await eventually(
      () => running.availability(socket.agentId),
      (is) => is === 'OFFLINE',
    );
  });

  it('D18 a lost socket’s grace ends with the token that it came with', async () => {
    const socket = await running.online();
    await running.request(deviceClosed, { ...socket, clean: false, tokenEnds: new Date(Date.now() - 1_000).toISOString() });
    const due = 'SELECT 1 FROM timer WHERE subject = $1 AND due_at > clock_timestamp()';
    expect(await running.presence.database.query(due, socket.agentId)).toEqual([]);
    await eventually(
      () => running.availability(socket.agentId),
      (is) => is === 'OFFLINE',
    );
    expect(await running.presence.devices.of('demo', socket.agentId)).toEqual([]);
  });

  it('D18 nobody whose tokens are revoked comes back on a lost socket: they are offline at once', async () => {
    const [lost, open] = [await running.online(), await running.online()];
    await running.request(deviceClosed, { ...lost, clean: false });
    const revoked = (agentId: string) => ({
      source: 'directory' as const,
      account: 'demo',
      key: `agent-${agentId}`,
      from: 1,
      seq: 1,
      at: new Date().toISOString(),
      events: [{ type: 'agent.tokensRevoked', agentId }],
    });
    for (const { agentId } of [lost, open]) expect(await running.presence.directory.take(revoked(agentId))).toBe('applied');
    expect(await running.availability(lost.agentId)).toBe('OFFLINE');
    expect(await running.presence.database.query('SELECT 1 FROM timer WHERE subject = $1', lost.agentId)).toEqual([]);
    expect(await running.availability(open.agentId)).toBe('AVAILABLE'); // the gateway that holds it closes it
  });

  it('a replica whose lease runs out has lost all its sockets, and is told to say them again', async () => {
    const socket = await running.online();
    await running.presence.database.query(
      `UPDATE node SET leased_until = clock_timestamp() - interval '1 second' WHERE id = $1`,
      socket.nodeId,
    );
    await eventually(
      () => running.presence.devices.of('demo', socket.agentId),
      (devices) => devices[0]?.lostAt !== null,
    );
    expect(await running.request(nodeRenewed, { nodeId: socket.nodeId })).toEqual({ known: false });
    await running.request(deviceOpened, socket);
    expect(await running.presence.devices.of('demo', socket.agentId)).toMatchObject([{ id: socket.deviceId, lostAt: null }]);
    expect(await running.steps(socket.agentId)).toEqual(['AVAILABLE']);
  });

  it('the same name on two agents’ devices is two devices', async () => {
    const [one, other] = [await running.online(), await running.online()];
    await running.request(deviceOpened, { ...other, deviceId: one.deviceId, nodeId: one.nodeId });
    await running.request(deviceClosed, { ...one, clean: true });
    expect(await running.availability(one.agentId)).toBe('OFFLINE');
    expect((await running.presence.devices.of('demo', other.agentId)).map(({ id }) => id)).toContain(one.deviceId);
  });

  it('nobody who does not exist has a device', async () => {
    expect(await running.request(deviceOpened, { account: 'demo', agentId: 'nobody', deviceId: 'd', nodeId: 'n' })).toEqual({
      known: false,
    });
    expect(await running.request(deviceOpened, { ...(await running.online()), account: 'elsewhere' })).toEqual({ known: false });
  });
});

describe('phones', () => {
  let told = 0;
  const phones = (agentId: string, ...states: PhoneState[]): Promise<Taken> => {
    told += 1;
    const since = '2026-01-05T10:00:00.000Z';
    const fact: PhonesFact = {
      type: 'phones.changed',
      agentId,
      phones: states.map((state, i) => ({ name: `${agentId}.${i}`, state, since })),
    };
    const key = `phones-${agentId}-${told}`;
    return running.presence.takeTelephony({ source: 'telephony', account: 'demo', key, from: 1, seq: 1, at: since, events: [fact] });
  };
  it('an agent whose only phone is unplugged is OFFLINE, and back with it', async () => {
    const { agentId } = await running.online();
    await phones(agentId, 'idle');
    await phones(agentId, 'unreachable');
    await phones(agentId, 'unreachable', 'idle');
    await phones(agentId, 'unreachable', 'busy');
    expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'OFFLINE', 'AVAILABLE']);
  });

  it('signs nobody in', async () => {
    const socket = await running.online();
    await phones(socket.agentId, 'idle');
    await running.request(deviceClosed, { ...socket, clean: true });
    expect(await running.availability(socket.agentId)).toBe('OFFLINE');
    await phones(socket.agentId, 'busy');
    expect(await running.availability(socket.agentId)).toBe('OFFLINE');
  });

  it('of nobody we know is kept for when they come', async () => {
    const agentId = `agent-${newId()}`;
    expect(await phones(agentId, 'unreachable')).toBe('applied');
    await running.presence.database.transaction((tx) => running.presence.store.know(tx, 'demo', agentId, 'Somebody'));
    await running.request(deviceOpened, { account: 'demo', agentId, deviceId: newId(), nodeId: newId() });
    expect(await running.availability(agentId)).toBe('OFFLINE');
  });
});

describe('devices, as the graph sees them', () => {
  const signOut = (args: string) => `mutation { signOutOtherDevices${args} { ... on Agent { devices { id } presence { availability } } } }`;
  const report = (deviceId: string, rest: string) =>
    `mutation { reportConnection(deviceId: "${deviceId}" ${rest}) { ... on Agent { devices { id appVersion rttMs jitterMs packetLoss reportedAt } } } }`;

  it('all but the one that is named are signed out at once, and the replicas that hold them are told', async () => {
    const kept = await running.online();
    const [gone, lost] = [
      { ...kept, deviceId: newId() },
      { ...kept, deviceId: newId(), nodeId: newId() },
    ];
    await running.request(deviceOpened, gone);
    await running.request(deviceOpened, lost);
    await running.request(deviceClosed, { ...lost, clean: false });
    expect((await running.ask({ sub: kept.agentId }, signOut(`(deviceId: "${kept.deviceId}")`))).data).toEqual({
      signOutOtherDevices: { devices: [{ id: kept.deviceId }], presence: { availability: 'AVAILABLE' } },
    });
    const devices = (await running.told(kept.agentId)).flatMap((event) => (event.type === 'devices.signedOut' ? event.devices : []));
    expect(new Set(devices.map(({ deviceId, nodeId }) => `${deviceId} ${nodeId}`))).toEqual(
      new Set([gone, lost].map(({ deviceId, nodeId }) => `${deviceId} ${nodeId}`)),
    );
    expect(await running.presence.database.query('SELECT 1 FROM timer WHERE subject = $1', kept.agentId)).toEqual([]);
  });

  it('without a name all go: who has none is offline; a supervisor may do it for another, a colleague may not', async () => {
    const { agentId } = await running.online();
    await running.presence.database.transaction((tx) => running.presence.store.know(tx, 'demo', 'sam', 'Sam'));
    expect(await running.code({ sub: 'sam' }, signOut(`(agentId: "${agentId}")`))).toBe('FORBIDDEN');
    expect(await running.code({ sub: 'sam', role: 'SUPERVISOR', account: 'other' }, signOut(`(agentId: "${agentId}")`))).toBe('NOT_FOUND');
    expect((await running.ask({ sub: 'sam', role: 'SUPERVISOR' }, signOut(`(agentId: "${agentId}")`))).data).toEqual({
      signOutOtherDevices: { devices: [], presence: { availability: 'OFFLINE' } },
    });
  });

  it('a device that the agent does not have cannot be kept: nothing is signed out', async () => {
    const { agentId, deviceId } = await running.online();
    expect(await running.code({ sub: agentId }, signOut('(deviceId: "nothing")'))).toBe('NOT_FOUND');
    expect((await running.presence.devices.of('demo', agentId)).map(({ id }) => id)).toEqual([deviceId]);
  });

  it('what an app reports of its connection is kept with its device, also over a reconnect', async () => {
    const socket = await running.online();
    await running.ask({ sub: socket.agentId }, report(socket.deviceId, 'appVersion: "2.1", rttMs: 40, jitterMs: 3.5, packetLoss: 0.02'));
    await running.request(deviceClosed, { ...socket, clean: false });
    await running.request(deviceOpened, { ...socket, nodeId: newId() });
    const [device] = await running.presence.devices.of('demo', socket.agentId);
    expect(device).toMatchObject({ appVersion: '2.1', rttMs: 40, jitterMs: 3.5, packetLoss: 0.02, lostAt: null });
    expect((await running.ask({ sub: socket.agentId }, report(socket.deviceId, 'rttMs: 900'))).data).toMatchObject({
      reportConnection: { devices: [{ appVersion: null, rttMs: 900, jitterMs: null, packetLoss: null, reportedAt: expect.any(String) }] },
    });
  });

  it('only one’s own device can report, and only what can be', async () => {
    const [own, other] = [await running.online(), await running.online()];
    expect(await running.code({ sub: own.agentId }, report(other.deviceId, 'rttMs: 1'))).toBe('NOT_FOUND');
    expect(await running.code({ sub: own.agentId, account: 'other' }, report(own.deviceId, 'rttMs: 1'))).toBe('NOT_FOUND');
    for (const wrong of ['rttMs: -1', 'packetLoss: 30', `appVersion: "${'x'.repeat(65)}"`])
      expect(await running.code({ sub: own.agentId }, report(own.deviceId, wrong))).toBe('BAD_USER_INPUT');
  });
});

it('a snapshot says which agents and teams there are not', async () => {
  const { agentId } = await running.online();
  const asked = { account: 'demo', agentIds: [agentId, 'nobody'], teamIds: ['no-team'] };
  const { agents, unknown } = await running.request(presenceSnapshot, asked);
  expect([agents.map((agent) => agent.agentId), unknown]).toEqual([[agentId], ['nobody', 'no-team']]);
});

describe('calls', () => {
  it('D4 one commit is one step: from the call to wrap-up', async () => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'RINGING'));
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'WRAP_UP']);
    const versions = (await running.told(agentId)).flatMap((event) => (event.type === 'presence.changed' ? [event.presence.version] : []));
    expect(versions).toEqual([2, 3, 4, 5]);
  });

  it('S32 a cold transfer to a colleague leaves the transferor available', async () => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(engaged(agentId, 'RESERVED'));
    await commit(...handedOn(agentId, 'COLD', BOB));
    expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE']);
  });

  it.each([
    ['a Number', { ...nowhere, kind: 'NUMBER', label: 'bob', numberId: 'bob' }],
    ['an outside number', { ...nowhere, kind: 'EXTERNAL', label: '+33622222222', phoneNumber: '+33622222222' }],
    ['a contact', { ...nowhere, kind: 'CONTACT', label: 'Bob (direct)', contactId: 'k', numberId: 'bob' }],
  ] as const)('S33 a cold transfer to %s gives the transferor wrap-up once it is completed', async (_, target) => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(engaged(agentId, 'RESERVED'));
    await commit(...handedOn(agentId, 'COLD', target));
    expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE', 'WRAP_UP']);
  });

  it.each([
    ['whose transferor took the caller back', 'CANCELLED', 'CANCELLED_BY_TRANSFEROR'],
    ['whose caller left', 'ABANDONED', 'CALLER_HUNG_UP'],
  ] as const)('D4 a target of a consultation %s gets no wrap-up', async (_, status, reason) => {
    const [transferor, target] = [await running.online(), await running.online()];
    const commit = running.conversation();
    const transfer = { transferId: 't1', callId: 'c1', transferorId: transferor.agentId };
    await commit(engaged(transferor.agentId, 'IN_CALL'));
    await commit(engaged(target.agentId, 'RINGING'));
    await commit({ type: 'transfer.consulting', ...transfer }, engaged(target.agentId, 'IN_CALL'));
    await commit({ type: 'transfer.ended', ...transfer, mode: 'WARM', status, reason }, freed(target.agentId));
    await commit(ended(transferor.agentId), freed(transferor.agentId));
    expect(await running.steps(target.agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'AVAILABLE']);
    expect(await running.steps(transferor.agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'WRAP_UP']);
  });

  it('D4 a call between two colleagues gives neither of them wrap-up; who dials was never rung', async () => {
    const [one, other] = [await running.online(), await running.online()];
    const commit = running.conversation();
    await commit(engaged(one.agentId, 'IN_CALL'), engaged(other.agentId, 'RINGING'));
    await commit(engaged(other.agentId, 'IN_CALL'));
    await commit(ended(other.agentId, { direction: 'INTERNAL' }), freed(one.agentId), freed(other.agentId));
    expect(await running.steps(one.agentId)).toEqual(['AVAILABLE', 'IN_CALL', 'AVAILABLE']);
    expect(await running.steps(other.agentId)).toEqual(['AVAILABLE', 'RINGING', 'IN_CALL', 'AVAILABLE']);
  });

  it('shows the wrap-up with its end, to routing its call', async () => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), freed(agentId));
    const before = await running.shown(agentId);
    expect(before?.wrapUp).toMatchObject({ callId: 'c1' });
    await running.presence.handler.change({
      account: 'demo',
      agentId,
      at: '',
      commands: async () => [{ type: 'extendWrapUp', callId: 'c1', seconds: 60, at: '' }],
    });
    const after = await running.shown(agentId);
    expect(Date.parse(after?.wrapUp?.until ?? '') - Date.parse(before?.wrapUp?.until ?? '')).toBe(60_000);
    expect(after).toMatchObject({ version: (before?.version ?? 0) + 1, since: before?.since });
    const standings = (await running.told(agentId)).flatMap((event) =>
      event.type === 'standing.changed' ? [event.standing.wrapUpCallId] : [],
    );
    expect(standings.at(-1)).toBe('c1');
  });

  it('tells routing which of its events it has taken into account', async () => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    const standing = (await running.told(agentId)).flatMap((event) => (event.type === 'standing.changed' ? [event.standing] : [])).at(-1);
    expect(standing).toMatchObject({ inWrapUp: true, seen: { seq: 3 } });
  });

  it('wrap-up runs out by itself, also when its process has died meanwhile, and never before', async () => {
    const { agentId } = await running.online();
    const commit = running.conversation();
    await commit(engaged(agentId, 'IN_CALL'));
    await commit(ended(agentId), { type: 'agent.freed', agentId });
    const [timer] = await running.presence.database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 AS seconds FROM timer WHERE subject = $1`,
      agentId,
    );
    expect(timer?.seconds).toBeGreaterThan(25);
    await running.restart();
    expect(await running.availability(agentId)).toBe('WRAP_UP');
    await running.timeGoesBy(agentId);
    await eventually(
      () => running.availability(agentId),
      (is) => is === 'AVAILABLE',
    );
    expect((await running.told(agentId)).at(-1)).toMatchObject({ type: 'wrapUp.ended', callId: 'c1' });
  });
});

describe('many at once', () => {
  it('changes one agent one at a time: versions and numbers without gaps', async () => {
    const { agentId } = await running.online();
    const statuses = ['BUSY', 'AVAILABLE', 'UNAVAILABLE', 'TRANSFERS_ONLY'] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        running.presence.handler.change({
          account: 'demo',
          agentId,
          at: new Date().toISOString(),
          commands: async () => [{ type: 'chooseStatus', status: statuses[i % 4] ?? 'BUSY', reason: String(i), at: '' }],
        }),
      ),
    );
    const rows = await running.presence.database.query<{ from: number; seq: number }>(
      `SELECT (body->>'from')::int AS from, seq FROM outbox WHERE key = $1 ORDER BY seq`,
      agentId,
    );
    expect(rows.map(({ from }) => from)).toEqual([1, ...rows.slice(0, -1).map(({ seq }) => seq + 1)]);
    expect((await running.shown(agentId))?.version).toBe(22);
  });
});

it('a database that is away is no fault of what is asked: presence says that it cannot answer now, and can again', async () => {
  const { agentId } = await running.online();
  const busy = 'mutation { setStatus(status: BUSY) { __typename } }';
  running.wire.cut();
  expect(await running.code({ sub: agentId }, busy)).toBe('UPSTREAM_UNAVAILABLE');
  running.wire.mend();
  await eventually(async () => (await running.ask({ sub: agentId }, busy)).data?.['setStatus']);
});
