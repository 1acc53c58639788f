import { composeServices } from '@apollo/composition';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { subgraphSchema } from '@cordboard/platform-subgraph';
import {
  execute,
  GraphQLError,
  GraphQLScalarType,
  Kind,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import { Federation, type Ask, type Question } from './index.ts';

/** A library whose graph lies in three subgraphs, and the same graph in one piece: what graphql-js answers from that is right. */
const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@inaccessible", "@override"])';

const CATALOG = `${FEDERATION}
  scalar Day
  scalar Json
  enum Genre { NOVEL ESSAY POEM @inaccessible }
  interface Media @key(fields: "id") { id: ID! title: String! }
  type Copy @key(fields: "book { id } number") { book: Book! number: Int! place: String }
  type Book implements Media @key(fields: "id") { id: ID! title: String! sheets(per: Int): Int copies: [Copy!] format: String pages: Int genre: Genre published: Day size: Size! @shareable author: User related(first: Int = 2): [Media!]! }
  type Movie implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! size: Size! @shareable }
  type Size @shareable { width: Int! height: Int }
  union Thing = Book | Movie | Shelf
  type Shelf { name: String! things: [Thing!] rows: [[Thing!]] }
  type User @key(fields: "id", resolvable: false) { id: ID! }
  input Filter { genre: Genre titles: [String!] = ["Emma", "Ulysses", "Solaris"] }
  type Query { media(first: Int! = 3): [Media!]! things: [Thing] book(id: ID!): Book books(filter: Filter): [Book] shelf: Shelf! echo(json: Json, id: ID, float: Float, ids: [ID!], rows: [[Int]], filter: Filter, genre: Genre = NOVEL, text: String): String }
  type Mutation { add(title: String!): Book! }`;
const REVIEWS = `${FEDERATION}
  scalar Json
  enum Genre { NOVEL ESSAY POEM @inaccessible }
  input Filter { genre: Genre titles: [String!] = ["Emma", "Ulysses", "Solaris"] }
  type Copy @key(fields: "book { id } number") { book: Book! number: Int! state: String }
  type Book @key(fields: "id") { id: ID! pages: Int @external size: Size! @external weight(unit: String = "g"): Int @requires(fields: "pages size { width }") reviews(first: Int): [Review!]! mark: Int! format: String @override(from: "catalog") sheets(per: Int): Int @external bulk: Int @requires(fields: "sheets(per: 4)") echo(json: Json, id: ID, float: Float, ids: [ID!], rows: [[Int]], filter: Filter, genre: Genre = NOVEL, text: String): String }
  type Movie @key(fields: "id") { id: ID! reviews(first: Int): [Review!] }
  type Size @shareable { width: Int! height: Int }
  type Review { text: String by: User! @provides(fields: "name") about: Book }
  type User @key(fields: "id") { id: ID! name: String! @external reviews: [Review!]! }
  type Mutation { review(id: ID!, text: String!): Review }`;
const USERS = `${FEDERATION}
  type User @key(fields: "id") { id: ID! name: String! @shareable email: String friends: [User]! nick: String! }
  type Query { user(id: ID!): User users: [User!] }`;
const RATINGS = `${FEDERATION}
  type Media @key(fields: "id") @interfaceObject { id: ID! title: String! @external score(by: Int): Int! twin: Media next: [[Media!]] praise: String @requires(fields: "title") }
  type Query { top: [Media] }`;
const MONOLITH = `
  scalar Json
  scalar Day
  enum Genre { NOVEL ESSAY }
  interface Media { id: ID! title: String! score(by: Int): Int! twin: Media next: [[Media!]] praise: String }
  type Copy { book: Book! number: Int! place: String state: String }
  type Book implements Media { id: ID! title: String! score(by: Int): Int! twin: Media next: [[Media!]] praise: String sheets(per: Int): Int copies: [Copy!] format: String bulk: Int echo(json: Json, id: ID, float: Float, ids: [ID!], rows: [[Int]], filter: Filter, genre: Genre = NOVEL, text: String): String pages: Int genre: Genre published: Day size: Size! author: User related(first: Int = 2): [Media!]! weight(unit: String = "g"): Int reviews(first: Int): [Review!]! mark: Int! }
  type Movie implements Media { id: ID! title: String! score(by: Int): Int! twin: Media next: [[Media!]] praise: String minutes: Int! size: Size! reviews(first: Int): [Review!] }
  type Size { width: Int! height: Int }
  union Thing = Book | Movie | Shelf
  type Shelf { name: String! things: [Thing!] rows: [[Thing!]] }
  type Review { text: String by: User! about: Book }
  type User { id: ID! name: String! email: String friends: [User]! nick: String! reviews: [Review!]! }
  input Filter { genre: Genre titles: [String!] = ["Emma", "Ulysses", "Solaris"] }
  type Query { media(first: Int! = 3): [Media!]! things: [Thing] book(id: ID!): Book books(filter: Filter): [Book] shelf: Shelf! top: [Media] echo(json: Json, id: ID, float: Float, ids: [ID!], rows: [[Int]], filter: Filter, genre: Genre = NOVEL, text: String): String user(id: ID!): User users: [User!] }
  type Mutation { add(title: String!): Book! review(id: ID!, text: String!): Review }`;

type Row = Record<string, unknown> & { id: string };
const books: readonly Row[] = [
  {
    id: 'b1',
    title: 'Emma',
    pages: 400,
    genre: 'NOVEL',
    published: '1815-12-23',
    size: { width: 12, height: 18 },
    author: { id: 'u1' },
    related: ['b2', 'm1'],
  },
  {
    id: 'b2',
    title: 'Ulysses',
    pages: 700,
    genre: 'NOVEL',
    published: null,
    size: { width: 13, height: null },
    author: { id: 'u3' },
    related: [],
  },
  {
    id: 'b3',
    title: 'Essais',
    pages: null,
    genre: 'ESSAY',
    published: '1580-03-01',
    size: { width: 10, height: 15 },
    author: { id: 'gone' },
    related: ['b1', 'b2', 'm2'],
  },
  {
    id: 'b4',
    title: 'Solaris',
    pages: 200,
    genre: 'NOVEL',
    published: '1961-01-01',
    size: { width: 11, height: 17 },
    author: { id: 'u2' },
    related: ['b4'],
  },
];
const movies: readonly Row[] = [
  { id: 'm1', title: 'Stalker', minutes: 162, size: { width: 16, height: 9 } },
  { id: 'm2', title: 'Persona', minutes: 83, size: { width: 4, height: 3 } },
];
const users: readonly Row[] = [
  { id: 'u1', name: 'Jane', email: 'jane@example.org', friends: ['u2', 'gone', 'u4'], nick: 'J' },
  { id: 'u2', name: 'Stan', email: null, friends: ['u1'], nick: 'S' },
  { id: 'u3', name: 'James', email: 'james@example.org', friends: [], nick: null }, // nick must not be null
  { id: 'u4', name: 'Ingmar', email: 'i@example.org', friends: ['u3', 'u1'], nick: 'I' },
];
const reviews = [
  { text: 'good', by: 'u2', about: 'b1' },
  { text: null, by: 'u4', about: 'b1' },
  { text: 'long', by: 'u1', about: 'b2' },
  { text: 'nobody knows who', by: 'gone', about: 'b3' },
];
const seen = [{ text: 'slow', by: 'u1', about: 'm1' }];

const find = (rows: readonly Row[], id: string): Row | null => rows.find((row) => row.id === id) ?? null;
const named = (row: Row | null | undefined, type: string) => row && { ...row, __typename: type };
const media = (id: string) => named(find(books, id), 'Book') ?? named(find(movies, id), 'Movie');
const all = () => [...books, ...movies].map(({ id }) => media(id));
const fails = (code: string): never => {
  throw new GraphQLError(`This is ${code}.`, { extensions: { code } });
};
const first = <T>(list: readonly T[], n: number | null | undefined): readonly T[] =>
  n === null || n === undefined ? list : list.slice(0, n);

/** What a resolver is given, with every digit and every sign: a literal and a variable of one value are to arrive alike. */
const written = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(written).join(' ')}]`;
  if (value instanceof Literal) return value.text;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent';
  return `{${Object.keys(value)
    .map((key) => `${key}:${written((value as Record<string, unknown>)[key])}`)
    .join(' ')}}`;
};
class Literal {
  constructor(readonly text: string) {}
}
function literalOf(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.ENUM:
      return new Literal(node.value);
    case Kind.LIST:
      return node.values.map((one) => literalOf(one, variables));
    case Kind.OBJECT:
      return Object.assign(
        Object.create(null) as object,
        ...node.fields.map(({ name, value }) => {
          const one = Object.create(null) as Record<string, unknown>;
          one[name.value] = literalOf(value, variables);
          return one;
        }),
      ) as unknown;
    case Kind.NULL:
      return null;
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
  }
}
const Json = new GraphQLScalarType({ name: 'Json', parseValue: (value) => value, parseLiteral: literalOf });
const echo = (_: unknown, given: Record<string, unknown>) => written(given);
const number = ({ id }: { id: string }) => Number(id.slice(1));
const ofMedia = {
  score: ({ id }: Row, { by }: { by?: number | null }) => number({ id }) * (by ?? 1),
  twin: ({ id }: Row) => (number({ id }) % 2 === 1 ? media(id.startsWith('b') ? 'm1' : 'b2') : null),
  next: ({ id }: Row) => (id === 'b2' ? null : [[media('b1'), media('m2')], [media(id)]]),
  praise: ({ title }: Row) => `Read ${String(title)}!`,
};
/** All that the ratings know of it. */
const known = (row: { id: string } | null | undefined) => row && { id: row.id };
const top = () => ['b2', 'm1', 'b3'].map(media);
const copies = {
  copies: ({ id }: Row) =>
    id === 'b3' ? null : [1, 2].map((n) => ({ __typename: 'Copy', book: media(id), number: n, place: `${id}/${n}` })),
};
const copyOf = { state: ({ book, number: n }: { book: Row; number: number }) => `${book.id} ${n}` };
const format = { format: ({ id }: Row) => `in ${id}` };

const bookOf = {
  ...copies,
  sheets: ({ id }: Row, { per }: { per?: number | null }) => number({ id }) * (per ?? 2),
  genre: (row: Row) => (row.id === 'b4' ? 'POEM' : row['genre']), // no such genre
  related: (row: Row, o: { first: number }) => first(row['related'] as string[], o.first).map(media),
};
const aboutBook = {
  echo,
  ...format,
  weight: ({ pages, size }: { pages: number | null; size: { width: number } }, { unit }: { unit: string }) =>
    pages === null ? null : unit === 'kg' ? Math.round((pages * size.width) / 1000) : pages * size.width,
  reviews: ({ id }: Row, o: { first?: number }) => {
    if (id === 'b4') fails('FORBIDDEN');
    return first(
      reviews.filter(({ about }) => about === id),
      o.first,
    );
  },
  mark: ({ id }: Row) => (id === 'b2' ? null : id.length), // must not be null
};
const query = {
  media: (_: unknown, o: { first: number }) => first(all(), o.first),
  things: () => [...all(), { __typename: 'Shelf', name: 'low', things: [media('b1'), media('m2')] }, null],
  book: (_: unknown, { id }: { id: string }) => (id === 'secret' ? fails('NOT_FOUND') : named(find(books, id), 'Book')),
  books: (_: unknown, { filter }: { filter?: { genre?: string; titles: string[] } }) =>
    books.map((row) =>
      !filter || ((!filter.genre || filter.genre === row['genre']) && filter.titles.includes(String(row['title'])))
        ? named(row, 'Book')
        : null,
    ),
  echo,
  shelf: () => ({ name: 'high', things: all(), rows: [[media('b1'), null], [media('m1'), media('b3')], null, []] }),
};
const userQuery = {
  user: (_: unknown, { id }: { id: string }) => named(find(users, id), 'User'),
  users: () => users.map((row) => named(row, 'User')),
};
const userOf = {
  friends: (row: Row) => (row['friends'] as string[]).map((id) => named(find(users, id), 'User')),
  email: (row: Row) => (row.id === 'u4' ? fails('FORBIDDEN') : row['email']),
};
const provided = (id: string) => ({ __typename: 'User', id, name: find(users, id)?.['name'] ?? null });
const reviewOf = {
  by: ({ by }: { by: string }) => (find(users, by) ? provided(by) : null),
  about: ({ about }: { about: string }) => named(find(books, about), 'Book'),
};
const byUser = { reviews: ({ id }: Row) => reviews.filter(({ by }) => by === id) };
const added = { add: (_: unknown, { title }: { title: string }) => ({ ...books[0], __typename: 'Book', id: 'b1', title }) };
const reviewed = { review: (_: unknown, { id, text }: { id: string; text: string }) => ({ text, by: 'u1', about: id }) };
const movieReviews = {
  reviews: ({ id }: Row, o: { first?: number }) =>
    first(
      seen.filter(({ about }) => about === id),
      o.first,
    ),
};
const isType = { __resolveType: (value: { __typename?: string; minutes?: number; name?: string }) => value.__typename ?? 'Book' };

const schemas: Readonly<Record<string, GraphQLSchema>> = {
  catalog: subgraphSchema(CATALOG, {
    Query: query, Mutation: added, Media: { ...isType, __resolveReference: ({ id }: Row) => media(id) }, Thing: isType, Json,
    Copy: { __resolveReference: (row: { book: Row }) => ({ ...row, place: 'elsewhere' }) },
    Book: { ...bookOf, __resolveReference: ({ id }: Row) => find(books, id) },
    Movie: { __resolveReference: ({ id }: Row) => find(movies, id) },
  }), // prettier-ignore
  reviews: subgraphSchema(REVIEWS, {
    Mutation: reviewed,
    Json,
    Copy: { ...copyOf, __resolveReference: (row: unknown) => row },
    Book: { ...aboutBook, bulk: ({ sheets }: { sheets: number | null }) => sheets, __resolveReference: (row: Row) => row },
    Movie: { ...movieReviews, __resolveReference: (row: Row) => row },
    User: { ...byUser, __resolveReference: (row: Row) => row },
    Review: reviewOf,
  }), // prettier-ignore
  ratings: subgraphSchema(RATINGS, {
    Query: { top: () => top().map((one) => ({ id: one?.id })) },
    Media: { ...ofMedia, twin: (row: Row) => known(ofMedia.twin(row)), next: (row: Row) => ofMedia.next(row)?.map((list) => list.map(known)), __resolveReference: (row: Row) => row },
  }), // prettier-ignore
  users: subgraphSchema(USERS, { Query: userQuery, User: { ...userOf, __resolveReference: ({ id }: Row) => find(users, id) } }),
};
const composed = composeServices(
  Object.entries({ catalog: CATALOG, reviews: REVIEWS, users: USERS, ratings: RATINGS }).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  })),
);
if (!composed.supergraphSdl) throw new Error(composed.errors?.map(({ message }) => message).join('\n'));
export const supergraphSdl = composed.supergraphSdl;
export const schemasByName = schemas;

export const monolith = makeExecutableSchema({
  typeDefs: MONOLITH,
  resolvers: {
    Query: { ...query, ...userQuery, top }, Mutation: { ...added, ...reviewed }, Media: isType, Thing: isType, Json, Copy: copyOf,
    Book: { ...bookOf, ...aboutBook, ...ofMedia, bulk: (row: Row) => bookOf.sheets(row, { per: 4 }), author: ({ author }: { author: { id: string } }) => find(users, author.id) ?? { id: author.id, isGone: true } },
    Movie: { ...movieReviews, ...ofMedia }, Review: { ...reviewOf, by: ({ by }: { by: string }) => find(users, by) },
    User: { ...userOf, ...byUser },
  } as never,
}); // prettier-ignore

/** Asks the subgraphs in this process, and remembers what they were asked. */
export class InProcess {
  readonly asked: Question<unknown>[] = [];
  /** Subgraphs that cannot be reached. */
  readonly away = new Set<string>();

  readonly ask: Ask<unknown> = async (question) => {
    this.asked.push(question);
    if (this.away.has(question.subgraph)) throw new Error('connection refused');
    const schema = schemas[question.subgraph];
    if (!schema) throw new Error(`there is no ${question.subgraph}`);
    const result = await execute({ schema, document: parse(question.query), variableValues: question.variables });
    return JSON.parse(JSON.stringify(result)) as ExecutionResult;
  };

  readonly federation = new Federation<unknown>({ supergraphSdl, ask: this.ask });

  async answer(query: string | DocumentNode, variables: Record<string, unknown> = {}, operationName?: string): Promise<Plain> {
    const document = typeof query === 'string' ? parse(query) : query;
    const operation = await this.federation.prepare(document, operationName);
    return plain(await this.federation.execute(operation, { variables, context: null }));
  }
}

export interface Plain {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
}
export const plain = (result: ExecutionResult): Plain => JSON.parse(JSON.stringify(result)) as Plain;

/** What graphql-js answers from the graph in one piece. */
export const whole = async (query: string | DocumentNode, variables: Record<string, unknown> = {}): Promise<Plain> =>
  plain(await execute({ schema: monolith, document: typeof query === 'string' ? parse(query) : query, variableValues: variables }));
