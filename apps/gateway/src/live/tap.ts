import type { Source } from '@cordboard/contracts';
import { Feed, saidBetween, type Bus, type Entry, type Place } from '@cordboard/platform-messaging';

/** Something that was said; or that something was missed and everything must be looked at anew. */
export type Heard = ({ readonly is: 'told' } & Entry) | { readonly is: 'lost' };

/** How much of the past is kept for those who come back, in envelopes; what is older is read from the stream, so much of it at most. */
const REMEMBERED = 5_000;
const MOST_READ = 5_000;

/** One replica's ear on what a service says of one account, shared by all who follow it here. */
export class Tap {
  private readonly feed: Feed;
  private readonly listeners = new Set<(heard: Heard) => void>();
  private past: Entry[] = [];
  /** `past` holds everything that was said after this place. */
  private known: Place = { epoch: '', seq: 0 };
  private reading: Promise<boolean> | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly source: Source,
    private readonly account: string,
  ) {
    this.feed = new Feed(
      bus,
      source,
      {
        told: (entry) => {
          this.past.push(entry);
          for (const { place } of this.past.splice(0, this.past.length - REMEMBERED)) this.known = place;
          this.tell({ is: 'told', ...entry });
        },
        lost: () => {
          this.past = [];
          this.known = this.feed.now;
          this.tell({ is: 'lost' });
        },
      },
      account,
    );
  }

  async start(): Promise<void> {
    await this.feed.start();
    this.known = this.feed.now;
  }

  stop(): Promise<void> {
    return this.feed.stop();
  }

  get now(): Place {
    return this.feed.now;
  }

  /** Hears everything from this moment on. @returns ends it */
  listen(listener: (heard: Heard) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Resolves once `after` knows as much of what was said after this place as can be known. */
  async reach(place: Place): Promise<void> {
    while (place.epoch === this.known.epoch && place.seq < this.known.seq) if (!(await (this.reading ??= this.readBack(place)))) return;
  }

  /** Everything after a place up to now, whole, or null where a part of it is not known here: see `reach`. */
  after(place: Place): readonly Entry[] | null {
    const { epoch, seq } = this.known;
    if (place.epoch !== epoch || place.seq < seq || place.seq > this.now.seq) return null;
    // whoever was at the place where something was told early may have seen it or not
    if (this.past.some((entry) => entry.isEarly && entry.place.seq === place.seq)) return null;
    return this.past.filter((entry) => entry.place.seq > place.seq);
  }

  /** Brings what lies before the known past into it: read once, for all who ask meanwhile. @returns whether there is any use in looking again */
  private async readBack(after: Place): Promise<boolean> {
    try {
      const known = this.known;
      const { bus, source, account } = this;
      const read = await saidBetween(bus, { source, account, after, upTo: known.seq, most: MOST_READ });
      if (!read || this.known !== known) return read !== null && this.known.epoch === known.epoch;
      this.past = [...read, ...this.past];
      this.known = after;
      return true;
    } catch {
      return false; // NATS is away: whoever asks begins anew when it is back
    } finally {
      this.reading = undefined;
    }
  }

  private tell(heard: Heard): void {
    for (const listener of this.listeners) listener(heard);
  }
}
