import { usualPolicy, type DirectoryEvent, type RoutingEvent } from '@cordboard/contracts';
import { eventually } from '@cordboard/testing';
import { isDeepStrictEqual } from 'node:util';
import { began, callEnded, offer, RunningHistory, SAM, telling, time, type Row, type Telling } from './history.running.ts';

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
const tagged = (agentId: string, callId: string, second: number, tags: string[], account = 'demo'): Telling =>
  telling('presence', `${agentId}-tags-${callId}-${second}`, account)(second, { type: 'call.tagged', callId, agentId, tags });
const wrappedUp = (agentId: string, callId: string): readonly Telling[] => [
  telling('presence', agentId)(90, { type: 'wrapUp.ended', agentId, callId, startedAt: time(60), endedAt: time(75) }),
];

let history: RunningHistory;
beforeAll(async () => {
  history = await RunningHistory.start();
  const tell = (key: string, ...events: DirectoryEvent[]) => telling('directory', key)(0, ...events);
  await history.tell(
    tell('policy-demo', { type: 'policy.saved', policy: { ...usualPolicy, timeZone: 'Europe/Paris' } }),
    tell('team-support', {
      type: 'team.saved',
      team: { id: 'support', name: 'Support', memberIds: ['bob', 'carol'], dedicatedNumberId: null },
    }),
  );
});
afterAll(() => history?.stop());

