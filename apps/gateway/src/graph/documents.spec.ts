import { execute, getIntrospectionQuery, parse, type FieldNode, type OperationDefinitionNode } from 'graphql';
import { DocumentMeasure } from './document-size.ts';
import { expensiveDocuments, tokensOf } from './documents.fixture.ts';
import { Documents } from './documents.ts';
import { graphOver, type GatewayContext } from './federation.ts';
import { IntrospectionMeasure } from './introspection-size.ts';
import { MOST_ERRORS, MOST_TOKENS } from './limits.ts';
import { expensiveRequests } from './requests.fixture.ts';

const graph = graphOver({ ask: async () => ({ data: {} }) });
const expensive = expensiveDocuments(MOST_TOKENS);
const documents = (): Documents => new Documents(graph, { trusted: null, introspection: true });
const messagesOf = (text: string): readonly string[] => {
  const read = documents().read(text, null);
  return 'kind' in read ? [] : read.map(({ message }) => message);
};
const spreading = (fragments: number, on = 'Agent', leaf = 'id'): string =>
  Array.from({ length: fragments }, (_, i) =>
    i === fragments - 1 ? `fragment F${i} on ${on} { ${leaf} }` : `fragment F${i} on ${on} { ...F${i + 1} ...F${i + 1} }`,
  ).join(' ');

