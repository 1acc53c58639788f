import { InProcess, whole } from './library.running.ts';

const library = new InProcess();

/** The data are compared as text: a key `__proto__` stands in it like any other. */
async function same(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const [ours, theirs] = [await library.answer(query, variables), await whole(query, variables)];
  expect(ours.errors?.map(({ path }) => path?.join('.')).sort()).toEqual(theirs.errors?.map(({ path }) => path?.join('.')).sort());
  expect(JSON.stringify(ours.data)).toBe(JSON.stringify(theirs.data));
}

describe('A result equals that of a single graphql-js server', () => {
  it.each([
    ['an alias is the name of a key', '{ book(id: "b1") { id: title reviews { text } author { id: name email } } }'],
    ['an alias is __typename', '{ media(first: 9) { __typename: id title ... on Book { reviews { text } } score } }'],
    ['__typename has the alias of a key', '{ top { id: __typename title ... on Book { reviews { text by { id: nick } } } } }'],
    ['an alias is the name of a required field', '{ book(id: "b1") { pages: title size: id weight } }'],
    ['an alias is the name of a provided field', '{ book(id: "b1") { reviews { by { name: id email } } } }'],
    [
      'aliases swap the fields of a nested key',
      '{ book(id: "b1") { copies { number: place book: number state b: book { id: title mark } } } }',
    ],
    [
      'a required field has other arguments',
      '{ media { ... on Book { sheets(per: 3) bulk } ... on Movie { sheets: minutes bulk: title } } }',
    ],
    [
      'exclusive types have other arguments',
      '{ media { ... on Book { reviews(first: 1) { text } } ... on Movie { reviews(first: 2) { text } } } }',
    ],
    [
      'equal arguments stand in another order',
      '{ echo(filter: { genre: ESSAY, titles: "a" }, id: 1) echo(id: 1, filter: { titles: "a", genre: ESSAY }) }',
    ],
    ['aliases are names of the executor', '{ r1: book(id: "b1") { r0: id _internal_qp_alias_0: title representations: pages weight } }'],
    ['an error lies behind aliases', '{ __proto__: books { id: title constructor: mark } users { x: email } }'],
    ['what a field requires fails with it', '{ media { x: title ... on Book { y: weight z: mark } } }'],
    ['an interface object is of another type', '{ top { __typename x: __typename twin { __typename score ... on Movie { minutes } } } }'],
    ['an interface object is behind an entity', '{ book(id: "b3") { twin { __typename title twin { x: __typename score(by: 3) } } } }'],
    ['one field has several aliases and fails', '{ users { a: email b: email x: reviews { text } } books { y: mark } }'],
    [
      'aliases of a key stand on an interface object',
      '{ top { __typename id ... on Book { a4: id echo pages } ... on Movie { id minutes } } }',
    ],
    [
      'fields of an interface object are asked of several types',
      '{ top { ... on Book { score title } ... on Movie { score twin { title score } } } }',
    ],
    ['an interface object refers to one of another type', '{ media { twin { ... on Movie { score } } } }'],
    ['a type of an interface object requires fields', '{ top { ... on Book { praise } ... on Movie { score } } }'],
    ['several types of an interface object require fields', '{ top { ... on Book { praise } ... on Movie { praise } } }'],
    ['an interface object refers to one that requires fields', '{ media { twin { praise } } }'],
    ['a type of an interface object refers to one that requires fields', '{ top { ... on Book { next { praise } } } }'],
    [
      'what an interface object refers to is asked of one type alone, and fails',
      '{ book(id: "b3") { related { twin { ... on Book { twin { ... on Book { mark } } } ... on Movie { score } } } } }',
    ],
    [
      'a fault lies in what is asked of another type alone, beside a null for another reason',
      '{ top { ... on Book { praise pages author { nick } } ... on Movie { twin { twin { ... on Book { author { nick } } } } } } }',
    ],
    [
      'the same has an alias',
      '{ top { ... on Book { praise pages author { nick } } ... on Movie { x: twin { twin { ... on Book { author { nick } } } } } } }',
    ],
    [
      'interface objects lie in lists of one another',
      '{ media { next { next { ... on Book { twin { title } } } ... on Movie { next { score } } } } }',
    ],
    ['a value that clients cannot see has two aliases', '{ books { genre g: genre title } }'],
    ['rows have holes', '{ shelf { rows { __typename ... on Media { title } } } }'],
    [
      'aliases stand in introspection',
      '{ __proto__: __schema { toString: queryType { constructor: name } } t: __type(name: "Genre") { id: name } }',
    ],
  ])('when %s', (_, query) => same(query));

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'])(
    'when %s is an alias, a variable and a key of JSON, and no prototype changes',
    async (name) => {
      await same(
        `query($${name}: ID!) { ${name}: book(id: $${name}) { ${name}: author { ${name}: name id } reviews { ${name}: text } echo(json: { ${name}: { a: 1 } }) } }`,
        JSON.parse(`{ "${name}": "b1" }`) as Record<string, unknown>,
      );
      await same('query($j: Json) { echo(json: $j) }', JSON.parse(`{ "j": { "${name}": { "polluted": 1 } } }`) as Record<string, unknown>);
      const bare: Record<string, unknown> = {};
      expect([bare['name'], bare['polluted'], Object.keys(Object.prototype)]).toEqual([undefined, undefined, []]);
    },
  );

  it.each([
    '{ echo(id: 12345678901234567890) }',
    '{ echo(ids: 12345678901234567890) }',
    '{ echo(ids: [-0, "b", 7]) }',
    '{ echo(float: 1e400) }',
    '{ echo(float: -0) x: echo(float: -0.0) y: echo(float: 123456789012345678901234567890) z: echo(float: 1) }',
    '{ echo(json: 12345678901234567890) x: echo(json: [9007199254740993, -0, 1.50, 1e2, ENUM, "ENUM", null, true]) }',
    '{ book(id: "b1") { echo(json: { b: 9007199254740993, a: { __proto__: 1, c: [] } }) x: echo(json: { a: 1, b: 2 }) } }',
    'query($v: Json) { book(id: "b1") { echo(json: { z: $v, a: [12345678901234567890, $v] }) } }',
    'query($v: Json = { a: 12345678901234567890 }, $f: Float = 1e400, $i: ID = 12345678901234567890) { echo(json: $v, float: $f, id: $i) }',
    'query($g: Genre) { echo(filter: { genre: $g, titles: "one" }, rows: [1, [2, null], null]) x: echo(filter: { genre: null }) }',
    '{ echo(rows: 1) x: echo(rows: [1, 2]) y: echo(rows: [null]) z: echo(genre: null) w: echo(genre: ESSAY) }',
    '{ echo(text: """\n  block "x" \\\n    y\n""") x: echo(text: "\\u00e9\\n\\"") }',
    'query($representations: ID, $_x: ID, $cordboard_0: Float) { book(id: "b1") { echo(id: $representations, ids: [$_x], float: $cordboard_0) echo2: echo(text: "t") } }',
  ])('when it says %s', (query) => same(query, { v: { k: [1.5] }, representations: 'r', _x: 'x', cordboard_0: 2 }));

  it('in its errors, which name the variables and arguments that the client wrote', async () => {
    const { errors } = await library.answer('query($representations: Float) { echo(float: $representations) }', { representations: 'x' });
    expect(errors?.[0]?.message).toMatch(/^Variable "\$representations" got invalid value "x"/);
  });
});
