import { streamOf, subjectOf, type OfferView, type PresenceEvent, type RoutingEvent, type Source } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { Bus } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { isDeepStrictEqual } from 'node:util';
import { openDatabase } from './database.store.ts';
import { HistoryModule } from './history.module.ts';

let database: TestDatabase;
let nats: TestNats;
let key: TestKey;
let service: RunningService;
let bus: Bus;
let tables: Database;

beforeAll(async () => {
  [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
  [bus, tables] = await Promise.all([Bus.connect({ url: nats.url, name: 'spec' }), openDatabase(database.url)]);
  service = await start();
});
afterAll(async () => {
  await service?.close();
  await Promise.all([bus?.close(), tables?.close()]);
  await Promise.all([nats?.stop(), database?.drop()]);
});

async function start(): Promise<RunningService> {
  const env = { PORT: 0, HOST: '127.0.0.1', DATABASE_URL: database.url, NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile };
  const started = await startService('history', await HistoryModule.from(env), env);
  await eventually(async () => (await fetch(`${started.url}/health/ready`)).ok);
  return started;
}

// What routing and presence would tell: the second counts from ten o'clock.
const time = (second: number): string => new Date(Date.parse('2026-01-05T10:00:00.000Z') + second * 1_000).toISOString();
interface Telling {
  readonly source: Source;
  readonly account: string;
  readonly key: string;
  readonly from: number;
  readonly seq: number;
  readonly at: string;
  readonly events: readonly (RoutingEvent | PresenceEvent)[];
}
function telling(source: Source, about: string, account = 'demo') {
  let seq = 0;
  return (second: number, ...events: (RoutingEvent | PresenceEvent)[]): Telling => {
    const from = seq + 1;
    seq += events.length;
    return { source, account, key: about, from, seq, at: time(second), events };
  };
}
async function publish(...envelopes: readonly Telling[]): Promise<void> {
  for (const envelope of envelopes) {
    await bus.stream(envelope.source);
    await bus.streams.publish(subjectOf(envelope.source, envelope.account, envelope.key), JSON.stringify(envelope));
  }
}

const began = (callId: string, more: Partial<Extract<RoutingEvent, { type: 'call.began' }>> = {}): RoutingEvent => ({
  type: 'call.began',
  callId,
  direction: 'INBOUND',
  caller: '+33611111111',
  lineId: 'main',
  entryNumberId: 'main',
  agentId: null,
  viaTransferId: null,
  callerAgentId: null,
  ...more,
});
const callEnded = (
  how: Extract<RoutingEvent, { type: 'call.ended' }>['how'],
  callId: string,
  agentId: string | null,
  viaTransferId: string | null = null,
): RoutingEvent => ({ type: 'call.ended', callId, agentId, answered: agentId !== null, direction: 'INBOUND', how, viaTransferId });
const offer = (
  id: string,
  callId: string,
  agentId: string,
  outcome: OfferView['outcome'],
  more: Partial<OfferView> = {},
): RoutingEvent => ({
  type: outcome ? 'offer.ended' : 'offer.made',
  offer: {
    id,
    kind: 'DIRECT',
    callId,
    transferId: null,
    agentId,
    displayNumber: '+33611111111',
    notice: null,
    caller: '+33611111111',
    transferorId: null,
    lineId: 'main',
    note: null,
    offeredAt: time(0),
    expiresAt: time(30),
    outcome,
    reason: null,
    endedAt: null,
    ...more,
  },
});
/** A caller whom alice answers and sends to bob cold. */
function coldToBob(k: string, account = 'demo'): readonly Telling[] {
  const tell = telling('routing', k, account);
  const [c1, c2, t1] = [`${k}-c1`, `${k}-c2`, `${k}-t1`];
  const transfer = {
    transferId: t1,
    callId: c1,
    transferorId: 'alice',
    mode: 'COLD' as const,
    target: { kind: 'AGENT' as const, agentId: 'bob', teamId: null, numberId: null, contactId: null, phoneNumber: null, label: 'Bob' },
  };
  return [
    tell(0, began(c1), offer(`${k}-o1`, c1, 'alice', null), offer(`${k}-o2`, c1, 'dan', null)),
    tell(
      5,
      offer(`${k}-o2`, c1, 'dan', 'ANSWERED_ELSEWHERE', { endedAt: time(5) }),
      offer(`${k}-o1`, c1, 'alice', 'ACCEPTED', { endedAt: time(5) }),
    ),
    tell(
      5,
      { type: 'call.answered', callId: c1, agentId: 'alice' },
      { type: 'agent.engaged', agentId: 'alice', as: 'IN_CALL', callId: c1 },
    ),
    tell(
      20,
      { type: 'transfer.started', ...transfer },
      offer(`${k}-o3`, c1, 'bob', null, { kind: 'COLD_TRANSFER', transferId: t1, transferorId: 'alice', offeredAt: time(20) }),
    ),
    tell(
      26,
      offer(`${k}-o3`, c1, 'bob', 'ACCEPTED', {
        kind: 'COLD_TRANSFER',
        transferId: t1,
        transferorId: 'alice',
        offeredAt: time(20),
        endedAt: time(26),
      }),
    ),
    tell(
      27,
      { type: 'transfer.completed', ...transfer, newCallId: c2, targetAgentId: 'bob' },
      began(c2, { viaTransferId: t1, entryNumberId: null }),
      callEnded('TRANSFERRED', c1, 'alice', t1),
      { type: 'call.answered', callId: c2, agentId: 'bob' },
    ),
    tell(60, callEnded('CALLER_HUNG_UP', c2, 'bob', t1)),
  ];
}
const missed = (k: string, more: Parameters<typeof began>[1] = {}, second = 100): readonly Telling[] => {
  const tell = telling('routing', k);
  return [tell(second, began(`${k}-c1`, more)), tell(second + 30, callEnded('NOBODY_ANSWERED', `${k}-c1`, null))];
};
const wrappedUp = (agentId: string, callId: string): readonly Telling[] => [
  telling('presence', agentId)(90, { type: 'wrapUp.ended', agentId, callId, startedAt: time(60), endedAt: time(75) }),
];

interface Row {
  readonly id: string;
  readonly [field: string]: unknown;
}
const SAM = { sub: 'sam', role: 'SUPERVISOR' as const };
async function ask(
  query: string,
  who: Parameters<TestKey['token']>[0],
): Promise<{ data: Record<string, unknown>; errors?: { extensions: { code: string } }[] }> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await key.token(who)}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
}
async function rows(args: string, fields = 'id', who: Parameters<TestKey['token']>[0] = SAM): Promise<readonly Row[]> {
  const answer = await ask(`{ callHistory${args} { edges { node { ${fields} } } } }`, who);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return (answer.data as { callHistory: { edges: { node: Row }[] } }).callHistory.edges.map(({ node }) => node);
}
const ids = async (args: string, who?: Parameters<TestKey['token']>[0]): Promise<readonly string[]> =>
  (await rows(args, 'id', who)).map(({ id }) => id);

