import { parse as parsed } from 'graphql';
import { InProcess, whole } from './library.running.ts';

let library: InProcess;
beforeEach(() => (library = new InProcess()));

/** Answered from subgraphs just as it is from one piece: the same data in the same order, and an error at each of the same places. */
async function same(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const [ours, theirs] = [await library.answer(query, variables), await whole(query, variables)];
  expect(JSON.stringify(ours.data)).toBe(JSON.stringify(theirs.data));
  expect(ours.errors?.map(({ path }) => path?.join('.')).sort()).toEqual(theirs.errors?.map(({ path }) => path?.join('.')).sort());
}

describe('an answer', () => {
  it.each([
    ['of one subgraph', '{ book(id: "b1") { title pages } }'],
    ['of three', '{ book(id: "b1") { title reviews { text by { name email } } author { name } } }'],
    [
      'with aliases and arguments',
      '{ a: book(id: "b1") { t: title r1: reviews(first: 1) { text } r2: reviews { x: text } } b: book(id: "b2") { title } }',
    ],
    ['with fields that need others', '{ media(first: 10) { ... on Book { weight kg: weight(unit: "kg") } } }'],
    [
      'of interfaces',
      '{ media(first: 10) { __typename id title ... on Movie { minutes reviews { by { nick } } } ... on Book { author { name } } } }',
    ],
    [
      'of unions in lists with holes',
      '{ things { __typename ... on Book { title mark } ... on Shelf { name things { ... on Media { title } } } } }',
    ],
    [
      'with fragments',
      'query { media(first: 3) { ...M } } fragment M on Media { title ...B } fragment B on Book { reviews { ...R } } fragment R on Review { by { name nick } }',
    ],
    ['round in circles', '{ user(id: "u1") { reviews { about { author { reviews { text } } } } friends { friends { email } } } }'],
    ['with __typename everywhere', '{ __typename x: __typename shelf { __typename things { __typename } } }'],
    [
      'of value types in several subgraphs',
      '{ media(first: 9) { ... on Book { size { width height } weight } ... on Movie { size { width } } } }',
    ],
    ['with scalars and enums', '{ book(id: "b1") { published genre } }'],
  ])('%s', (_, query) => same(query));

  it.each([
    ['given', { yes: true, n: 1 }],
    ['left to their defaults', { yes: false }],
  ])('depends on variables that are %s', (_, variables) =>
    same(
      'query($yes: Boolean!, $n: Int! = 2, $f: Filter = { genre: NOVEL }) { media(first: $n) { title @skip(if: $yes) id @include(if: $yes) ... on Book @include(if: $yes) { mark } } books(filter: $f) { title } }',
      variables,
    ),
  );

  it('with an input object has its defaults', () =>
    same('query($g: Genre) { books(filter: { genre: $g }) { title } all: books { title } }', { g: 'ESSAY' }));
});

describe('an error', () => {
  it.each([
    ['of a root field', '{ book(id: "secret") { title } shelf { name } }'],
    ['inside lists, behind entities', '{ media(first: 9) { ... on Book { title reviews { text } } } }'],
    ['of a nullable field', '{ users { name email friends { email } } }'],
    ['of a field that must not be null', '{ books { title mark } }'],
    ['that takes all of the list with it', '{ users { name nick } }'],
    ['that takes everything with it', '{ media { title ... on Book { mark } } }'],
    ['of a value that is none of the enum', '{ books { title genre } }'],
    ['of an entity that is not there', '{ books { title author { id name } } }'],
    ['of an entity that must be there', '{ book(id: "b3") { reviews { text by { id email } } } }'],
    ['in two places that show the same', '{ a: user(id: "u4") { email } b: user(id: "u1") { friends { email } } }'],
  ])('%s stands where it belongs', (_, query) => same(query));

  it('keeps its code', async () => {
    const { errors } = await library.answer('{ book(id: "secret") { title } books { reviews { text } } }');
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['NOT_FOUND', 'FORBIDDEN']);
  });

  it('of a subgraph that is away leaves the rest of the answer', async () => {
    library.away.add('users');
    const { data, errors } = await library.answer('{ shelf { name } users { name } book(id: "b1") { title author { id email } } }');
    expect(data).toEqual({ shelf: { name: 'high' }, users: null, book: { title: 'Emma', author: { id: 'u1', email: null } } });
    expect(errors).toEqual([
      { message: 'users cannot be reached.', path: ['users'], extensions: { code: 'UPSTREAM_UNAVAILABLE', subgraph: 'users' } },
      { message: 'users cannot be reached.', path: ['book', 'author'], extensions: { code: 'UPSTREAM_UNAVAILABLE', subgraph: 'users' } },
    ]);
  });

  it('of a variable that does not fit comes before anything is asked', async () => {
    const { data, errors } = await library.answer('query($n: Int!) { media(first: $n) { id } }', { n: 'many' });
    expect([data, errors?.map(({ extensions }) => extensions?.code), library.asked]).toEqual([undefined, ['BAD_USER_INPUT'], []]);
  });

  it('of a document without the operation that is meant is told', async () => {
    await expect(library.answer('query A { shelf { name } } query B { shelf { name } }')).rejects.toThrow('Say which operation');
    await expect(library.answer('query A { shelf { name } }', {}, 'C')).rejects.toThrow('There is no operation "C".');
  });
});