const ALL_OPTIONS = { inputValueDeprecation: true, specifiedByUrl: true, oneOf: true, directiveIsRepeatable: true };
/** What @urql/introspection asks. */
const URQL = `query { __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name ...Fields
  inputFields { name type { ...Ref } } interfaces { name } enumValues { name } possibleTypes { name } } directives { name locations args { name type { ...Ref } } } } }
  fragment Fields on __Type { fields(includeDeprecated: true) { name type { ...Ref } args { name type { ...Ref } defaultValue } } }
  fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;
const aliased = (n: number, field: string): string => Array.from({ length: n }, (_, i) => `a${i}: ${field}`).join(' ');

describe('the cost of a document', () => {
  it('is measured once for each fragment, however often fragments spread one another', () => {
    for (const fragments of [10, 20, 40, 200]) {
      const document = parse(`{ me { ...F0 } } ${spreading(fragments)}`);
      const measure = new DocumentMeasure(graph.schema, document, () => null);
      const [operation] = document.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
      expect(measure.operation(operation).selections).toBeGreaterThan(2 ** (fragments - 1));
      expect(measure.visited).toBe(2 * fragments + 1);
    }
  });

  it.each([21, 30])('of %i fragments that spread the next one twice is refused by what it comes to', (fragments) => {
    const text = `{ me { ...F0 } } ${spreading(fragments)}`;
    expect(text.length).toBeLessThan(1_500);
    expect(messagesOf(text)).toEqual(['A document may come to 2000 selections, fragments counted wherever they are spread.']);
  });

  it.each([
    ['spread themselves', '{ me { ...F0 } } fragment F0 on Agent { id ...F0 }', 'Cannot spread fragment "F0" within itself.'],
    ['nobody spreads', '{ me { id } } fragment F0 on Agent { id }', 'Fragment "F0" is never used.'],
    ['are not there', '{ me { ...F0 } }', 'Unknown fragment "F0".'],
    ['have one name', `{ me { ...F0 } } ${'fragment F0 on Agent { id } '.repeat(2)}`, 'There can be only one fragment named "F0".'],
  ])('is not measured where fragments %s', (_, text, message) => expect(messagesOf(text)).toEqual([message]));

  const uses = (operations: number, of: string): string =>
    Array.from({ length: operations }, (_, i) => `query Q${i}($v: ID!, $b: Boolean!) { ...F a: agent(id: $v) @skip(if: $b) { id } }`).join(
      ' ',
    ) + of;
  const listed = (n: number, name: string): string => `[${Array.from({ length: n }, () => name).join(' ')}]`;
  it.each([
    [
      'lists of a fragment',
      uses(10, ` fragment F on Query { callHistory(filter: { ids: ${listed(48, '$v')} }) { edges { cursor } } }`),
      500,
    ],
    [
      'lists of a fragment',
      uses(10, ` fragment F on Query { callHistory(filter: { ids: ${listed(49, '$v')} }) { edges { cursor } } }`),
      510,
    ],
    ['directives of a fragment', uses(10, ` fragment F on Query @skip(if: ${listed(49, '$b')}) { me { id } }`), 510],
    ['directives of a spread', uses(10, ` fragment F on Query { ... @skip(if: ${listed(49, '$b')}) { me { id } } }`), 510],
    ['directives of an operation', `query($v: ID!) @skip(if: ${listed(501, '$v')}) { me { id } }`, 501],
  ])('counts variables wherever operations come to them: in %s', (_, text, times) => {
    const TOO_MANY = 'The operations of a document may use variables 500 times, fragments counted wherever they are spread.';
    expect(messagesOf(text).includes(TOO_MANY)).toBe(times > 500);
  });

  it.each<[string, string]>([
    ['GraphiQL, with everything', getIntrospectionQuery({ ...ALL_OPTIONS, descriptions: true, schemaDescription: true })],
    ['clients that want no descriptions', getIntrospectionQuery({ descriptions: false })],
    ['Apollo, beside a field', getIntrospectionQuery(ALL_OPTIONS).replace('__schema', '__typename __schema')],
    ['urql', URQL],
    [
      'a page about one type',
      'query($n: String!) { __type(name: $n) { ...T } } fragment T on __Type { name fields { name args { name description } } }',
    ],
  ])('allows the introspection of %s', (_, text) => expect([tokensOf(text) < MOST_TOKENS, messagesOf(text)]).toEqual([true, []]));

  it.each([
    ['aliases of descriptions', `types { possibleTypes { fields { ${aliased(48, 'description')} } } }`],
    ['aliases of names', `types { fields { ${aliased(48, 'name')} } }`],
    [
      'lists beside one another',
      `types { possibleTypes { fields { ${aliased(40, 'description')} } } fields { args { type { ofType { name } } } } inputFields { name } enumValues { name } }`,
    ],
    ['types of fields of types', `types { fields { type { fields { ${aliased(40, 'name')} type { name ofType { name } } } } } }`],
    ['fragments', `types { ...T ...T } } } fragment T on __Type { fields { ${aliased(20, 'description')}`],
  ])('refuses introspection that is wide by %s', (_, inside) => {
    const closing = ' }'.repeat(inside.split('{').length - inside.split('}').length + 2);
    expect(messagesOf(`{ __schema { ${inside} ${closing}`)).toEqual([
      'An operation may ask about the schema a tenth more than the introspection of tools does.',
    ]);
  });

  it('is measured in this schema: introspection comes to the fields and objects of its answer', async () => {
    const text = '{ __schema { types { name fields(includeDeprecated: true) { name args(includeDeprecated: true) { name } } } } }';
    const document = parse(text);
    const field = (document.definitions[0] as OperationDefinitionNode).selectionSet.selections[0] as FieldNode;
    const { data } = await execute({ schema: graph.schema, document });
    let [fields, objects] = [0, 0];
    JSON.stringify(data?.['__schema'], (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      objects += 1;
      fields += Object.keys(value).length;
      return value;
    });
    expect(new IntrospectionMeasure(graph.schema, new Map(), Infinity).sizeOf(field)).toBe(1 + fields + 2 * (objects - 1));
  });

  it('of which introspection is wide and deep is measured in so many steps at most', () => {
    const document = parse(`{ __schema { types { ${'fields { args { name } type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`);
    const field = (document.definitions[0] as OperationDefinitionNode).selectionSet.selections[0] as FieldNode;
    const measure = new IntrospectionMeasure(graph.schema, new Map(), 1_000);
    expect(measure.sizeOf(field)).toBe(Infinity);
    expect(measure.visited).toBe(1_001);
  });

  it('allows a large operation of many parts', () => {
    const parts = Array.from(
      { length: 20 },
      (_, i) => `fragment Part${i} on Agent { id name presence { availability since } teams { id } }`,
    );
    expect(messagesOf(`{ me { ${parts.map((_, i) => `...Part${i}`).join(' ')} } } ${parts.join(' ')}`)).toEqual([]);
  });
});

describe('variables', () => {
  const NOBODY = { identity: null } as unknown as GatewayContext;
  const prepared = async (variables: Record<string, unknown>) => {
    const query = 'query($ids: [ID!]) { callHistory(filter: { ids: $ids }) { edges { cursor } } }';
    const operation = await documents().prepare({ query, variables }, null);
    return 'kind' in operation ? [] : operation.map(({ message }) => message);
  };
  const ids = (n: number): string[] => Array.from({ length: n }, () => '1');

  it('may hold 10,000 values, wherever they stand', async () => {
    expect(await prepared({ ids: ids(9_999) })).toEqual([]);
    for (const variables of [{ ids: ids(10_000) }, { ids: [], other: { unasked: [ids(5_000), ids(5_000)] } }])
      expect(await prepared(variables)).toEqual(['The variables of an operation may hold 10000 values.']);
  });

  it('that the operation does not have are not read', async () => {
    const operation = await documents().prepare(
      { query: 'query($id: ID!, $_n: Int) { callHistory(first: $_n, filter: { agentId: $id }) { edges { cursor } } }' },
      null,
    );
    if (!('kind' in operation)) throw new Error('not an operation');
    let reads = 0;
    const given = { id: '1', _n: 3, ...Object.fromEntries(ids(9_000).map((_, i) => [`other${i}`, i])) };
    const values = operation.values(new Proxy(given, { get: (target, key) => ((reads += 1), Reflect.get(target, key)) }));
    expect([new Set(Object.values(values)), reads]).toEqual([new Set(['1', 3]), 2]);
  });

  it.each(expensiveRequests.filter((one) => one.variables))(
    'that are wrong are told of in few words: $kind',
    async ({ text, variables }) => {
      const operation = await documents().prepare({ query: text, ...(variables && { variables }) }, null);
      const told = 'kind' in operation ? (await graph.execute(operation, { variables, context: NOBODY })).errors : operation;
      expect(told?.length ?? 0).toBeLessThanOrEqual(MOST_ERRORS + 1);
      expect(Math.max(0, ...(told ?? []).map(({ message }) => message.length))).toBeLessThanOrEqual(2_000);
    },
  );

  it.each([{ ids: ['\0'] }, { ids: [], 'a\0': 1 }, { ids: [{ a: [[{ b: 'x\0' }]] }] }])('have no NUL: %j', async (variables) =>
    expect(await prepared(variables)).toEqual(['A text must not contain the character NUL.']),
  );
});

describe('errors', () => {
  it('are few and short, whatever is wrong', () => {
    for (const { text } of expensive) {
      const read = documents().read(text, null);
      const errors = 'kind' in read ? [] : read;
      expect(errors.length).toBeLessThanOrEqual(MOST_ERRORS);
      expect(JSON.stringify(errors).length).toBeLessThan(10_000);
    }
  });

  it('say where', () => {
    const read = documents().read('{\n  me {\r\n    nothing\n  }\n}', null);
    expect('kind' in read ? [] : read.map((error) => error.toJSON())).toMatchObject([
      {
        message: expect.stringContaining('"nothing"'),
        locations: [{ line: 3, column: 5 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });
});

describe('a condition on the own field of a subscription', () => {
  it.each([
    ['the field', 'presence @skip(if: $no) { __typename }'],
    ['a field in a fragment', '...F } fragment F on Subscription { presence @include(if: $no) { __typename }'],
    ['a fragment in a fragment', '... { ...F @skip(if: $no) } } fragment F on Subscription { presence { __typename }'],
  ])('is refused: on %s', async (_, text) => {
    const asked = { query: `subscription($no: Boolean!) { ${text} }`, variables: { no: false } };
    expect(await documents().prepare(asked, null)).toMatchObject([
      { message: "A subscription's own field cannot be skipped or included.", extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});
