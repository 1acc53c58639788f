import type { ExpensiveDocument } from './documents.fixture.ts';

/** A request that is written to be expensive where its document is planned, or where its variables are coerced. */
export interface ExpensiveRequest extends ExpensiveDocument {
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** As many values as variables may hold, but for a few. */
const VALUES = 9_900;
const MOST_ROOTS = 29;
const MOST_CONDITIONS = 48;

const times = (n: number, of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join(' ');
const list = <One>(n: number, of: (i: number) => One): readonly One[] => Array.from({ length: n }, (_, i) => of(i));
const keys = (n: number, of: (i: number) => string, value: unknown = 1): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list(n, (i) => [of(i), value]));
const deep = (n: number, inside: unknown): unknown => (n === 0 ? inside : [deep(n - 1, inside)]);

const AGENT = 'fragment A on Agent { name presence { since } devices { id } }';
const CALL = `fragment F on Call { agent { ...A } line { dedicatedAgent { ...A } dedicatedTeam { members { ...A } } }
  transfer { transferor { ...A } target { agent { ...A } } offers { agent { ...A } transferor { ...A } } } legs { agent { ...A } } } ${AGENT}`;
const HISTORY = 'query($f: CallHistoryFilter) { callHistory(filter: $f) { edges { cursor } } }';
const TARGETS = 'query($k: [TransferTargetKind!]) { transferTargets(callId: "1", kinds: $k) { edges { cursor } } }';
const TRANSFER = 'mutation($i: StartTransferInput!) { startTransfer(input: $i) { __typename } }';
const NUMBER =
  'mutation($d: [DistributionStepInput!], $o: OpeningHoursInput) { updateNumber(id: "1", distribution: $d, openingHours: $o) { __typename } }';
const POLICY =
  'mutation($n: Int, $t: [String!], $p: [PhoneNumber!], $b: Boolean) { updatePolicy(ringSeconds: $n, tags: $t, blockedNumbers: $p, tagRequired: $b) { __typename } }';

const PLANS: Readonly<Record<string, string>> = {
  'plans: calls with their agents': `{ ${times(MOST_ROOTS, (i) => `u${i}: call(id: "0") { ...F }`)} } ${CALL}`,
  'plans: other calls with their agents': `{ ${times(MOST_ROOTS, (i) => `u${i}: call(id: "${i}") { ...F }`)} } ${CALL}`,
  'plans: teams with members': `{ ${times(MOST_ROOTS, (i) => `u${i}: team(id: "${i}") { members { ...A teams { id } } }`)} } ${AGENT}`,
  'plans: mutations with their calls': `mutation { ${times(14, (i) => `u${i}: hangUp(callId: "${i}") { ...F }`)} } ${CALL}`,
  'plans: unions': `mutation { ${times(25, (i) => `u${i}: startTransfer(input: { callId: "${i}", mode: COLD, target: { agentId: "${i}" } }) { ... on Refused { __typename } ... on Transfer { id transferor { ...A } target { agent { ...A } } } }`)} } ${AGENT}`,
  'plans: conditions': `query(${times(MOST_CONDITIONS, (i) => `$v${i}: Boolean!`)}) { ${times(24, (i) => `u${i}: call(id: "0") @include(if: $v${2 * i}) { ...F @skip(if: $v${2 * i + 1}) id }`)} } ${CALL}`,
  'plans: lists with literals': `{ ${times(MOST_ROOTS, (i) => `u${i}: callHistory(first: 1, filter: { ids: ["${i}", "a"], tags: ["${i}"] }) { edges { node { id agent { ...A } } } }`)} } ${AGENT}`,
  'plans: a subscription': `subscription { calls { __typename call { ${times(12, (i) => `a${i}: agent { ...A }`)} ...F } } } ${CALL}`,
  'plans: default values': `query(${times(MOST_ROOTS, (i) => `$v${i}: [TransferTargetKind!] = [${times(30, () => 'AGENT')}]`)}) { ${times(MOST_ROOTS, (i) => `a${i}: transferTargets(callId: "1", first: 1, kinds: $v${i}) { edges { cursor } }`)} }`,
  'plans: literals beside variables': `query($v: ID!) { ${times(MOST_ROOTS, (i) => `u${i}: callHistory(first: 1, filter: { ids: [$v ${times(12, (j) => `"${i} ${j}"`)}], tags: ["${'\\n'.repeat(500)}"] }) { edges { cursor } }`)} }`,
  'introspection: aliases of descriptions': `{ __schema { types { possibleTypes { fields { ${times(48, (i) => `a${i}: description`)} } } } } }`,
  'introspection: aliases of default values': `{ __schema { types { fields { args { ${times(48, (i) => `a${i}: defaultValue`)} } } } } }`,
  'introspection: as much as there may be': `{ __schema { types { fields { ${times(32, (i) => `a${i}: name`)} } } } }`,
  'introspection: objects':
    '{ __schema { types { fields { type { ofType { ofType { name } } fields { name type { name } args { name } } } args { type { ofType { name } } } } } } }',
  'lines: before errors': `${'\n'.repeat(62_000)}{ me { ${times(9, (i) => `a${i}: id a${i}: name`)} id } }`,
  'lines: before unknown fields': `${'\r\n'.repeat(31_000)}{ me { ${times(12, (i) => `unknown${i}`)} id } }`,
};

const VARIABLES: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> = {
  'values: unknown keys': [HISTORY, { f: keys(VALUES, (i) => `k${i}`) }],
  'values: unknown keys that are nearly known': [HISTORY, { f: keys(VALUES, (i) => `startedAfte${i}`) }],
  'values: long unknown keys': [HISTORY, { f: keys(11, (i) => `${i}${'"'.repeat(47_000)}`) }],
  'values: long texts of unknown keys': [HISTORY, { f: keys(11, (i) => `k${i}`, '"'.repeat(47_000)) }],
  'values: unknown keys in an object': [TRANSFER, { i: { callId: '1', mode: 'COLD', target: keys(VALUES, (i) => `k${i}`) } }],
  'values: missing keys beside a long text': [TRANSFER, { i: { note: '"'.repeat(500_000) } }],
  'values: enum values': [TARGETS, { k: list(VALUES, () => 'AGENT') }],
  'values: wrong enum values': [TARGETS, { k: list(VALUES, (i) => `AGEN${i}`) }],
  'values: long wrong enum values': [TARGETS, { k: list(11, () => '"'.repeat(47_000)) }],
  'values: objects for enum values': [TARGETS, { k: list(99, () => keys(99, (i) => `k${i}`)) }],
  'values: ids': [HISTORY, { f: { ids: list(VALUES, String) } }],
  'values: numbers for ids': [HISTORY, { f: { ids: list(VALUES, (i) => i) } }],
  'values: objects for ids': [HISTORY, { f: { ids: list(99, () => keys(99, (i) => `k${i}`)) } }],
  'values: lists in lists': [HISTORY, { f: { tags: list(95, () => deep(95, 'a')) } }],
  'values: dates': [
    HISTORY,
    {
      f: keys(
        6,
        (i) => ['startedAfter', 'startedBefore', 'answeredAfter', 'answeredBefore', 'endedAfter', 'endedBefore'][i] ?? '',
        '2026-11-22T17:00:00Z'.padStart(80_000, '1'),
      ),
    },
  ],
  'values: texts': [POLICY, { t: list(VALUES, (i) => `tag ${i}`) }],
  'values: telephone numbers': [POLICY, { p: list(VALUES, (i) => `+3318700${i}`) }],
  'values: a long text for a number and a flag': [POLICY, { n: '"'.repeat(250_000), b: '"'.repeat(250_000) }],
  'values: objects in a list': [NUMBER, { d: list(VALUES / 4, (i) => ({ agentId: `${i}`, order: 'ALL_AT_ONCE', ringSeconds: 3 })) }],
  'values: wrong objects in a list': [NUMBER, { d: list(VALUES / 3, () => ({ agent: '1', order: 'ALL' })) }],
  'values: objects in a list in an object': [
    NUMBER,
    { o: { timeZone: 'UTC', spans: list(VALUES / 4, () => ({ day: 1, from: '09:00', to: '17:00' })) } },
  ],
  'values: not asked for': [HISTORY, keys(VALUES, (i) => `v${i}`)],
  'values: more than there may be': [HISTORY, { f: { ids: list(99_000, String) } }],
};

/** Every kind, as large as it may be or larger. */
export const expensiveRequests: readonly ExpensiveRequest[] = [
  ...Object.entries(PLANS).map(([kind, text]) => ({ kind, text })),
  ...Object.entries(VARIABLES).map(([kind, [text, variables]]) => ({ kind, text, variables })),
];
