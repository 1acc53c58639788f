import { badInput } from './answers.ts';
import { readTime } from './scalars.ts';

/** A Relay connection. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const MOST = 100;
const USUAL = 20;

/** What a part of a place can be, as PostgreSQL can compare it: a `text`, a `timestamptz`, a `bigint` that counts. */
export type PlacePart = 'text' | 'time' | 'count';
/** A row's position in the order of a list. */
export type PlaceOf<Parts extends readonly PlacePart[]> = { readonly [I in keyof Parts]: string };

/** A list that is read page by page. */
export interface PagedList<Parts extends readonly PlacePart[]> {
  /** Its name, which its cursors bear: one of another list is refused, though its parts may be the same. */
  readonly list: string;
  readonly parts: Parts;
}

/**
 * What `first` and `after` ask for, of a list whose places have these parts.
 * @throws GraphQLError BAD_USER_INPUT for a negative `first` or a cursor that cannot be of this list.
 * @returns how many to read (one more than asked, to know whether there are more) and the place after which to begin.
 */
export function page<const Parts extends readonly PlacePart[]>(
  { first, after }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  { list, parts }: PagedList<Parts>,
): { list: string; size: number; limit: number; after: PlaceOf<Parts> | null } {
  const size = Math.min(first ?? USUAL, MOST);
  if (size < 0) throw badInput('first must not be negative.');
  return { list, size, limit: size + 1, after: after === null || after === undefined ? null : readCursor(after, list, parts) };
}

/** A connection from rows read with `limit`; `place` names a row's position in the order, as strings. */
export function connection<Row, Node>(
  rows: readonly Row[],
  o: { list: string; size: number; after: readonly string[] | null; place: (row: Row) => readonly string[]; node: (row: Row) => Node },
): Connection<Node> {
  const edges = rows.slice(0, o.size).map((row) => ({ node: o.node(row), cursor: writeCursor(o.list, o.place(row)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > o.size,
      hasPreviousPage: o.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const writeCursor = (list: string, place: readonly string[]): string => Buffer.from(JSON.stringify([list, ...place])).toString('base64url');

function readCursor<const Parts extends readonly PlacePart[]>(cursor: string, list: string, parts: Parts): PlaceOf<Parts> {
  const read = parsed(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [name, ...place] = Array.isArray(read) ? (read as unknown[]) : [];
  if (name !== list || !isPlace(place, parts)) throw badInput('after is not a cursor of this list.');
  return place;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isPlace = <Parts extends readonly PlacePart[]>(place: unknown, parts: Parts): place is PlaceOf<Parts> =>
  Array.isArray(place) && place.length === parts.length && parts.every((part, i) => holds(part, place[i]));

const MAX_COUNT = 2n ** 63n - 1n;
function holds(part: PlacePart, value: unknown): boolean {
  switch (part) {
    case 'text':
      return typeof value === 'string' && !value.includes('\0'); // PostgreSQL has no text with a NUL
    case 'time':
      return readTime(value) !== null;
    case 'count':
      return typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) <= MAX_COUNT;
  }
}