describe('a transferred call', () => {
  it('S38 D7 is two rows of one conversation, S37 the entry number on the first', async () => {
    await history.tell(...coldToBob('a'), ...wrappedUp('bob', 'a-c2'), tagged('bob', 'a-c2', 70, ['refund', 'vip']));
    const fields =
      'id conversationId direction caller line { id } entryNumber { id } agent { id } outcome startedAt answeredAt endedAt ringSeconds talkSeconds holdSeconds wrapUpSeconds tags viaTransfer { id }';
    expect(await history.rows('(filter: { conversationId: "a" })', fields)).toEqual([
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
        tags: ['refund', 'vip'],
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
        tags: [],
        viaTransfer: null,
      },
    ]);
  });

  it('tells its transfer with every attempt', async () => {
    expect(
      await history.rows(
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
    expect(await history.ids(all, { sub: 'alice' })).toEqual(['a-c1']);
    expect(await history.ids(all, { sub: 'bob' })).toEqual(['a-c2']);
    expect(await history.ids(all, { sub: 'dan' })).toEqual([]);
    expect(await history.ids(all, SAM)).toEqual(['a-c2', 'a-c1']);
    expect(await history.ids(all, { sub: 'sam', role: 'SUPERVISOR', account: 'other' })).toEqual([]);
    const reference =
      '{ _entities(representations: [{ __typename: "CallRecord", id: "a-c1" }, { __typename: "CallRecord", id: "a-c2" }]) { ... on CallRecord { id } } }';
    expect((await history.ask(reference, { sub: 'alice' })).data).toEqual({ _entities: [{ id: 'a-c1' }, null] });
  });
});

it('the later of two agents’ tags hold, in whichever order they are told; tags may be known before the call', async () => {
  const by = (agentId: string, callId: string, second: number, tag: string) => tagged(agentId, callId, second, [tag], 'other');
  await history.tell(by('bob', 'g-c2', 75, 'second'), by('sam', 'g-c2', 70, 'first'));
  await history.tell(...coldToBob('g', 'other'), ...coldToBob('h', 'other'));
  await history.tell(by('ann', 'h-c2', 60, 'zeroth'));
  await history.tell(by('sam', 'h-c2', 75, 'second'), by('bob', 'h-c2', 70, 'first'));
  const who = { ...SAM, account: 'other' };
  expect(await history.rows('(filter: { tags: ["second"] })', 'id tags', who)).toEqual([
    { id: 'h-c2', tags: ['second'] },
    { id: 'g-c2', tags: ['second'] },
  ]);
  expect(await history.ids('(filter: { tags: ["first", "zeroth"] })', who)).toEqual([]);
});

it('what another account says of a call changes nothing', async () => {
  await history.tell(tagged('mallory', 'a-c1', 80, ['theirs'], 'other'), tagged('mallory', 'n-c1', 80, ['theirs'], 'other'));
  await history.tell(...coldToBob('n', 'third'));
  expect(await history.rows('(filter: { ids: ["a-c1"] })', 'tags')).toEqual([{ tags: [] }]);
  expect(await history.rows('(filter: { ids: ["n-c1"] })', 'tags', { ...SAM, account: 'third' })).toEqual([{ tags: [] }]);
});

it('has a row from the call’s beginning', async () => {
  const [first] = coldToBob('live');
  if (first) await history.tell(first);
  expect(await history.rows('(filter: { conversationId: "live" })', 'id outcome endedAt attempts { outcome }')).toEqual([
    { id: 'live-c1', outcome: null, endedAt: null, attempts: [{ outcome: null }, { outcome: null }] },
  ]);
});

describe('the list', () => {
  beforeAll(() =>
    history.tell(
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
    ['teamId: "support"', ['a-c2']],
    ['teamId: "nobody"', []],
    ['agentId: "bob", lineId: "main", outcome: ANSWERED', ['a-c2']],
    ['agentId: "bob", teamId: "support"', ['a-c2']],
    ['agentId: "alice", teamId: "support"', []],
    ['live: true', ['live-c1']],
    ['live: false, lineId: "main"', ['m3-c1', 'm1-c1', 'a-c2', 'a-c1']],
    ['tags: ["refund", "nothing"]', ['a-c2']],
    ['tags: ["refund", "vip"]', ['a-c2']],
    ['tags: []', []],
    ['allTags: ["refund", "vip"]', ['a-c2']],
    ['allTags: ["refund", "nothing"]', []],
    ['tags: ["refund"], agentId: "alice"', []],
    ['transferred: true', ['a-c1']],
    ['transferred: false, outcome: ANSWERED', ['a-c2']],
    ['targetKind: AGENT', ['a-c1']],
    ['targetKind: TEAM', []],
    ['callerAgentId: "alice"', []],
    ['offeredTo: "bob"', ['a-c1']],
    ['offeredTo: "carol"', []],
    ['madeByTransfer: true', ['a-c2']],
    ['madeByTransfer: false, agentId: "alice"', ['a-c1']],
    ['answered: true', ['a-c2', 'a-c1']],
    ['answered: false, outcome: MISSED', ['m3-c1', 'm2-c1', 'm1-c1']],
    [`answeredAfter: "${time(27)}"`, ['a-c2']],
    [`answeredBefore: "${time(27)}"`, ['a-c1']],
    [`endedAfter: "${time(60)}", agentId: "bob"`, ['a-c2']],
    [`endedBefore: "${time(60)}", answered: true`, ['a-c1']],
    ['maxTalkSeconds: 32, answered: true', ['a-c1']],
    ['maxTalkSeconds: 33, answered: true', ['a-c2', 'a-c1']],
    ['maxRingSeconds: 11, answered: true', ['a-c2']],
    ['maxHoldSeconds: 0, answered: true', ['a-c2', 'a-c1']],
    ['maxWrapUpSeconds: 14, answered: true', ['a-c1']],
    ['minTalkSeconds: 33', ['a-c2']],
    ['minTalkSeconds: 34', []],
    ['minRingSeconds: 30, lineId: "support"', ['m2-c1']],
    ['minHoldSeconds: 1', []],
    ['minWrapUpSeconds: 15', ['a-c2']],
    ['minWrapUpSeconds: 16', []],
    ['ids: ["a-c1", "m1-c1"], outcome: MISSED', ['m1-c1']],
    ['transferId: "a-t1"', ['a-c2', 'a-c1']],
    [`startedAfter: "${time(200)}"`, ['m3-c1', 'm2-c1']],
    [`startedAfter: "${time(27)}", startedBefore: "${time(200)}"`, ['m1-c1', 'a-c2']],
    ['ids: []', []],
  ])('filters by %s', async (filter, found) => {
    expect(await history.ids(`(filter: { ${filter} })`)).toEqual(found);
    const { callHistory } = await history.data<{ callHistory: object }>(`{ callHistory(filter: { ${filter} }, first: 0) { totalCount } }`);
    expect(callHistory).toEqual({ totalCount: found.length });
  });

  it('is newest first, in pages that join without overlap', async () => {
    const all = await history.ids('');
    const seen: string[] = [];
    for (let after = '', more = true; more;) {
      const { data } = await history.ask(
        `{ callHistory(first: 2 ${after}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
        SAM,
      );
      const page = data['callHistory'] as { edges: { node: Row }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      seen.push(...page.edges.map(({ node }) => node.id));
      more = page.pageInfo.hasNextPage;
      after = `after: "${page.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual(all);
    expect(all.slice(0, 3)).toEqual(['m3-c1', 'm2-c1', 'm1-c1']);
  });

  it.each(['["no time","x"]', '["2026-01-05T10:00:00.000Z"]', '["0000-01-05T10:00:00.000Z","x"]'])(
    'refuses a cursor that is not its own: %s',
    async (place) => {
      const foreign = Buffer.from(place).toString('base64url');
      expect(
        (await history.ask(`{ callHistory(after: "${foreign}") { edges { cursor } } }`, SAM)).errors?.map((error) => error.extensions.code),
      ).toEqual(['BAD_USER_INPUT']);
    },
  );
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
    await history.tell(...handedOn('v', contact, { type: 'call.announced', callId: 'v-c2', what: 'voicemail' }, 'VOICEMAIL'));
    expect(await history.rows('(filter: { outcome: VOICEMAIL })', FIELDS)).toEqual([
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
    await history.tell(...handedOn('x', outside, { type: 'call.answered', callId: 'x-c2', agentId: null }, 'TARGET_HUNG_UP'));
    expect(await history.rows('(filter: { ids: ["x-c2"] })', FIELDS)).toMatchObject([
      { agent: null, ringSeconds: 0, talkSeconds: 20, viaTransfer: { target: { kind: 'EXTERNAL', phoneNumber: '+33622222222' } } },
    ]);
  });

  it('is seen by supervisors alone: no agent took part in it', async () => {
    expect(await history.ids('(filter: { conversationId: "v" })', { sub: 'alice' })).toEqual(['v-c1']);
    expect(await history.ids('(filter: { conversationId: "v" })')).toEqual(['v-c2', 'v-c1']);
  });
});

it('an internal call has a colleague for a caller, who may read it too', async () => {
  const internal = began('i-c1', { direction: 'INTERNAL', caller: null, lineId: null, entryNumberId: null, callerAgentId: 'carol' });
  await history.tell(telling('routing', 'i')(80, internal, { type: 'call.answered', callId: 'i-c1', agentId: 'dan' }));
  for (const sub of ['carol', 'dan'])
    expect(await history.rows('(filter: { direction: INTERNAL })', 'id caller callerAgent { id } agent { id }', { sub })).toEqual([
      { id: 'i-c1', caller: null, callerAgent: { id: 'carol' }, agent: { id: 'dan' } },
    ]);
});

describe('the same story, told otherwise', () => {
  /** Two stories beside each other, in the order of their own events. */
  const interleaved = (one: readonly Telling[], other: readonly Telling[]): readonly Telling[] =>
    one.flatMap((envelope, i) => [envelope, ...other.slice(i, i === one.length - 1 ? undefined : i + 1)]);

  it('twice, it leaves the rows as they are', async () => {
    const story = [...coldToBob('b'), ...wrappedUp('carol', 'b-c2')];
    await history.tell(...story);
    const before = await history.everything();
    await history.tell(...story, ...missed('after-b'));
    const withoutTheLast = (kept: unknown[][]): unknown[][] =>
      kept.map((table) => table.filter((row) => !JSON.stringify(row).includes('after-b')));
    expect(withoutTheLast(await history.everything())).toEqual(before);
  });

  it('in another order of conversations, wrap-up before the call, it comes to the same rows', async () => {
    const renamed = async (from: string, to: string): Promise<unknown> =>
      JSON.parse(
        JSON.stringify(
          await history.rows(`(filter: { conversationId: "${from}" })`, 'id outcome talkSeconds wrapUpSeconds transfers { id status }'),
        ).replaceAll(from, to),
      );
    await history.tell(...coldToBob('one1'), ...coldToBob('two2'), ...wrappedUp('erin', 'one1-c2'));
    await history.tell(...wrappedUp('fred', 'one3-c2'), ...interleaved(coldToBob('two4'), coldToBob('one3')));
    expect(await renamed('one3', 'one1')).toEqual(await renamed('one1', 'one1'));
    expect(await renamed('two4', 'two2')).toEqual(await renamed('two2', 'two2'));
  });

  it('from the beginning, it makes the same rows again where they were lost', async () => {
    const before = await history.everything();
    expect(before.every((table) => table.length > 0)).toBe(true);
    await history.forgetAll();
    expect(
      await eventually(
        () => history.everything(),
        (seen) => isDeepStrictEqual(seen, before),
      ),
    ).toEqual(before);
  });
});

it('passes over what it does not know, and lays nothing aside', async () => {
  const unheard = { ...telling('routing', 'later')(0), seq: 1, events: [{ type: 'call.praised', stars: 5 }] as unknown as RoutingEvent[] };
  await history.tell(unheard);
  expect(await history.tables.query('SELECT error FROM dead_letter')).toEqual([]);
});
