import { usualPolicy } from '@cordboard/contracts';
import fc from 'fast-check';
import { began, callEnded, RunningHistory, SAM, telling, time, toAgent, type Telling, type Who } from '../history.running.ts';
import { takePresence } from '../listeners/presence.listener.ts';
import { takeRouting } from '../listeners/routing.listener.ts';
import { bucketOf, recount, tally } from './recount.running.ts';
import { stories, told } from './stories.running.ts';

let history: RunningHistory;
beforeAll(async () => void (history = await RunningHistory.start()));
afterAll(() => history?.stop());

const FIELDS = `started completed initiated returned returnRate timeToAnswerSeconds { median mean answered }
  byKind { kind started completed initiated returned } byOutcome { status endReason count }
  hours: perBucket(by: HOUR) { startedAt started completed initiated returned } days: perBucket(by: DAY) { startedAt started completed initiated returned }`;
const INBOUND = 'calls answered transferred missed voicemail abandoned failed meanWaitSeconds';
interface Bucket {
  readonly startedAt: string;
  readonly started: number;
}
interface Stats {
  readonly [field: string]: unknown;
  readonly hours: readonly Bucket[];
  readonly days: readonly Bucket[];
  readonly byKind: readonly { readonly kind: string; readonly started: number; readonly initiated: number }[];
  readonly byOutcome: readonly { readonly status: string; readonly endReason: string | null; readonly count: number }[];
}
interface Inbound {
  readonly total: object;
  readonly groups: readonly {
    readonly entryNumber: { readonly id: string } | null;
    readonly startedAt: string | null;
    readonly counts: { readonly calls: number };
  }[];
}
const boss = (account: string): Who => ({ sub: 'sam', role: 'SUPERVISOR', account });
const rounded = (ms: number): number => Math.round(ms) / 1_000;

/** As a stream would bring them at its worst: each twice, in any order; what comes too early comes again. */
async function deliver(envelopes: readonly Telling[]): Promise<void> {
  const take = { routing: takeRouting(history.tables), presence: takePresence(history.tables) } as Record<
    string,
    ReturnType<typeof takeRouting>
  >;
  const waiting = [...envelopes];
  for (let next = waiting.shift(); next; next = waiting.shift())
    if ((await take[next.source]?.(JSON.parse(JSON.stringify(next)))) === 'gap') waiting.push(next);
}
/** All rows of an account, the same whatever it is called. */
async function rowsOf(prefix: string): Promise<readonly string[]> {
  const kept = (await history.everything()).flat().map((row) => JSON.stringify(row));
  return kept
    .filter((row) => row.includes(`"${prefix}"`))
    .map((row) => row.replaceAll(prefix, '*'))
    .toSorted();
}
async function policy(account: string, timeZone: string): Promise<void> {
  await history.tell(telling('directory', `policy-${account}`, account)(0, { type: 'policy.saved', policy: { ...usualPolicy, timeZone } }));
}

const ZONES = ['Europe/Paris', 'America/St_Johns', 'Asia/Kathmandu', 'UTC'] as const;
const DST = { from: '2026-03-28T12:00:00.000Z', to: '2026-11-15T00:00:00.000Z' };
let runs = 0;

it('whatever happened, told twice and in any order, the rows are the same and the statistics a recount of them', async () => {
  await fc.assert(
    fc.asyncProperty(stories, fc.constantFrom(...ZONES), fc.infiniteStream(fc.nat()), async (happened, zone, dice) => {
      runs += 1;
      const [once, twice] = [`x${runs}x`, `y${runs}y`];
      const envelopes = told(happened, twice);
      const shuffled = [...envelopes, ...envelopes]
        .map((envelope) => [dice.next().value ?? 0, envelope] as const)
        .toSorted(([a], [b]) => a - b);
      await deliver(shuffled.map(([, envelope]) => envelope));
      await deliver(told(happened, once));
      const rows = await rowsOf(once);
      expect(rows.length).toBeGreaterThan(0);
      expect(await rowsOf(twice)).toEqual(rows);
      await policy(twice, zone);
      await equalsRecount(envelopes, twice, zone);
    }),
    { numRuns: 12 },
  );
}, 120_000);

