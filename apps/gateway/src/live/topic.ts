import type { Language } from '@cordboard/platform-subgraph';

/** One thing that a subscription tells. The same object for everybody whom it is told, so that it is executed once for all of them. */
export interface Moment {
  /** The value of the subscription's field, as the events subgraph's types show it, for whoever reads this language. */
  readonly event: (language: Language) => unknown;
  /** What it shows the latest of, where an older one need not be told any more. */
  readonly of?: string;
  /** Of which message it is a part. */
  readonly said?: { readonly key: string; readonly seq: number };
}

/** What a reader is told first. */
export interface Reading {
  readonly moments: readonly Moment[];
  /** The number of the last moment that this includes. */
  readonly upTo: number;
  /** Up to which message of a key it includes later ones too: whoever was asked knew already what its stream had not said yet. */
  readonly known?: ReadonlyMap<string, number>;
}

/** Whether a reader has been told a moment by what they were told first. */
export const includes = ({ upTo, known }: Reading, { said }: Moment, number: number): boolean =>
  number <= upTo || (said !== undefined && (known?.get(said.key) ?? 0) >= said.seq);

/** What subscriptions follow: one picture and its changes, whoever reads it and whichever fields of it. */
export interface Topic {
  /**
   * @param after a reader's cursor: all that they missed since, in order, or, where that is not known any more, how things stand, said as such
   */
  read(after: string | null): Promise<Reading>;
  /** Each moment from now on, in order, with its number. @returns ends it */
  follow(listener: (moment: Moment, number: number) => void): () => void;
}

/**
 * Opens a topic: it listens from the beginning, and takes what it hears once it has looked how things stand. Where it cannot look, or does not
 * like what it sees, it is stopped.
 * @param make is given what its inbox is to wait for
 * @param begin is given what was seen, before the topic is
 */
export async function openTopic<Opened extends { stop(): void }, Seen>(
  make: (looked: Promise<void>) => Opened,
  look: (topic: Opened) => Promise<Seen>,
  begin: (topic: Opened, seen: Seen) => void,
): Promise<Opened> {
  let looked: (is: Promise<void>) => void = () => undefined;
  const topic = make(new Promise((resolve) => (looked = resolve)));
  const seen = look(topic);
  looked(seen.then(() => undefined));
  try {
    begin(topic, await seen);
    return topic;
  } catch (error) {
    topic.stop();
    throw error;
  }
}

/** The followers of a topic, and the numbers of what they are told. */
export class Followed {
  private readonly listeners = new Set<(moment: Moment, number: number) => void>();
  /** The number of the last moment. */
  last = 0;

  readonly follow = (listener: (moment: Moment, number: number) => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  tell(moment: Moment): void {
    this.last += 1;
    for (const listener of this.listeners) listener(moment, this.last);
  }
}
