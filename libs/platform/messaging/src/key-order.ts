import { Envelope, replay, type Source } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import { LRUCache } from 'lru-cache';
import type { Bus } from './bus.ts';

/** Of so many keys a feed remembers the last number. */
const MAX_KEYS = 20_000;
/** Missing envelopes are asked of the source for this long, and this often meanwhile, in ms. */
const MAX_FILL_MS = 3_000;
const RETRY_MS = 200;

/**
 * The order of a key's envelopes. A stream may have a later envelope before an earlier one: where a publish is not acknowledged, as while
 * a leader is elected, the next commit's envelope can be stored first, by another replica too, and the outbox sends the first one again.
 */
export class KeyOrder {
  /** By key: the number of the first event that came, and of the last. */
  private readonly seen = new LRUCache<string, { readonly first: number; readonly last: number }>({ max: MAX_KEYS });

  constructor(
    private readonly bus: Bus,
    private readonly source: Source,
  ) {}

  /** Forgets all numbers: everything was missed, and is looked at anew. */
  clear(): void {
    this.seen.clear();
  }

  /**
   * @returns what is to be told now, in order: nothing where it was told before, and first what is missing before it, from the source's
   * outbox. Not `isWhole`: something is missing or comes too late, so that everything must be looked at anew afterwards.
   */
  async take(told: Envelope): Promise<{ readonly next: readonly Envelope[]; readonly isWhole: boolean }> {
    const before = this.seen.get(told.key);
    if (before && told.seq <= before.last) {
      if (told.seq >= before.first) return { next: [], isWhole: true };
      this.seen.set(told.key, { first: told.from, last: before.last });
      return { next: [told], isWhole: false };
    }
    const missing = before && told.from > before.last + 1 ? await this.missing(told, before.last + 1) : [];
    this.seen.set(told.key, { first: missing && before ? before.first : told.from, last: told.seq });
    return { next: [...(missing ?? []), told], isWhole: missing !== null };
  }

  private async missing({ key, from: next }: Envelope, from: number): Promise<readonly Envelope[] | null> {
    for (const end = performance.now() + MAX_FILL_MS; ;)
      try {
        const { envelopes } = await this.bus.ask(replay(this.source), { key, from, to: next - 1 });
        const missing = envelopes.map((one) => Envelope.parse(one));
        const isWhole = [...missing.map((one) => one.from), next].every((one, i) => one <= (missing[i - 1]?.seq ?? from - 1) + 1);
        if (isWhole) return missing;
        throw new Error('the outbox does not have it either');
      } catch (error) {
        if (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        else {
          log.warn({ err: error, source: this.source, key, from, next }, 'what is missing of a key cannot be told');
          return null;
        }
      }
  }
}
