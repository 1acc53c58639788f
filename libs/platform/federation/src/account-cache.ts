import { LRUCache } from 'lru-cache';

/** What an entry costs beside its text, in bytes: many small entries are bounded, too. */
const ENTRY_OVERHEAD_BYTES = 1_024;

export interface AccountCacheLimits {
  /** How much text one account may keep here, in bytes. */
  readonly accountBytes: number;
  /** How much text all requests without a token may keep here, in bytes. */
  readonly anonymousBytes: number;
  /** How much text all accounts may keep here, in bytes: beyond it, the account that was used least recently loses its entries. */
  readonly totalBytes: number;
}

/**
 * Values by account and key, bounded by the bytes of their keys. Each account has a least-recently-used cache of its own, so that a flood of
 * one account's keys evicts nothing of another account's. An entry that is larger than its account's share is not kept.
 */
export class AccountCache<Value extends object> {
  private readonly accounts = new Map<string, LRUCache<string, Value>>();
  private total = 0;

  constructor(private readonly limits: AccountCacheLimits) {}

  /** The bytes that all entries count for, overhead included. */
  get bytes(): number {
    return this.total;
  }

  /** @param account null: requests without a token */
  get(account: string | null, key: string): Value | undefined {
    const name = nameOf(account);
    const entries = this.accounts.get(name);
    if (!entries) return undefined;
    this.touch(name, entries);
    return entries.get(key);
  }

  /**
   * @param account null: requests without a token
   * @param text whose bytes the entry counts for, where that is not its key
   */
  set(account: string | null, key: string, value: Value, text: string = key): void {
    const name = nameOf(account);
    const maxSize = account === null ? this.limits.anonymousBytes : this.limits.accountBytes;
    const entries = this.accounts.get(name) ?? new LRUCache<string, Value>({ maxSize });
    const before = entries.calculatedSize;
    entries.set(key, value, { size: Buffer.byteLength(text) + ENTRY_OVERHEAD_BYTES });
    this.total += entries.calculatedSize - before;
    this.touch(name, entries);
    this.evictAccounts(name);
  }

  delete(account: string | null, key: string): void {
    const entries = this.accounts.get(nameOf(account));
    if (!entries) return;
    const before = entries.calculatedSize;
    entries.delete(key);
    this.total += entries.calculatedSize - before;
  }

  /** A map keeps the order of insertion: the account that was used last stands last. */
  private touch(name: string, entries: LRUCache<string, Value>): void {
    this.accounts.delete(name);
    this.accounts.set(name, entries);
  }

  private evictAccounts(except: string): void {
    for (const [name, entries] of this.accounts) {
      if (this.total <= this.limits.totalBytes) return;
      if (name === except) continue;
      this.accounts.delete(name);
      this.total -= entries.calculatedSize;
    }
  }
}

const nameOf = (account: string | null): string => (account === null ? '' : `account ${account}`);
