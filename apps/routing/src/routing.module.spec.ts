import { usualPolicy, noFiles } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import type { TelephonyEvent } from '@cordboard/contracts';
import { conversation, noConversation, ringing } from '@cordboard/domain-transfer';
import { TelephonyListener } from './listeners/telephony.listener.ts';
import { openDatabase } from './database.store.ts';
import { Routing } from './routing.module.ts';

let testDb: TestDatabase, nats: TestNats;
/** Two processes of the service over one database, as far as they can know. */
let one: Routing, two: Routing;

const process = async (name: string): Promise<Routing> => {
  const routing = new Routing(await openDatabase(testDb.url), await Bus.connect({ url: nats.url, name }));
  routing.start();
  return routing;
};

beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  [one, two] = await Promise.all([process('one'), process('two')]);
  await one.database.transaction(async (tx) => {
    await one.directory.apply(tx, 'demo', {
      type: 'policy.saved',
      policy: { ...usualPolicy, wrapUpSeconds: 0 },
    });
  });
});

afterAll(async () => {
  await Promise.all([one.stop(), two.stop()]);
  await Promise.all([nats.stop(), testDb.drop()]);
});

/** Agents of this test's own, available, in a team behind a Number of its own. */
async function team(...names: string[]): Promise<{ ids: string[]; number: string }> {
  const key = newId();
  const ids = names.map((name) => `${name}-${key}`);
  const number = `+33${String(Math.floor(Math.random() * 1e9)).padStart(9, '1')}`;
  await one.database.transaction(async (tx) => {
    for (const id of ids)
      await one.directory.apply(tx, 'demo', {
        type: 'agent.saved',
        agent: {
          id,
          name: id,
          extension: id,
          role: 'AGENT',
          defaultNumberId: null,
          dedicatedNumberId: null,
          forwarding: null,
          mayDialOut: true,
        },
      });
    await one.directory.apply(tx, 'demo', {
      type: 'team.saved',
      team: { id: `team-${key}`, name: `team-${key}`, memberIds: ids, dedicatedNumberId: null },
    });
    await one.directory.apply(tx, 'demo', {
      type: 'number.saved',
      number: {
        id: `number-${key}`,
        label: key,
        e164: number,
        distribution: [{ agentId: null, teamId: `team-${key}`, how: 'ALL_AT_ONCE', ringSeconds: null }],
        dedicatedAgentId: null,
        dedicatedTeamId: null,
        recording: null,
        voicemail: false,
        greeting: null,
        voicemailMessage: null,
        language: null,
        files: noFiles,
        openingHours: null,
        unavailabilityMessage: null,
      },
    });
  });
  for (const id of ids) await stands(id, 1, 'AVAILABLE');
  return { ids, number };
}

const stands = (agentId: string, rev: number, status: 'AVAILABLE' | 'UNAVAILABLE') =>
  one.presence.tell('demo', { agentId, rev, status, reachable: true, inWrapUp: false, wrapUpCallId: null, seen: null });

/** The engine tells a leg's next fact, to whichever process happens to hear it. */
const told = new Map<string, number>();
const tell = (routing: Routing, event: TelephonyEvent, seq = (told.get(event.legId) ?? 0) + 1) => {
  told.set(event.legId, Math.max(told.get(event.legId) ?? 0, seq));
  return new TelephonyListener(routing.calls, routing.conversations).take({
    source: 'telephony',
    account: 'demo',
    key: event.legId,
    from: seq,
    seq,
    at: new Date().toISOString(),
    events: [event],
  });
};

async function callIn(number: string): Promise<{ id: string; caller: string }> {
  const [id, caller] = [newId(), `in-${newId()}`];
  await tell(one, { type: 'leg.incoming', legId: caller, conversationId: id, from: '+33611111111', to: number });
  return { id, caller };
}

