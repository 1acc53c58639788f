import { Feed, type Bus, type Place } from '@cordboard/platform-messaging';
import type { Source, Told } from '@cordboard/contracts';
import { Queue } from './queue.ts';

/** Something that was said, and where in the stream; or that something was missed and everything must be looked at anew. */
export type Heard = { readonly is: 'told'; readonly told: Told<{ type: string }>; readonly place: Place } | { readonly is: 'lost' };

/** How much of the past is kept for those who come back, in envelopes. */
const REMEMBERED = 5_000;

/** One replica's ear on a service's stream, shared by all its subscribers. */
export class StreamTap {
  private readonly feed: Feed;
  private readonly listeners = new Set<Queue<Heard>>();
  private past: { readonly told: Told<{ type: string }>; readonly place: Place }[] = [];

  constructor(bus: Bus, source: Source) {
    this.feed = new Feed(bus, source, {
      told: (told, place) => {
        this.past.push({ told, place });
        if (this.past.length > REMEMBERED) this.past.shift();
        for (const listener of this.listeners) listener.push({ is: 'told', told, place });
      },
      lost: () => {
        this.past = [];
        for (const listener of this.listeners) listener.push({ is: 'lost' });
      },
    });
  }

  start(): Promise<void> {
    return this.feed.start();
  }

  async stop(): Promise<void> {
    for (const listener of this.listeners) listener.end();
    await this.feed.stop();
  }

  get now(): Place {
    return this.feed.now;
  }

  /** Hears everything from this moment on, on its own or along with what comes into `heard` from elsewhere. Call `leave` when done. */
  listen(heard = new Queue<Heard>()): { readonly heard: Queue<Heard>; readonly leave: () => void } {
    this.listeners.add(heard);
    return {
      heard,
      leave: () => {
        this.listeners.delete(heard);
        heard.end();
      },
    };
  }

  /** Everything after a place, whole, or null where a part of it is no longer known. */
  since(place: Place): readonly { readonly told: Told<{ type: string }>; readonly place: Place }[] | null {
    const { epoch, seq } = this.now;
    if (place.epoch !== epoch || place.seq > seq) return null;
    const missed = this.past.filter((entry) => entry.place.seq > place.seq);
    return missed.length === seq - place.seq ? missed : null;
  }
}

export const writePlace = ({ epoch, seq }: Place): string => Buffer.from(JSON.stringify([epoch, seq])).toString('base64url');

/** @returns null for what is no cursor of ours: the reader begins anew */
export function readPlace(cursor: string): Place | null {
  try {
    const [epoch, seq] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return typeof epoch === 'string' && typeof seq === 'number' ? { epoch, seq } : null;
  } catch {
    return null;
  }
}