const TABLES = ['call_record', 'transfer_record', 'offer_record', 'wrap_up'];
/** Everything that history keeps. */
const everything = (): Promise<unknown[][]> =>
  Promise.all(TABLES.map((table) => tables.query(`SELECT to_jsonb(kept) AS row FROM ${table} AS kept ORDER BY to_jsonb(kept)::text`)));
const caughtUpWith = (envelopes: readonly Telling[]): Promise<unknown> =>
  eventually(async () => {
    const places = await tables.query<{ place: string }>(`SELECT source || ' ' || key || ' ' || seq AS place FROM inbox`);
    const known = new Set(places.map(({ place }) => place));
    return envelopes.every((envelope) =>
      known.has(
        `${envelope.source} ${envelope.key} ${Math.max(...envelopes.filter((e) => e.key === envelope.key && e.source === envelope.source).map((e) => e.seq))}`,
      ),
    );
  });
async function tell(...envelopes: readonly Telling[]): Promise<void> {
  await publish(...envelopes);
  await caughtUpWith(envelopes);
}

describe('a transferred call', () => {
  it('S38 D7 is two rows of one conversation, S37 the entry number on the first', async () => {
    await tell(...coldToBob('a'), ...wrappedUp('bob', 'a-c2'));
    const fields =
      'id conversationId direction caller line { id } entryNumber { id } agent { id } outcome startedAt answeredAt endedAt ringSeconds talkSeconds holdSeconds wrapUpSeconds viaTransfer { id }';
    expect(await rows('(filter: { conversationId: "a" })', fields)).toEqual([
      {
        id: 'a-c2',
        conversationId: 'a',
        direction: 'INBOUND',
        caller: '+33611111111',
        line: { id: 'main' },
        entryNumber: null,
        agent: { id: 'bob' },
        outcome: 'ANSWERED',
        startedAt: time(27),
        answeredAt: time(27),
        endedAt: time(60),
        ringSeconds: 0,
        talkSeconds: 33,
        holdSeconds: 0,
        wrapUpSeconds: 15,
        viaTransfer: { id: 'a-t1' },
      },
      {
        id: 'a-c1',
        conversationId: 'a',
        direction: 'INBOUND',
        caller: '+33611111111',
        line: { id: 'main' },
        entryNumber: { id: 'main' },
        agent: { id: 'alice' },
        outcome: 'TRANSFERRED',
        startedAt: time(0),
        answeredAt: time(5),
        endedAt: time(27),
        ringSeconds: 12,
        talkSeconds: 15,
        holdSeconds: 0,
        wrapUpSeconds: 0,
        viaTransfer: null,
      },
    ]);
  });

  it('tells its transfer with every attempt', async () => {
    expect(
      await rows(
        '(filter: { ids: ["a-c1"] })',
        'id transfers { id mode status endReason transferor { id } target { kind label agent { id } team { id } } takenBy { id } newCallId startedAt connectedAt attempts { agent { id } outcome } } attempts { id outcome }',
      ),
    ).toEqual([
      {
        id: 'a-c1',
        transfers: [
          {
            id: 'a-t1',
            mode: 'COLD',
            status: 'COMPLETED',
            endReason: null,
            transferor: { id: 'alice' },
            target: { kind: 'AGENT', label: 'Bob', agent: { id: 'bob' }, team: null },
            takenBy: { id: 'bob' },
            newCallId: 'a-c2',
            startedAt: time(20),
            connectedAt: time(27),
            attempts: [{ agent: { id: 'bob' }, outcome: 'ACCEPTED' }],
          },
        ],
        attempts: [
          { id: 'a-o1', outcome: 'ACCEPTED' },
          { id: 'a-o2', outcome: 'ANSWERED_ELSEWHERE' },
          { id: 'a-o3', outcome: 'ACCEPTED' },
        ],
      },
    ]);
  });

  it('is seen by each agent in their own part, and by supervisors whole', async () => {
    const all = '(filter: { conversationId: "a" })';
    expect(await ids(all, { sub: 'alice' })).toEqual(['a-c1']);
    expect(await ids(all, { sub: 'bob' })).toEqual(['a-c2']);
    expect(await ids(all, { sub: 'dan' })).toEqual([]);
    expect(await ids(all, SAM)).toEqual(['a-c2', 'a-c1']);
    expect(await ids(all, { sub: 'sam', role: 'SUPERVISOR', account: 'other' })).toEqual([]);
    const reference =
      '{ _entities(representations: [{ __typename: "CallRecord", id: "a-c1" }, { __typename: "CallRecord", id: "a-c2" }]) { ... on CallRecord { id } } }';
    expect((await ask(reference, { sub: 'alice' })).data).toEqual({ _entities: [{ id: 'a-c1' }, null] });
  });
});