const stateOf = async (id: string) => {
  const stored = await one.conversations.current(id);
  if (!stored) throw new Error(`no conversation ${id}`);
  return stored.state;
};
const accept = (routing: Routing, id: string, offerId: string) =>
  routing.conversations.execute(id, { account: 'demo' }, () => ({
    command: { type: 'acceptOffer', offerId, at: new Date().toISOString() },
  }));

/** Until `agentId` and the caller hear each other. */
async function connect(id: string, caller: string, legId: string): Promise<void> {
  for (const leg of [caller, legId]) {
    await tell(one, { type: 'leg.answered', legId: leg, conversationId: id });
    await tell(two, { type: 'leg.joined', legId: leg, conversationId: id, room: 'main' });
  }
}

describe('races', () => {
  it('S15 two members answer in two processes at once: one of them wins, every time', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { number } = await team('a', 'b');
      const { id } = await callIn(number);
      const outcomes = await Promise.all([accept(one, id, `${id}-o1`), accept(two, id, `${id}-o2`)]);
      expect(outcomes.map((outcome) => outcome.is).sort()).toEqual(['done', 'refused']);
      const offers = (await stateOf(id)).offers.map((offer) => offer.end?.outcome);
      expect([...offers].sort()).toEqual(['ACCEPTED', 'ANSWERED_ELSEWHERE']);
    }
  });

  it('two calls want one agent: one offer, the other call is refused and stays where it is', async () => {
    for (let round = 0; round < 15; round += 1) {
      const callers = await Promise.all([team('a'), team('b')]);
      const target = (await team('target')).ids[0] ?? '';
      const calls = await Promise.all(
        callers.map(async ({ number, ids }) => {
          const { id, caller } = await callIn(number);
          await accept(one, id, `${id}-o1`);
          await connect(id, caller, `${id}-l1`);
          return { id, agentId: ids[0] ?? '' };
        }),
      );
      const started = await Promise.all(
        calls.map(({ id, agentId }, i) =>
          (i === 0 ? one : two).transfers.start({
            account: 'demo',
            agentId,
            conversationId: id,
            callId: `${id}-c1`,
            mode: 'COLD',
            target: { agentId: target },
            note: null,
            idempotencyKey: null,
          }),
        ),
      );
      expect(started.map(({ is }) => is).sort()).toEqual(['refused', 'started']);
      expect(started.find(({ is }) => is === 'refused')).toMatchObject({ refusal: { refused: 'TARGET_UNAVAILABLE' } });
      const left = calls[started.findIndex(({ is }) => is === 'refused')];
      expect((await stateOf(left?.id ?? '')).situation.is).toBe('talking');
    }
  }, 60_000);

  it('a target answers while the caller hangs up: abandoned, or connected and then ended; never an agent left alone', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { number } = await team('a');
      const { id, caller } = await callIn(number);
      await accept(one, id, `${id}-o1`);
      await connect(id, caller, `${id}-l1`);
      const target = (await team('t')).ids[0] ?? '';
      await one.transfers.start({
        account: 'demo',
        agentId: (await stateOf(id)).calls[0]?.agentId ?? '',
        conversationId: id,
        callId: `${id}-c1`,
        mode: 'COLD',
        target: { agentId: target },
        note: null,
        idempotencyKey: null,
      });
      await Promise.all([
        accept(one, id, `${id}-o2`),
        tell(two, { type: 'leg.ended', legId: caller, conversationId: id, reason: 'hangup', by: 'peer', answered: true }),
      ]);
      const after = await stateOf(id);
      expect(after.transfers.map(({ status, reason }) => [status, reason])).toEqual([['ABANDONED', 'CALLER_HUNG_UP']]);
      expect(after.legs).toEqual([]); // the target's is on its way out
      expect((await one.agents.find('demo', [target]))[0]?.standing.engagements).toEqual([]);
    }
  }, 60_000);

  it('a status changes while an offer is made: no offer, or it is rescinded', async () => {
    for (let round = 0; round < 20; round += 1) {
      const {
        ids: [agent = ''],
        number,
      } = await team('a');
      const [{ id }] = await Promise.all([callIn(number), stands(agent, 2, 'UNAVAILABLE')]);
      const state = await stateOf(id);
      expect(ringing(state)).toEqual([]);
      expect(state.offers.every((offer) => offer.end?.outcome === 'RESCINDED')).toBe(true);
    }
  });
});

