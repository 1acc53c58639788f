import { buildSchema, getVariableValues, parse, type VariableDefinitionNode } from 'graphql';
import { coercedVariables } from './variables.ts';

const schema = buildSchema(`
  enum Kind { AGENT TEAM NUMBER }
  input Inner { ids: [ID!] count: Int! kinds: [[Kind]] }
  input Outer { name: String = "none" inner: Inner! other: Outer on: Boolean rate: Float }
  input One @oneOf { a: ID b: Int }
  type Query { any(outer: Outer one: One ids: [ID!]! kind: Kind n: Int!): ID }
`);
const definitionsOf = (variables: string): readonly VariableDefinitionNode[] => {
  const [operation] = parse(`query(${variables}) { any }`).definitions;
  return (operation?.kind === 'OperationDefinition' && operation.variableDefinitions) || [];
};
const of = (variables: string, given: Record<string, unknown>) => {
  const coerced = coercedVariables(schema, definitionsOf(variables), given);
  return 'errors' in coerced ? coerced.errors.map(({ message }) => message) : { ...coerced.values };
};

const inner = { count: 1 };
const many = (n: number, value: (i: number) => unknown, key = 'unknown') =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`${key}${i}`, value(i)]));

describe('Values of variables are coerced, and told, as by graphql-js', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['none', '$n: Int', {}],
    ['defaults', '$n: Int = 3, $outer: Outer = { inner: { count: 2, ids: "a" } }, $kind: Kind = TEAM', {}],
    [
      'right values',
      '$outer: Outer, $kind: Kind',
      { outer: { inner: { ...inner, ids: 'a', kinds: [['TEAM', null]] }, on: true }, kind: 'TEAM' },
    ],
    ['no value of a required variable', '$n: Int!', {}],
    ['null for a required variable', '$n: Int!', { n: null }],
    ['null and undefined', '$n: Int, $kind: Kind', { n: null, kind: undefined }],
    ['a text for a number', '$n: Int!', { n: 'x "y" \n' }],
    ['too large a number', '$n: Int!', { n: 1e40 }],
    ['an object for a number', '$n: Int!', { n: { a: [1, { b: { c: { d: 1 } } }], e: {}, f: [], g: null } }],
    ['a list for a number', '$n: Int', { n: Array.from({ length: 12 }, (_, i) => [i, [[i]]]) }],
    ['eleven elements', '$n: Int', { n: Array.from({ length: 11 }, (_, i) => i) }],
    ['a number for a flag', '$outer: Outer', { outer: { inner, on: 1, rate: '1' } }],
    ['an enum value that is not there', '$kind: Kind', { kind: 'AGENTT' }],
    ['a number for an object', '$outer: Outer', { outer: 3 }],
    ['a list for an object', '$outer: Outer', { outer: [{ inner }] }],
    ['an unknown key', '$outer: Outer', { outer: { inner, naem: 1 } }],
    ['a missing key, deep', '$outer: Outer', { outer: { inner, other: { inner: { ids: ['a', null] } } } }],
    ['elements that are wrong', '$outer: Outer', { outer: { inner: { ...inner, kinds: [['AGENT', 'x'], 'TEAM', [3]] } } }],
    ['two of one', '$one: One', { one: { a: '1', b: 2 } }],
    ['more errors than are told', '$ids: [ID!]!, $n: Int!', { ids: Array.from({ length: 20 }, () => true), n: 1 }],
    ['ten errors', '$ids: [ID!]!', { ids: Array.from({ length: 10 }, () => true) }],
  ])('for %s', (_, variables, given) => {
    const { coerced, errors } = getVariableValues(schema, definitionsOf(variables), given, { maxErrors: 10 });
    expect(of(variables, given)).toEqual(errors?.map(({ message }) => message) ?? coerced);
  });
});

/** The value, and how often one of its keys was read. */
function counted(value: Record<string, unknown>): { readonly value: Record<string, unknown>; readonly reads: () => number } {
  let reads = 0;
  return { value: new Proxy(value, { get: (target, key) => ((reads += 1), Reflect.get(target, key)) }), reads: () => reads };
}

describe('What is wrong with a large value costs no more than what is wrong with a small one', () => {
  it.each([100, 10_000])('with %i unknown keys, of which no message shows all', (n) => {
    const { value, reads } = counted({ inner, ...many(n, () => 1) });
    const told = of('$outer: Outer', { outer: value }) as readonly string[];
    expect(told).toHaveLength(11);
    expect(told[0]).toMatch(/^Variable "\$outer" got invalid value { inner: { count: 1 }, unknown0: 1, unknown1: 1, /);
    expect(reads()).toBeLessThan(300);
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a long key', { outer: { inner, ['"'.repeat(50_000)]: 1 } }, 'Variable "$outer" got an invalid value; Field """'],
    [
      'a long text for an enum value',
      { outer: { inner: { ...inner, kinds: ['TEAM', 'x'.repeat(50_000)] } } },
      'at "outer.inner.kinds[1]"; Expected type "Kind".',
    ],
    ['a long text for a number', { outer: { inner: { count: '"'.repeat(50_000) } } }, 'at "outer.inner.count"; Expected type "Int".'],
    [
      'a large object for an ID',
      { outer: { inner: { ...inner, ids: many(2_000, () => 1) } } },
      'at "outer.inner.ids"; Expected type "ID".',
    ],
    [
      'a long text in an object for a text',
      { outer: { inner, name: { a: ['x'.repeat(50_000)] } } },
      'at "outer.name"; Expected type "String".',
    ],
    ['large lists for a number', { outer: { inner, rate: [[many(2_000, () => 1)]] } }, 'at "outer.rate"; Expected type "Float".'],
  ])('with %s, which no message repeats', (_, given, message) => {
    const told = of('$outer: Outer', given) as readonly string[];
    expect(told).toEqual([expect.stringContaining(message)]);
    expect(told[0]?.length).toBeLessThanOrEqual(2_000);
  });

  it('and long texts that fit are left as they are', () =>
    expect(of('$outer: Outer', { outer: { inner, name: 'x'.repeat(50_000) } })).toMatchObject({ outer: { name: 'x'.repeat(50_000) } }));
});