it('has a row from the call’s beginning', async () => {
  const [first] = coldToBob('live');
  if (first) await tell(first);
  expect(await rows('(filter: { conversationId: "live" })', 'id outcome endedAt attempts { outcome }')).toEqual([
    { id: 'live-c1', outcome: null, endedAt: null, attempts: [{ outcome: null }, { outcome: null }] },
  ]);
});

describe('the list', () => {
  beforeAll(() =>
    tell(
      ...missed('m1'),
      ...missed('m2', { lineId: 'support', entryNumberId: 'support' }, 200),
      ...missed('m3', { direction: 'OUTBOUND', caller: '+33622222222', entryNumberId: null }, 300),
    ),
  );

  it.each([
    ['outcome: MISSED', ['m3-c1', 'm2-c1', 'm1-c1']],
    ['outcome: TRANSFERRED', ['a-c1']],
    ['lineId: "support"', ['m2-c1']],
    ['entryNumberId: "main", outcome: MISSED', ['m1-c1']],
    ['direction: OUTBOUND', ['m3-c1']],
    ['caller: "+33622222222"', ['m3-c1']],
    ['agentId: "bob"', ['a-c2']],
    ['transferId: "a-t1"', ['a-c2', 'a-c1']],
    [`startedAfter: "${time(200)}"`, ['m3-c1', 'm2-c1']],
    [`startedAfter: "${time(27)}", startedBefore: "${time(200)}"`, ['m1-c1', 'a-c2']],
    ['ids: []', []],
  ])('filters by %s', async (filter, found) => {
    expect(await ids(`(filter: { ${filter} })`)).toEqual(found);
  });

  it('is newest first, in pages that join without overlap', async () => {
    const all = await ids('');
    const seen: string[] = [];
    for (let after = '', more = true; more;) {
      const { data } = await ask(`{ callHistory(first: 2 ${after}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`, SAM);
      const page = data['callHistory'] as { edges: { node: Row }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      seen.push(...page.edges.map(({ node }) => node.id));
      more = page.pageInfo.hasNextPage;
      after = `after: "${page.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual(all);
    expect(all.slice(0, 3)).toEqual(['m3-c1', 'm2-c1', 'm1-c1']);
  });

  it('refuses a cursor that is not its own', async () => {
    const foreign = Buffer.from('["no time","x"]').toString('base64url');
    expect(
      (await ask(`{ callHistory(after: "${foreign}") { edges { cursor } } }`, SAM)).errors?.map((error) => error.extensions.code),
    ).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a call that a machine or an outside party took', () => {
  const target = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
  const handedOn = (
    k: string,
    to: Extract<RoutingEvent, { type: 'transfer.started' }>['target'],
    taken: RoutingEvent,
    how: Parameters<typeof callEnded>[0],
  ) => {
    const tell = telling('routing', k);
    const [c1, c2, t1] = [`${k}-c1`, `${k}-c2`, `${k}-t1`];
    const transfer = { transferId: t1, callId: c1, transferorId: 'alice', mode: 'COLD' as const, target: to };
    return [
      tell(0, began(c1)),
      tell(5, { type: 'call.answered', callId: c1, agentId: 'alice' }),
      tell(20, { type: 'transfer.started', ...transfer }),
      tell(
        30,
        { type: 'transfer.completed', ...transfer, newCallId: c2, targetAgentId: null },
        began(c2, { viaTransferId: t1, entryNumberId: null }),
        callEnded('TRANSFERRED', c1, 'alice', t1),
        taken,
      ),
      tell(50, callEnded(how, c2, null, t1)),
    ];
  };
  const FIELDS =
    'id agent { id } outcome ringSeconds talkSeconds viaTransfer { target { kind label number { id } contact { id } phoneNumber } takenBy { id } }';

  it('is a row without an agent: a voicemail is talked with by nobody', async () => {
    const contact = { ...target, kind: 'CONTACT' as const, contactId: 'k-bob', numberId: 'bob', label: 'Bob (direct)' };
    await tell(...handedOn('v', contact, { type: 'call.announced', callId: 'v-c2', what: 'voicemail' }, 'VOICEMAIL'));
    expect(await rows('(filter: { outcome: VOICEMAIL })', FIELDS)).toEqual([
      {
        id: 'v-c2',
        agent: null,
        outcome: 'VOICEMAIL',
        ringSeconds: 0,
        talkSeconds: 0,
        viaTransfer: {
          target: { kind: 'CONTACT', label: 'Bob (direct)', number: { id: 'bob' }, contact: { id: 'k-bob' }, phoneNumber: null },
          takenBy: null,
        },
      },
    ]);
  });

  it('is a row without an agent: talk with an outside party counts', async () => {
    const outside = { ...target, kind: 'EXTERNAL' as const, phoneNumber: '+33622222222', label: '+33622222222' };
    await tell(...handedOn('x', outside, { type: 'call.answered', callId: 'x-c2', agentId: null }, 'TARGET_HUNG_UP'));
    expect(await rows('(filter: { ids: ["x-c2"] })', FIELDS)).toMatchObject([
      { agent: null, ringSeconds: 0, talkSeconds: 20, viaTransfer: { target: { kind: 'EXTERNAL', phoneNumber: '+33622222222' } } },
    ]);
  });

  it('is seen by supervisors alone: no agent took part in it', async () => {
    expect(await ids('(filter: { conversationId: "v" })', { sub: 'alice' })).toEqual(['v-c1']);
    expect(await ids('(filter: { conversationId: "v" })')).toEqual(['v-c2', 'v-c1']);
  });
});

it('an internal call has a colleague for a caller, who may read it too', async () => {
  const internal = began('i-c1', { direction: 'INTERNAL', caller: null, lineId: null, entryNumberId: null, callerAgentId: 'carol' });
  await tell(telling('routing', 'i')(80, internal, { type: 'call.answered', callId: 'i-c1', agentId: 'dan' }));
  for (const sub of ['carol', 'dan'])
    expect(await rows('(filter: { direction: INTERNAL })', 'id caller callerAgent { id } agent { id }', { sub })).toEqual([
      { id: 'i-c1', caller: null, callerAgent: { id: 'carol' }, agent: { id: 'dan' } },
    ]);
});

describe('the same story, told otherwise', () => {
  /** Two stories beside each other, in the order of their own events. */
  const interleaved = (one: readonly Telling[], other: readonly Telling[]): readonly Telling[] =>
    one.flatMap((envelope, i) => [envelope, ...other.slice(i, i === one.length - 1 ? undefined : i + 1)]);

  it('twice, it leaves the rows as they are', async () => {
    const story = [...coldToBob('b'), ...wrappedUp('carol', 'b-c2')];
    await tell(...story);
    const before = await everything();
    await tell(...story, ...missed('after-b'));
    const withoutTheLast = (kept: unknown[][]): unknown[][] =>
      kept.map((table) => table.filter((row) => !JSON.stringify(row).includes('after-b')));
    expect(withoutTheLast(await everything())).toEqual(before);
  });

  it('in another order of conversations, wrap-up before the call, it comes to the same rows', async () => {
    const renamed = async (from: string, to: string): Promise<unknown> =>
      JSON.parse(
        JSON.stringify(
          await rows(`(filter: { conversationId: "${from}" })`, 'id outcome talkSeconds wrapUpSeconds transfers { id status }'),
        ).replaceAll(from, to),
      );
    await tell(...coldToBob('one1'), ...coldToBob('two2'), ...wrappedUp('erin', 'one1-c2'));
    await tell(...wrappedUp('fred', 'one3-c2'), ...interleaved(coldToBob('two4'), coldToBob('one3')));
    expect(await renamed('one3', 'one1')).toEqual(await renamed('one1', 'one1'));
    expect(await renamed('two4', 'two2')).toEqual(await renamed('two2', 'two2'));
  });

  it('from the beginning, it makes the same rows again where they were lost', async () => {
    const before = await everything();
    await service.close();
    await tables.query(`TRUNCATE ${[...TABLES, 'inbox'].join(', ')}`);
    for (const source of ['routing', 'presence'] as const) await bus.manager.consumers.delete(streamOf(source), 'history');
    service = await start();
    expect(await eventually(everything, (seen) => isDeepStrictEqual(seen, before))).toEqual(before);
    expect(before.map((table) => table.length > 0)).toEqual(TABLES.map(() => true));
  });
});

it('passes over what it does not know, and lays nothing aside', async () => {
  const unheard = { ...telling('routing', 'later')(0), seq: 1, events: [{ type: 'call.praised', stars: 5 }] as unknown as RoutingEvent[] };
  await tell(unheard);
  expect(await tables.query('SELECT error FROM dead_letter')).toEqual([]);
});