async function equalsRecount(envelopes: readonly Telling[], account: string, zone: string): Promise<void> {
  const { transfers, inbound, agents } = recount(envelopes);
  const within = ({ startedAt }: { startedAt: string }): boolean => startedAt >= DST.from && startedAt < DST.to;
  const range = `range: { from: "${DST.from}", to: "${DST.to}" }`;
  const asked = await history.data<Record<string, Stats & Inbound>>(
    `{ all: transferStats { ${FIELDS} } ranged: transferStats(${range}) { ${FIELDS} }
       numbers: inboundStats { total { ${INBOUND} } groups { entryNumber { id } counts { calls } } }
       hours: inboundStats(groupBy: HOUR, ${range}) { total { calls } groups { startedAt counts { calls } } }
       days: inboundStats(groupBy: DAY, entryNumberId: "${account}-main") { total { calls } groups { startedAt counts { calls } } } }`,
    boss(account),
  );
  for (const [stats, counted] of [
    [asked['all'], transfers],
    [asked['ranged'], transfers.filter(within)],
  ] as const) {
    if (!stats) throw new Error('no statistics');
    const answered = counted.flatMap(({ answerMs }) => (answerMs === null ? [] : [answerMs])).toSorted((a, b) => a - b);
    const middle = answered.length === 0 ? 0 : ((answered[(answered.length - 1) >> 1] ?? 0) + (answered[answered.length >> 1] ?? 0)) / 2;
    const over = counted.filter(({ ended }) => ended);
    expect(stats).toMatchObject({
      started: counted.length,
      completed: counted.filter(({ status }) => status === 'COMPLETED').length,
      initiated: counted.filter(({ initiated }) => initiated).length,
      returned: counted.filter(({ returned }) => returned).length,
      returnRate: over.length === 0 ? null : over.filter(({ returned }) => returned).length / over.length,
      timeToAnswerSeconds:
        answered.length === 0
          ? null
          : {
              median: rounded(middle),
              mean: rounded(answered.reduce((sum, ms) => sum + ms, 0) / answered.length),
              answered: answered.length,
            },
    });
    expect(Object.fromEntries(stats.byKind.map(({ kind, started }) => [kind, started]))).toEqual(tally(counted, ({ kind }) => kind));
    expect(Object.fromEntries(stats.byOutcome.map(({ status, endReason, count }) => [`${status} ${endReason}`, count]))).toEqual(
      tally(counted, ({ status, endReason }) => `${status} ${endReason}`),
    );
    for (const by of ['HOUR', 'DAY'] as const)
      expect(Object.fromEntries(stats[by === 'HOUR' ? 'hours' : 'days'].map(({ startedAt, started }) => [startedAt, started]))).toEqual(
        tally(counted, ({ startedAt }) => bucketOf(startedAt, by, zone)),
      );
  }
  const waits = inbound.flatMap(({ answeredAt, startedAt }) =>
    answeredAt === null ? [] : [Date.parse(answeredAt) - Date.parse(startedAt)],
  );
  const outcome = (name: string): number => inbound.filter((call) => call.outcome === name).length;
  expect(asked['numbers']?.total).toEqual({
    calls: inbound.length,
    answered: waits.length,
    transferred: outcome('transferred'),
    missed: outcome('missed'),
    voicemail: outcome('voicemail'),
    abandoned: outcome('abandoned'),
    failed: outcome('failed'),
    meanWaitSeconds: waits.length === 0 ? null : rounded(waits.reduce((sum, ms) => sum + ms, 0) / waits.length),
  });
  const groups = (name: string): object =>
    Object.fromEntries(
      (asked[name]?.groups ?? []).map(({ entryNumber, startedAt, counts }) => [entryNumber?.id ?? startedAt, counts.calls]),
    );
  expect(groups('numbers')).toEqual(tally(inbound, ({ entryNumberId }) => String(entryNumberId)));
  expect(groups('hours')).toEqual(tally(inbound.filter(within), ({ startedAt }) => bucketOf(startedAt, 'HOUR', zone)));
  expect(groups('days')).toEqual(
    tally(
      inbound.filter(({ entryNumberId }) => entryNumberId === `${account}-main`),
      ({ startedAt }) => bucketOf(startedAt, 'DAY', zone),
    ),
  );
  for (const agentId of [...new Set(transfers.map(({ transferorId }) => transferorId))]) {
    const own = transfers.filter(({ transferorId, initiated }) => transferorId === agentId && initiated);
    expect((await agentStats(agentId, boss(account))).stats).toEqual({
      transfersInitiated: own.length,
      transfersInitiatedByKind: Object.entries(tally(own, ({ kind }) => kind))
        .map(([kind, count]) => ({ kind, count }))
        .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
      callsAnswered: agents.get(agentId)?.calls ?? 0,
    });
  }
}
async function agentStats(id: string, who: Who, args = ''): Promise<{ readonly stats: object | null }> {
  const fields = 'transfersInitiated transfersInitiatedByKind { kind count } callsAnswered';
  const query = `{ _entities(representations: [{ __typename: "Agent", id: "${id}" }]) { ... on Agent { stats${args} { ${fields} } } } }`;
  return (await history.data<{ _entities: [{ stats: object | null }] }>(query, who))._entities[0];
}