describe('a command is one transaction', () => {
  it('tells its events without gaps, whichever process decided', async () => {
    const { number } = await team('a', 'b');
    const { id, caller } = await callIn(number);
    await Promise.all([accept(one, id, `${id}-o1`), accept(two, id, `${id}-o2`)]);
    await connect(id, caller, `${id}-l1`);
    const rows = await one.database.query<{ from: number; seq: number }>(
      `SELECT (body->>'from')::int AS from, seq FROM outbox WHERE key = $1 ORDER BY seq`,
      id,
    );
    expect(rows.map(({ from }) => from)).toEqual([1, ...rows.slice(0, -1).map(({ seq }) => seq + 1)]);
  });

  it('takes a fact once, and not before the one that it follows', async () => {
    const { number } = await team('a');
    const { id, caller } = await callIn(number);
    const joined = { type: 'leg.joined', legId: caller, conversationId: id, room: 'main' } as const;
    expect(await tell(one, joined, 3)).toBe('gap');
    expect(await tell(one, { type: 'leg.answered', legId: caller, conversationId: id }, 2)).toBe('applied');
    await Promise.all([tell(one, joined, 3), tell(two, joined, 3)]);
    const { version } = (await one.conversations.current(id)) ?? { version: 0 };
    await tell(two, joined, 3);
    expect((await one.conversations.current(id))?.version).toBe(version);
  });

  it('can be folded again from the events that it left', async () => {
    const { number } = await team('a');
    const { id, caller } = await callIn(number);
    await accept(one, id, `${id}-o1`);
    await connect(id, caller, `${id}-l1`);
    const rows = await one.database.query<{ events: Parameters<typeof conversation.evolve>[1][] }>(
      'SELECT events FROM conversation_event WHERE conversation_id = $1 ORDER BY version',
      id,
    );
    expect(rows.flatMap(({ events }) => events).reduce(conversation.evolve, noConversation)).toEqual(await stateOf(id));
  });

  it('remembers nothing that another process has changed: a refusal is never an old one', async () => {
    const { number } = await team('a');
    const { id, caller } = await callIn(number);
    await accept(one, id, `${id}-o1`);
    await tell(two, { type: 'leg.ended', legId: caller, conversationId: id, reason: 'hangup', by: 'peer', answered: false });
    const late = await one.conversations.execute(id, { account: 'demo' }, () => ({
      command: { type: 'hangUp', callId: `${id}-c1`, agentId: 'alice', at: new Date().toISOString() },
    }));
    expect(late).toMatchObject({ is: 'refused', refusal: { refused: 'ALREADY_ENDED' } });
  });
});

describe('ring time', () => {
  it('D1 ends an offer when it is due, not before, and survives its process', async () => {
    const { number } = await team('a');
    const { id } = await callIn(number);
    const [timer] = await one.database.query<{ due: Date; asked: string }>(`SELECT due_at AS due FROM timer WHERE subject = $1`, id);
    expect(timer?.due.toISOString()).toBe((await stateOf(id)).offers[0]?.expiresAt);
    // claimed by a process that died with it
    await one.database.query(
      `UPDATE timer SET due_at = clock_timestamp() - interval '1 second', claimed_until = clock_timestamp() + interval '1 second' WHERE subject = $1`,
      id,
    );
    expect(ringing(await stateOf(id))).toHaveLength(1);
    await eventually(
      async () => (await stateOf(id)).offers[0]?.end?.outcome,
      (outcome) => outcome === 'TIMED_OUT',
    );
    expect(await one.database.query('SELECT 1 FROM timer WHERE subject = $1', id)).toEqual([]);
  });
});
