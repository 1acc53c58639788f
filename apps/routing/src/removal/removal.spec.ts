import { neededByCalls, noFiles, subjectOf, usualPolicy, type DirectoryEvent } from '@cordboard/contracts';
import { ringing } from '@cordboard/domain-transfer';
import { Bus } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { openDatabase } from '../database.store.ts';
import { Routing } from '../routing.module.ts';

let testDb: TestDatabase, nats: TestNats, bus: Bus, routing: Routing;
const begin = async (): Promise<void> => {
  routing = new Routing(await openDatabase(testDb.url), await Bus.connect({ url: nats.url, name: 'routing' }));
  routing.start();
  await routing.bus.flush();
};
beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  await begin();
  await tell('policy-demo', { type: 'policy.saved', policy: usualPolicy });
});
afterAll(async () => {
  await routing.stop();
  await bus.close();
  await Promise.all([nats.stop(), testDb.drop()]);
});

const seqs = new Map<string, number>();
/** The directory tells this on its stream; resolves once routing, where it runs, has taken it. */
async function publish(key: string, event: DirectoryEvent): Promise<number> {
  const seq = (seqs.get(key) ?? 0) + 1;
  seqs.set(key, seq);
  const told = { source: 'directory', account: 'demo', key, from: seq, seq, at: new Date().toISOString(), events: [event] };
  await bus.stream('directory');
  await bus.streams.publish(subjectOf('directory', 'demo', key), JSON.stringify(told));
  return seq;
}
async function tell(key: string, event: DirectoryEvent): Promise<void> {
  const seq = await publish(key, event);
  await eventually(async () => {
    const [row] = await routing.database.query<{ seq: number }>(`SELECT seq FROM inbox WHERE source = 'directory' AND key = $1`, key);
    return row?.seq === seq;
  });
}
const hire = (id: string): Promise<void> =>
  tell(`agent-${id}`, {
    type: 'agent.saved',
    agent: {
      ...{ id, name: id, extension: id, role: 'AGENT', defaultNumberId: null, dedicatedNumberId: null },
      ...{ forwarding: null, mayDialOut: true },
    },
  });
const stands = (agentId: string, rev: number) =>
  routing.presence.tell('demo', { agentId, rev, status: 'AVAILABLE', reachable: true, inWrapUp: false, wrapUpCallId: null, seen: null });

/** A team of two available agents, and a Number that rings it. */
async function scene() {
  const key = newId();
  const [ann, ben, team, number] = [`ann-${key}`, `ben-${key}`, `team-${key}`, `number-${key}`];
  const e164 = `+33${String(Math.floor(Math.random() * 1e9)).padStart(9, '1')}`;
  for (const id of [ann, ben]) await hire(id);
  await tell(`team-${team}`, { type: 'team.saved', team: { id: team, name: team, memberIds: [ann, ben], dedicatedNumberId: null } });
  await tell(`number-${number}`, {
    type: 'number.saved',
    number: {
      ...{ id: number, label: key, e164, dedicatedAgentId: null, dedicatedTeamId: null, recording: null, voicemail: false },
      ...{ greeting: null, openingHours: null, unavailabilityMessage: null, voicemailMessage: null, language: null, files: noFiles },
      distribution: [{ agentId: null, teamId: team, how: 'ALL_AT_ONCE', ringSeconds: null }],
    },
  });
  for (const id of [ann, ben]) await stands(id, 1);
  const callIn = async (): Promise<string> => {
    const id = newId();
    const call = { conversationId: id, legId: `in-${newId()}`, from: '+33611111111', to: e164, at: new Date().toISOString() };
    await routing.calls.came('demo', call, { source: 'telephony', key: call.legId, from: 1, seq: 1 });
    return id;
  };
  return { ann, ben, team, number, e164, callIn };
}
const rung = async (id: string): Promise<(string | null)[]> => {
  const stored = await routing.conversations.current(id);
  return stored ? ringing(stored.state).map(({ agentId }) => agentId) : [];
};
const accept = async (id: string, offerId: string): Promise<void> => {
  await routing.conversations.execute(id, { account: 'demo' }, () => ({
    command: { type: 'acceptOffer', offerId, at: new Date().toISOString() },
  }));
};
const needed = async (kind: 'AGENT' | 'TEAM' | 'NUMBER', id: string): Promise<boolean> =>
  (await bus.ask(neededByCalls, { account: 'demo', kind, id }, 20_000)).needed;
const targets = async (search: string) =>
  (
    await routing.targets.list({
      ...{ account: 'demo', agentId: 'nobody', lineId: null, search, kinds: null, includeUnavailable: true, after: null, limit: 10 },
    })
  ).map(({ id }) => id);

