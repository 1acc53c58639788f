import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';

/** How much text of one account is kept, in characters, and of how many accounts: 64 Mi characters at the most. */
const MAX_CHARACTERS_PER_ACCOUNT = 262_144;
const MAX_ACCOUNTS = 256;
const VERSION = 1;

const refuse = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

/**
 * Apollo's automatic persisted queries (https://www.apollographql.com/docs/apollo-server/performance/apq#protocol): a client sends the SHA-256 hash of
 * a query alone; where it is unknown it sends the query with it, once. Each account has its own, so that none can push out another's.
 */
export class PersistedQueries {
  private readonly accounts = new LRUCache<string, LRUCache<string, string>>({ max: MAX_ACCOUNTS });

  /**
   * @param account null without a token: nothing is kept, and nothing is found
   * @returns the query that is meant, undefined where there is neither query nor extension; or why it cannot be known
   */
  textOf(asked: { readonly query?: unknown; readonly extensions?: unknown }, account: string | null): unknown {
    const persisted = extensionOf(asked.extensions);
    if (persisted === undefined) return asked.query;
    const { version, sha256Hash } = persisted;
    if (version !== VERSION) return refuse(`Of persisted queries, version ${VERSION} alone is supported.`, 'PERSISTED_QUERY_NOT_SUPPORTED');
    if (typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash))
      return refuse('sha256Hash is the SHA-256 hash of the query, in 64 lower-case hexadecimal digits.', 'BAD_USER_INPUT');
    if (asked.query === undefined || asked.query === null || asked.query === '')
      return this.queriesOf(account)?.get(sha256Hash) ?? refuse('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
    if (typeof asked.query !== 'string') return asked.query;
    return createHash('sha256').update(asked.query).digest('hex') === sha256Hash
      ? asked.query
      : refuse('The sha256Hash is not that of the query.', 'BAD_USER_INPUT');
  }

  /** Keeps a query that was found valid, where its client has named its hash. Must have passed `textOf`. */
  keep(asked: { readonly query?: unknown; readonly extensions?: unknown }, account: string): void {
    const hash = extensionOf(asked.extensions)?.sha256Hash;
    if (typeof hash !== 'string' || typeof asked.query !== 'string' || asked.query === '') return;
    const queries =
      this.queriesOf(account) ?? new LRUCache<string, string>({ maxSize: MAX_CHARACTERS_PER_ACCOUNT, sizeCalculation: sizeOf });
    queries.set(hash, asked.query);
    this.accounts.set(account, queries);
  }

  private queriesOf(account: string | null): LRUCache<string, string> | undefined {
    return account === null ? undefined : this.accounts.get(account);
  }
}

/** Whether the request names the hash of its query. */
export const isPersisted = ({ extensions }: { readonly extensions?: unknown }): boolean => extensionOf(extensions) !== undefined;

const sizeOf = (query: string, hash: string): number => query.length + hash.length;

function extensionOf(extensions: unknown): { readonly version?: unknown; readonly sha256Hash?: unknown } | undefined {
  const persisted = typeof extensions === 'object' && extensions !== null && (extensions as { persistedQuery?: unknown }).persistedQuery;
  return typeof persisted === 'object' && persisted !== null ? persisted : undefined;
}
