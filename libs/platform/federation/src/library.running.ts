import { composeServices } from '@apollo/composition';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { subgraphSchema } from '@cordboard/platform-subgraph';
import { execute, GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { Federation, type Ask, type Question } from './index.ts';

/** A library whose graph lies in three subgraphs, and the same graph in one piece: what graphql-js answers from that is right. */
const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides"])';

const CATALOG = `${FEDERATION}
  scalar Day
  enum Genre { NOVEL ESSAY }
  interface Media { id: ID! title: String! }
  type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int genre: Genre published: Day size: Size! @shareable author: User related(first: Int = 2): [Media!]! }
  type Movie implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! size: Size! @shareable }
  type Size @shareable { width: Int! height: Int }
  union Thing = Book | Movie | Shelf
  type Shelf { name: String! things: [Thing!] }
  type User @key(fields: "id", resolvable: false) { id: ID! }
  input Filter { genre: Genre titles: [String!] = ["Emma", "Ulysses", "Solaris"] }
  type Query { media(first: Int! = 3): [Media!]! things: [Thing] book(id: ID!): Book books(filter: Filter): [Book] shelf: Shelf! }
  type Mutation { add(title: String!): Book! }`;
const REVIEWS = `${FEDERATION}
  type Book @key(fields: "id") { id: ID! pages: Int @external size: Size! @external weight(unit: String = "g"): Int @requires(fields: "pages size { width }") reviews(first: Int): [Review!]! mark: Int! }
  type Movie @key(fields: "id") { id: ID! reviews(first: Int): [Review!] }
  type Size @shareable { width: Int! height: Int }
  type Review { text: String by: User! @provides(fields: "name") about: Book }
  type User @key(fields: "id") { id: ID! name: String! @external reviews: [Review!]! }
  type Mutation { review(id: ID!, text: String!): Review }`;
const USERS = `${FEDERATION}
  type User @key(fields: "id") { id: ID! name: String! @shareable email: String friends: [User]! nick: String! }
  type Query { user(id: ID!): User users: [User!] }`;
const MONOLITH = `
  scalar Day
  enum Genre { NOVEL ESSAY }
  interface Media { id: ID! title: String! }
  type Book implements Media { id: ID! title: String! pages: Int genre: Genre published: Day size: Size! author: User related(first: Int = 2): [Media!]! weight(unit: String = "g"): Int reviews(first: Int): [Review!]! mark: Int! }
  type Movie implements Media { id: ID! title: String! minutes: Int! size: Size! reviews(first: Int): [Review!] }
  type Size { width: Int! height: Int }
  union Thing = Book | Movie | Shelf
  type Shelf { name: String! things: [Thing!] }
  type Review { text: String by: User! about: Book }
  type User { id: ID! name: String! email: String friends: [User]! nick: String! reviews: [Review!]! }
  input Filter { genre: Genre titles: [String!] = ["Emma", "Ulysses", "Solaris"] }
  type Query { media(first: Int! = 3): [Media!]! things: [Thing] book(id: ID!): Book books(filter: Filter): [Book] shelf: Shelf! user(id: ID!): User users: [User!] }
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

const bookOf = {
  genre: (row: Row) => (row.id === 'b4' ? 'POEM' : row['genre']), // no such genre
  related: (row: Row, o: { first: number }) => first(row['related'] as string[], o.first).map(media),
};
const aboutBook = {
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
  shelf: () => ({ name: 'high', things: all() }),
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
    Query: query, Mutation: added, Media: isType, Thing: isType,
    Book: { ...bookOf, __resolveReference: ({ id }: Row) => find(books, id) },
    Movie: { __resolveReference: ({ id }: Row) => find(movies, id) },
  }), // prettier-ignore
  reviews: subgraphSchema(REVIEWS, {
    Mutation: reviewed,
    Book: { ...aboutBook, __resolveReference: (row: Row) => row },
    Movie: { ...movieReviews, __resolveReference: (row: Row) => row },
    User: { ...byUser, __resolveReference: (row: Row) => row },
    Review: reviewOf,
  }), // prettier-ignore
  users: subgraphSchema(USERS, { Query: userQuery, User: { ...userOf, __resolveReference: ({ id }: Row) => find(users, id) } }),
};
const composed = composeServices(
  Object.entries({ catalog: CATALOG, reviews: REVIEWS, users: USERS }).map(([name, sdl]) => ({
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
    Query: { ...query, ...userQuery }, Mutation: { ...added, ...reviewed }, Media: isType, Thing: isType,
    Book: { ...bookOf, ...aboutBook, author: ({ author }: { author: { id: string } }) => find(users, author.id) ?? { id: author.id, isGone: true } },
    Movie: movieReviews, Review: { ...reviewOf, by: ({ by }: { by: string }) => find(users, by) },
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