describe('D21 what a live call needs', () => {
  it('is its Number, and its agent once they have taken it: what only rings an agent does not count', async () => {
    const { ann, ben, number, team, callIn } = await scene();
    const id = await callIn();
    expect([await needed('NUMBER', number), await needed('AGENT', ann), await needed('TEAM', team)]).toEqual([true, false, false]);
    await accept(id, `${id}-o1`);
    expect([await needed('AGENT', ann), await needed('AGENT', ben)]).toEqual([true, false]);
  });

  it('is in its own account alone', async () => {
    const { number, callIn } = await scene();
    await callIn();
    const asked = { account: 'other', kind: 'NUMBER', id: number } as const;
    expect(await bus.ask(neededByCalls, asked, 20_000)).toEqual({ needed: false });
  });
});

describe('D18 D21 an agent who is deactivated', () => {
  it('is rung no more: what rings them is rescinded, whatever presence says; the others ring on', async () => {
    const { ann, ben, callIn } = await scene();
    const id = await callIn();
    expect(await rung(id)).toEqual([ann, ben]);
    await tell(`agent-${ann}`, { type: 'agent.deactivated', agentId: ann });
    await eventually(async () => (await rung(id)).join() === ben);
    await stands(ann, 2);
    expect(await rung(await callIn())).toEqual([]); // ben is rung already, and ann is gone
    expect(await routing.agents.dialled('demo', ann)).toBeNull();
    expect(await targets(ann)).toEqual([]);
  });

  it('is decided on anew by whoever was about to ring them', async () => {
    const { ann, ben } = await scene();
    const [before] = await routing.agents.find('demo', [ann]);
    await tell(`agent-${ann}`, { type: 'agent.deactivated', agentId: ann });
    const [after] = await routing.agents.find('demo', [ann, ben]);
    expect(after).toMatchObject({ rev: (before?.rev ?? 0) + 1, active: false, standing: { reachable: false } });
  });

  it('is back with their team when they are reactivated, though presence was heard first', async () => {
    const { ann, ben, callIn } = await scene();
    await tell(`agent-${ann}`, { type: 'agent.deactivated', agentId: ann });
    await stands(ann, 2);
    await hire(ann);
    expect(await targets(ann)).toEqual([ann]);
    expect(await rung(await callIn())).toEqual([ann, ben]);
  });

  it('is gone too when routing was away', async () => {
    const { ann, ben, callIn } = await scene();
    await routing.stop();
    await publish(`agent-${ann}`, { type: 'agent.deactivated', agentId: ann });
    await begin();
    await eventually(async () => (await targets(ann)).length === 0);
    expect(await rung(await callIn())).toEqual([ben]);
  });
});

describe('D21 a team that is deleted', () => {
  it('is no target, and what a transfer that raced with it rings is rescinded: the transferor is rung', async () => {
    const { ann, ben, team, callIn } = await scene();
    const other = await scene();
    const id = await callIn();
    await accept(id, `${id}-o1`);
    await connect(id);
    const started = await routing.transfers.start({
      ...{ conversationId: id, account: 'demo', agentId: ann, callId: `${id}-c1`, mode: 'COLD', target: { teamId: other.team } },
      ...{ note: null, idempotencyKey: null },
    });
    expect(started.is).toBe('started');
    expect([await needed('TEAM', other.team), await needed('TEAM', team), await needed('AGENT', ann)]).toEqual([true, false, true]);
    expect(await rung(id)).toEqual([other.ann, other.ben]);
    await tell(`team-${other.team}`, { type: 'team.deleted', teamId: other.team });
    await eventually(async () => (await rung(id)).join() === ann);
    expect(await needed('AGENT', ann)).toBe(true); // the caller has nobody else
    expect(await targets(other.team)).toEqual([]);
    const asked = { account: 'demo', agentId: ben, call: undefined, target: { teamId: other.team } };
    await expect(
      routing.transfers.start({ ...asked, conversationId: id, callId: `${id}-c1`, mode: 'COLD', note: null, idempotencyKey: null }),
    ).rejects.toThrow('team');
  });
});

describe('D21 a Number that is deleted', () => {
  it('is unknown to whoever calls it, and contacts with its phone number lead outside', async () => {
    const { number, e164, callIn } = await scene();
    const contact = newId();
    await tell(`contact-${contact}`, { type: 'contact.saved', contact: { id: contact, name: contact, e164, numberId: number } });
    expect(await routing.directory.contact('demo', contact)).toMatchObject({ numberId: number });
    await tell(`number-${number}`, { type: 'number.deleted', numberId: number });
    expect(await routing.directory.contact('demo', contact)).toMatchObject({ numberId: null });
    const stored = await routing.conversations.current(await callIn());
    expect(stored?.state.situation).toEqual({ is: 'ended' });
    expect(await targets(number)).toEqual([]);
  });
});

/** Until the first who was rung and the caller hear each other, as the engine tells it. */
async function connect(id: string): Promise<void> {
  const stored = await routing.conversations.current(id);
  for (const legId of [stored?.state.caller?.id ?? '', stored?.state.offers[0]?.legId ?? ''])
    for (const fact of [{ type: 'legAnswered' as const }, { type: 'legJoined' as const, room: 'main' as const }])
      await routing.conversations.execute(id, { account: 'demo' }, () => ({ command: { ...fact, legId, at: new Date().toISOString() } }));
}