describe('who sees which statistics', () => {
  /** alice answers a caller and sends them to bob, cold. */
  const handedOn = (k: string, second: number): readonly Telling[] => {
    const say = telling('routing', k);
    const transfer = { transferId: `${k}-t1`, callId: `${k}-c1`, transferorId: 'alice', mode: 'COLD' as const, target: toAgent('bob') };
    return [
      say(second, began(`${k}-c1`)),
      say(second + 5, { type: 'call.answered', callId: `${k}-c1`, agentId: 'alice' }),
      say(second + 20, { type: 'transfer.started', ...transfer }),
      say(
        second + 26,
        { type: 'transfer.completed', ...transfer, newCallId: `${k}-c2`, targetAgentId: 'bob' },
        began(`${k}-c2`, { viaTransferId: `${k}-t1`, entryNumberId: null }),
        callEnded('TRANSFERRED', `${k}-c1`, 'alice', `${k}-t1`),
        { type: 'call.answered', callId: `${k}-c2`, agentId: 'bob' },
      ),
    ];
  };
  const agent = (id: string): Telling =>
    telling('directory', `agent-${id}`)(0, {
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
  beforeAll(() =>
    history.tell(
      ...['alice', 'bob', 'carol'].map(agent),
      telling('directory', 'team-support')(0, {
        type: 'team.saved',
        team: { id: 'support', name: 'Support', memberIds: ['bob', 'carol'], dedicatedNumberId: null },
      }),
      ...handedOn('one', 0),
      ...handedOn('two', 86_400),
    ),
  );
  const started = async (args: string, who?: Who): Promise<unknown> =>
    (await history.data<{ transferStats: unknown }>(`{ transferStats${args} { started } }`, who)).transferStats;

  it('S36 is a figure of each agent, also by kind, in a range or in all', async () => {
    const day = `(range: { from: "${time(0)}", to: "${time(86_400)}" })`;
    expect([
      (await agentStats('alice', SAM)).stats,
      (await agentStats('alice', SAM, day)).stats,
      (await agentStats('bob', SAM)).stats,
    ]).toEqual([
      { transfersInitiated: 2, transfersInitiatedByKind: [{ kind: 'AGENT', count: 2 }], callsAnswered: 2 },
      { transfersInitiated: 1, transfersInitiatedByKind: [{ kind: 'AGENT', count: 1 }], callsAnswered: 1 },
      { transfersInitiated: 0, transfersInitiatedByKind: [], callsAnswered: 2 },
    ]);
  });

  it('S37 the entry number groups and filters inbound calls', async () => {
    const query =
      '{ inboundStats(entryNumberId: "main") { total { calls answered transferred } groups { entryNumber { id } counts { calls } } } }';
    expect((await history.data<{ inboundStats: unknown }>(query)).inboundStats).toEqual({
      total: { calls: 2, answered: 2, transferred: 2 },
      groups: [{ entryNumber: { id: 'main' }, counts: { calls: 2 } }],
    });
  });

  it('supervisors everybody’s, by agent and by team', async () => {
    expect(
      await Promise.all(
        ['', '(agentId: "alice")', '(agentId: "bob")', '(teamId: "support")', '(agentId: "alice", teamId: "support")'].map((args) =>
          started(args),
        ),
      ),
    ).toEqual([2, 2, 0, 0, 0].map((n) => ({ started: n })));
    expect(await started('', { ...SAM, account: 'other' })).toEqual({ started: 0 });
  });

  it('agents their own', async () => {
    const [alice, bob] = [{ sub: 'alice' }, { sub: 'bob' }];
    expect([await started('', alice), await started('(agentId: "alice")', alice), await started('', bob)]).toEqual([
      { started: 2 },
      { started: 2 },
      { started: 0 },
    ]);
    expect((await agentStats('alice', alice)).stats).toMatchObject({ transfersInitiated: 2 });
    const calls = '{ inboundStats { total { calls } } }';
    expect([await history.data(calls, alice), await history.data(calls, bob)]).toEqual([
      { inboundStats: { total: { calls: 2 } } },
      { inboundStats: { total: { calls: 0 } } },
    ]);
  });

  it.each<[what: string, query: string, who: Who, codes: readonly string[]]>([
    ['a colleague’s transfers', '{ transferStats(agentId: "alice") { started } }', { sub: 'bob' }, ['FORBIDDEN']],
    ['a team’s transfers', '{ transferStats(teamId: "support") { started } }', { sub: 'bob' }, ['FORBIDDEN']],
    [
      'a colleague’s figures',
      '{ _entities(representations: [{ __typename: "Agent", id: "alice" }]) { ... on Agent { stats { transfersInitiated } } } }',
      { sub: 'bob' },
      ['FORBIDDEN'],
    ],
    ['an agent who is not there', '{ transferStats(agentId: "nobody") { started } }', SAM, ['NOT_FOUND']],
    ['a team that is not there', '{ transferStats(teamId: "nobody") { started } }', SAM, ['NOT_FOUND']],
    ['another account’s agent', '{ transferStats(agentId: "alice") { started } }', { ...SAM, account: 'other' }, ['NOT_FOUND']],
    [
      'a range that PostgreSQL does not know',
      '{ transferStats(range: { from: "0000-01-01T00:00:00Z", to: "9999-12-31T23:59:59Z" }) { __typename } }',
      SAM,
      ['GRAPHQL_VALIDATION_FAILED'],
    ],
    [
      'a range from before the first year',
      '{ inboundStats(range: { from: "0001-01-01T00:00:00+23:59" }) { __typename } }',
      SAM,
      ['GRAPHQL_VALIDATION_FAILED'],
    ],
    [
      'a range that ends before it begins',
      `{ transferStats(range: { from: "${time(1)}", to: "${time(0)}" }) { started } }`,
      SAM,
      ['BAD_USER_INPUT'],
    ],
  ])('nobody %s', async (_, query, who, codes) => {
    expect(await history.codes(query, who)).toEqual(codes);
  });
});

describe('hours and days', () => {
  it.each<[zone: string, begins: readonly string[], days: readonly string[], hours: readonly string[]]>([
    [
      'Europe/Paris', // 2026-10-25 has 25 hours; the one from 02:00 comes twice
      ['2026-10-24T22:30:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z'],
      ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      [
        '2026-10-24T22:00:00.000Z',
        '2026-10-25T00:00:00.000Z',
        '2026-10-25T01:00:00.000Z',
        '2026-10-25T22:00:00.000Z',
        '2026-10-25T23:00:00.000Z',
      ],
    ],
    [
      'America/St_Johns', // half an hour off; summer time begins on 2026-03-08
      ['2026-03-08T03:29:00Z', '2026-03-08T03:30:00Z', '2026-03-09T02:29:00Z', '2026-03-09T02:30:00Z'],
      ['2026-03-07T03:30:00.000Z', '2026-03-08T03:30:00.000Z', '2026-03-09T02:30:00.000Z'],
      ['2026-03-08T02:30:00.000Z', '2026-03-08T03:30:00.000Z', '2026-03-09T01:30:00.000Z', '2026-03-09T02:30:00.000Z'],
    ],
    ['Not/There', ['2026-03-08T03:29:00Z'], ['2026-03-08T00:00:00.000Z'], ['2026-03-08T03:00:00.000Z']],
  ])('are those of %s', async (zone, begins, days, hours) => {
    const account = zone.replace(/\W/g, '-');
    await policy(account, zone);
    await history.tell(
      ...begins.map((at, i) =>
        telling('routing', `${account}-${i}`, account)((Date.parse(at) - Date.parse(time(0))) / 1_000, began(`${account}-${i}-c1`)),
      ),
    );
    const seen = await history.data<Record<string, Inbound>>(
      '{ days: inboundStats(groupBy: DAY) { groups { startedAt } } hours: inboundStats(groupBy: HOUR) { groups { startedAt } } }',
      boss(account),
    );
    expect(seen['days']?.groups.map(({ startedAt }) => startedAt)).toEqual(days);
    expect(seen['hours']?.groups.map(({ startedAt }) => startedAt)).toEqual(hours);
  });
});