describe('subgraphs', () => {
  it('are asked about many things in one question, about each once', async () => {
    await library.answer('{ books { author { email } reviews { by { email } } } users { friends { nick } } }');
    const [emails] = library.asked.filter(({ subgraph, query }) => subgraph === 'users' && query.includes('_entities'));
    const ids = Object.values(emails?.variables ?? {}).flatMap((list) => (list as { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(library.asked.filter(({ subgraph }) => subgraph === 'users').length).toBeLessThanOrEqual(3);
  });

  it('are not asked for what another provides', async () => {
    await library.answer('{ book(id: "b1") { reviews { by { id name } } } }');
    expect(library.asked.map(({ subgraph }) => subgraph)).toEqual(['catalog', 'reviews']);
  });

  it('do one mutation after the other, in order', async () => {
    const { data } = await library.answer(
      'mutation { a: add(title: "A") { title mark } r: review(id: "b2", text: "x") { text about { title } } b: add(title: "B") { title } }',
    );
    expect(data).toEqual({ a: { title: 'A', mark: 2 }, r: { text: 'x', about: { title: 'Ulysses' } }, b: { title: 'B' } });
    expect(library.asked.filter(({ kind }) => kind === 'mutation').map(({ query }) => /\b(add|review)\(/.exec(query)?.[1])).toEqual([
      'add',
      'review',
      'add',
    ]);
  });

  it('are asked nothing about the schema', async () => {
    const { data } = await library.answer(
      '{ __type(name: "Genre") { enumValues { name } } ...S } fragment S on Query { __schema { queryType { name } } __typename }',
    );
    expect([data, library.asked]).toEqual([
      { __type: { enumValues: [{ name: 'NOVEL' }, { name: 'ESSAY' }] }, __schema: { queryType: { name: 'Query' } }, __typename: 'Query' },
      [],
    ]);
  });

  it('are asked along with the schema', async () => {
    const { data } = await library.answer('{ shelf { name } __type(name: "Shelf") { name } }');
    expect(data).toEqual({ shelf: { name: 'high' }, __type: { name: 'Shelf' } });
  });
});

describe('a plan', () => {
  it('is the same for what differs in white space and literals alone', async () => {
    const { federation } = library;
    const texts = ['{ book(id: "b1") { title } }', '{\n  book(id: "b2") {\n    title } }', '{ book(id: "b1") { title pages } }'];
    const [first, same, other] = await Promise.all(texts.map(async (text) => (await federation.prepare(parsed(text))).key));
    expect(first).toBe(same);
    expect(other).not.toBe(first);
  });

  it('says which fields it asks of owners', async () => {
    const { owned } = await library.federation.prepare(parsed('{ book(id: "b1") { title reviews { text } } }'));
    expect([...owned].sort()).toEqual(['Book.id', 'Book.reviews', 'Book.title', 'Query.book', 'Review.text'].sort());
  });
});
