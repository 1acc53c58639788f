import { badInput } from './answers.ts';

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

/**
 * What `first` and `after` ask for. @throws GraphQLError BAD_USER_INPUT for a negative `first` or a cursor that is not ours.
 * @returns how many to read (one more than asked, to know whether there are more) and the place after which to begin.
 */
export function page(
  first: number | null | undefined,
  after: string | null | undefined,
): { size: number; limit: number; after: readonly string[] | null } {
  const size = Math.min(first ?? USUAL, MOST);
  if (size < 0) throw badInput('first must not be negative.');
  return { size, limit: size + 1, after: after === null || after === undefined ? null : readCursor(after) };
}

/** A connection from rows read with `limit`; `place` names a row's position in the order, as strings. */
export function connection<Row, Node>(
  rows: readonly Row[],
  o: { size: number; after: readonly string[] | null; place: (row: Row) => readonly string[]; node: (row: Row) => Node },
): Connection<Node> {
  const edges = rows.slice(0, o.size).map((row) => ({ node: o.node(row), cursor: writeCursor(o.place(row)) }));
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

const writeCursor = (place: readonly string[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function readCursor(cursor: string): readonly string[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(place) && place.every((part) => typeof part === 'string')) return place as string[];
  } catch {
    // not ours either
  }
  throw badInput('after is not a cursor of this list.');
}
