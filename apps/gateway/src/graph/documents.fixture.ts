import { Lexer, Source, TokenKind } from 'graphql';

/** A document that is written to be expensive, and whether it is one that a server may answer. */
export interface ExpensiveDocument {
  readonly kind: string;
  readonly text: string;
}

/** How many tokens a document has, as graphql-js counts them. Comments are none. */
export function tokensOf(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

const times = (n: number, of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join(' ');
const nested = (n: number, open: string, inside: string, close: string): string => open.repeat(n) + inside + close.repeat(n);
/** `n` fragments on Agent, of which each says what `of` says of its number. */
const fragments = (n: number, of: (i: number) => string, on = 'Agent'): string => times(n, (i) => `fragment F${i} on ${on} { ${of(i)} }`);

const COMMENTED = 60_000;

/** By kind: the document with `n` of whatever makes it expensive. */
const KINDS: Readonly<Record<string, (n: number) => string>> = {
  'depth: teams of members of teams': (n) => `{ me { ${nested(n, 'teams { members { ', 'id', '} }')} } }`,
  'depth: unknown fields': (n) => `{ ${nested(n, 'a { ', 'a', '}')} }`,
  'depth: inline fragments': (n) => `{ ${nested(n, '... { ', 'me { id }', '}')} }`,
  'depth: inline fragments on types': (n) => `{ me { ${nested(n, '... on Agent { ', 'id', '}')} } }`,
  'breadth: one field': (n) => `{ me { ${times(n, () => 'id')} } }`,
  'breadth: fields of the root': (n) => `{ ${times(n, () => 'me { id }')} }`,
  'breadth: fields with fields': (n) => `{ me { ${times(n, () => 'teams { id }')} } }`,
  'breadth: inline fragments': (n) => `{ me { ${times(n, () => '... on Agent { id name }')} } }`,
  'fragments: a chain': (n) => `{ me { ...F0 } } ${fragments(n, (i) => (i === n - 1 ? 'id' : `...F${i + 1}`))}`,
  'fragments: a chain, two spreads each': (n) =>
    `{ me { ...F0 } } ${fragments(n, (i) => (i === n - 1 ? 'id' : `...F${i + 1} ...F${i + 1}`))}`,
  'fragments: a chain, with a field and a level each': (n) =>
    `{ me { ...F0 } } ${fragments(n, (i) => (i === n - 1 ? 'id' : `teams { members { ...F${i + 1} ...F${i + 1} } }`))}`,
  'fragments: 21, two spreads each': () => `{ me { ...F0 } } ${fragments(21, (i) => (i === 20 ? 'id' : `...F${i + 1} ...F${i + 1}`))}`,
  'fragments: a tree': (n) => `{ me { ...F0 } } ${fragments(n, (i) => (2 * i + 2 < n ? `...F${2 * i + 1} ...F${2 * i + 2}` : 'id'))}`,
  'fragments: each spreads all later ones': (n) =>
    `{ me { ...F0 } } ${fragments(n, (i) => `id ${times(n - 1 - i, (j) => `...F${i + 1 + j}`)}`)}`,
  'fragments: one spread often': (n) => `{ me { ${times(n, () => '...F0')} } } ${fragments(1, () => 'id')}`,
  'fragments: one cycle': (n) => `{ me { ...F0 } } ${fragments(n, (i) => `...F${(i + 1) % n}`)}`,
  'fragments: cycles of all with all': (n) => `{ me { ...F0 } } ${fragments(n, () => times(n, (j) => `...F${j}`))}`,
  'fragments: cycles through fields': (n) => `{ me { ...F0 } } ${fragments(n, () => times(n, (j) => `teams { members { ...F${j} } }`))}`,
  'fragments: unused': (n) => `{ me { id } } ${fragments(n, () => 'id')}`,
  'fragments: unused, two spreads each': (n) => `{ me { id } } ${fragments(n, (i) => (i === n - 1 ? 'id' : `...F${i + 1} ...F${i + 1}`))}`,
  'fragments: of one name': (n) => `{ me { ...F } } ${times(n, () => 'fragment F on Agent { id }')}`,
  'fragments: unknown ones': (n) => `{ me { ${times(n, (i) => `...Unknown${i}`)} } }`,
  'fragments: on types that cannot be there': (n) => `{ me { ${times(n, () => '... on Query { me { id } }')} } }`,
  'aliases: of the root': (n) => `{ ${times(n, (i) => `a${i}: me { id }`)} }`,
  'aliases: of a leaf': (n) => `{ me { ${times(n, (i) => `a${i}: id`)} } }`,
  'aliases: of prototypes': (n) => `{ me { ${times(n, () => '__proto__: id constructor: id')} } }`,
  'directives: skip': (n) => `{ me { id ${times(n, () => '@skip(if: false)')} } }`,
  'directives: unknown ones': (n) => `{ me { id ${times(n, (i) => `@d${i}`)} } }`,
  'directives: on the operation': (n) => `query ${times(n, () => '@unknown')} { me { id } }`,
  'directives: on variables': (n) => `query(${times(n, (i) => `$v${i}: Int @unknown`)}) { me { id } }`,
  'literals: a list': (n) => `{ transferTargets(callId: "1", kinds: [${times(n, () => 'AGENT')}]) { edges { cursor } } }`,
  'literals: a list of wrong ones': (n) => `{ transferTargets(callId: "1", kinds: [${times(n, (i) => `AGEN${i}`)}]) { edges { cursor } } }`,
  'literals: lists in lists': (n) => `{ agent(id: ${nested(n, '[', '1', ']')}) { id } }`,
  'literals: objects in objects': (n) => `mutation { startTransfer(input: ${nested(n, '{ target: ', '1', '}')}) { __typename } }`,
  'literals: unknown fields of an object': (n) =>
    `mutation { startTransfer(input: { ${times(n, (i) => `calId${i}: 1`)} }) { __typename } }`,
  'literals: one field of an object often': (n) => `mutation { startTransfer(input: { ${times(n, () => 'callId: "1"')} }) { __typename } }`,
  'literals: other ids': (n) => `{ ${times(n, (i) => `a${i}: agent(id: "${i}") { id }`)} }`,
  'variables: unused': (n) => `query(${times(n, (i) => `$v${i}: Int`)}) { me { id } }`,
  'variables: undefined': (n) => `{ ${times(n, (i) => `agent(id: $v${i}) { id }`)} }`,
  'variables: of one name': (n) => `query(${times(n, () => '$v: Int')}) { me { id } }`,
  'variables: of unknown types': (n) => `query(${times(n, (i) => `$v${i}: Agentt${i}`)}) { me { id } }`,
  'variables: of lists of lists': (n) => `query($v: ${nested(n, '[', 'ID', ']')}) { agent(id: $v) { id } }`,
  'variables: with defaults': (n) => `query(${times(n, (i) => `$v${i}: Int = "x"`)}) { me { id } }`,
  'variables: undefined, in a fragment of many operations': (n) =>
    `${times(n, (i) => `query Q${i} { ...F }`)} fragment F on Query { ${times(n, (i) => `agent(id: $v${i}) { id }`)} }`,
  'variables: of many operations, in a tree of fragments': (n) =>
    `${times(n, (i) => `query Q${i}($v: ID!) { ...F0 }`)} ${fragments(n, (i) => `${i < n - 1 ? `...F${i + 1}` : ''} agent(id: $v) { id }`, 'Query')}`,
  'variables: used often by many operations': (n) =>
    `${times(Math.min(n, 50), (i) => `query Q${i}($v: ID!) { ...F }`)} fragment F on Query { callHistory(filter: { ids: [${times(n, () => '$v')}] }) { edges { cursor } } }`,
  'variables: used often by directives of a fragment': (n) =>
    `${times(Math.min(n, 50), (i) => `query Q${i}($v: Boolean!) { ...F }`)} fragment F on Query @unknown(if: [${times(n, () => '$v')}]) { me { id } }`,
  'overlapping: the same': (n) => `{ me { ${times(n, () => 'presence { status }')} } }`,
  'overlapping: other arguments': (n) => `{ ${times(n, (i) => `agent(id: "${i}") { id }`)} }`,
  'overlapping: other fields': (n) => `{ me { ${times(n, (i) => `a: ${i % 2 === 0 ? 'id' : 'name'}`)} } }`,
  'overlapping: other fields, deep': (n) => `{ me { teams { ${times(n, () => 'id')} } teams { ${times(n, () => 'id: name')} } } }`,
  'overlapping: in fragments': (n) => `{ me { ${times(n, (i) => `...F${i}`)} } } ${fragments(n, () => 'id name presence { status }')}`,
  'overlapping: in fragments that differ': (n) =>
    `{ me { ${times(n, (i) => `...F${i}`)} } } ${fragments(n, (i) => `a: ${i % 2 === 0 ? 'id' : 'name'}`)}`,
  'overlapping: in inline fragments, in one another': (n) =>
    `{ me { ${times(n, () => 'teams { members { teams { id } teams { id } } members { teams { id } } }')} } }`,
  'overlapping: a fragment in fields of one name': (n) =>
    `{ me { ...F0 } } ${fragments(n, (i) => (i === n - 1 ? 'id' : `teams { members { ...F${i + 1} } } teams { members { ...F${i + 1} } }`))}`,
  'bait: fields': (n) => `{ me { ${times(n, (i) => `presense${i % 7}`)} } }`,
  'bait: long fields': (n) => `{ me { ${times(n, (i) => `${'presence'.repeat(4)}${i}`)} } }`,
  'bait: fields of the root': (n) => `{ ${times(n, (i) => `transferTarget${i} { id }`)} }`,
  'bait: arguments': (n) => `{ transferTargets(${times(n, (i) => `callIdd${i}: 1`)}) { edges { cursor } } }`,
  'bait: types': (n) => `{ me { ${times(n, (i) => `... on Agen${i} { id }`)} } }`,
  'bait: types of fragments': (n) => times(n, (i) => `fragment F${i} on TransferTargett${i} { id }`),
  'bait: directives': (n) => `{ me { id ${times(n, () => '@skipp(iff: true)')} } }`,
  'bait: enum values': (n) => `{ ${times(n, (i) => `transferTargets(callId: "1", kinds: AGEN${i}) { edges { cursor } }`)} }`,
  'bait: variables': (n) => `query(${times(n, (i) => `$variable${i}: ID`)}) { ${times(n, (i) => `agent(id: $variabel${i}) { id }`)} }`,
  'operations: many': (n) => times(n, (i) => `query Q${i} { me { id } }`),
  'operations: many without a name': (n) => times(n, () => '{ me { id } }'),
  'operations: of one name': (n) => times(n, () => 'query Q { me { id } }'),
  'operations: many, over a chain of fragments': (n) =>
    `${times(n, (i) => `query Q${i} { me { ...F0 } }`)} ${fragments(n, (i) => (i === n - 1 ? 'id' : `...F${i + 1}`))}`,
  'operations: many subscriptions': (n) => times(n, (i) => `subscription S${i} { ...F presence { __typename } offers { __typename } }`),
  'definitions: types': (n) => times(n, (i) => `type T${i} { id: ID }`),
  'names: long': (n) => `{ me { ${times(Math.min(n, 300), (i) => `${'n'.repeat(150)}${i}`)} } }`,
  'names: one very long': () => `{ ${'n'.repeat(COMMENTED)} }`,
  'texts: long': () => `{ agent(id: "${'\\n'.repeat(COMMENTED / 2)}") { id } }`,
  'texts: blocks': () => `{ agent(id: """${' \n'.repeat(COMMENTED / 2)}""") { id } }`,
  comments: (n) => `{ me { ${'#\n'.repeat(COMMENTED / 3)} ${times(n, () => 'x')} } }`,
  commas: (n) => `{ me { ${','.repeat(COMMENTED)} ${times(n, () => 'x')} } }`,
  lines: (n) => `{ me { ${'\n'.repeat(COMMENTED)} ${times(n, () => 'x')} } }`,
  'introspection: as tools ask it, often': (n) => `{ ${times(n, () => '__schema { types { fields { args { name } } } }')} }`,
  'introspection: deep': (n) => `{ __schema { types { fields { type { ${nested(n, 'ofType { ', 'name', '}')} } } } } }`,
  'introspection: wide and deep': () =>
    '{ __schema { types { fields { type { fields { type { fields { type { name kind description } args { name type { name } } } } } } } } } }',
  'introspection: wide by aliases': (n) =>
    `{ ${times(Math.min(n, 30), (i) => `a${i}: __schema { types { name fields { name args { name } } } }`)} }`,
  'introspection: fragments, two spreads each': (n) =>
    `{ __schema { types { ...F0 } } } ${fragments(n, (i) => (i === n - 1 ? 'name' : `ofType { ...F${i + 1} ...F${i + 1} }`), '__Type')}`,
  'introspection: possible types of fields': () =>
    '{ __schema { types { possibleTypes { interfaces { possibleTypes { fields { name args { name } } } } } fields { type { possibleTypes { name fields { name } } } } } } }',
};

/** Each kind, as large as it may be with so many tokens. */
export const expensiveDocuments = (maxTokens: number): readonly ExpensiveDocument[] =>
  Object.entries(KINDS).map(([kind, of]) => ({ kind, text: of(largest(of, maxTokens)) }));

function largest(of: (n: number) => string, maxTokens: number): number {
  let [fits, exceeds] = [1, 2];
  while (exceeds < maxTokens && tokensOf(of(exceeds)) <= maxTokens) [fits, exceeds] = [exceeds, exceeds * 2];
  while (exceeds - fits > 1) {
    const n = Math.floor((fits + exceeds) / 2);
    if (tokensOf(of(n)) <= maxTokens) fits = n;
    else exceeds = n;
  }
  return fits;
}
