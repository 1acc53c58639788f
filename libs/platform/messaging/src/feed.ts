import { DeliverPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import { Envelope, streamOf, subjectsOf, type Source, type Told } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import type { Bus } from './bus.ts';
import { DirectDelivery } from './direct-delivery.ts';
import { KeyOrder } from './key-order.ts';

/** A place in a stream: which stream it was (`epoch`: a stream that was made anew is another) and how far. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

/** What was said, and where. */
export interface Entry {
  readonly told: Told<{ type: string }>;
  readonly place: Place;
  /** It came while the stream could not store it: the stream has it after this place. */
  readonly isEarly?: boolean;
}

/**
 * What is said on a stream from now on, of one account or of all, each key's envelopes once, in order and without holes, to one process and
 * with nothing kept: for showing, not for deciding. When the connection was lost it goes on where it was; when the stream itself is new, or
 * what was missed is not known any more, `lost` is told. What the stream has too late is told before what follows it, at the same place. While the
 * stream delivers nothing, what is published is told early, at the place where the feed is.
 */
export class Feed {
  private messages: ConsumerMessages | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private place: Place | undefined;
  private readonly order: KeyOrder;
  private readonly direct: DirectDelivery;

  constructor(
    private readonly bus: Bus,
    private readonly source: Source,
    private readonly on: { told: (entry: Entry) => void; lost: () => void },
    private readonly account?: string,
  ) {
    this.order = new KeyOrder(bus, source);
    this.direct = new DirectDelivery(bus, { source, account, take: (told) => this.tell(told, { isEarly: true }) });
  }

  /** Resolves once the feed listens: what is published afterwards will be told. Or once it was stopped, or the bus closed, before. */
  async start(): Promise<void> {
    let listening: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (listening = resolve));
    this.running = this.listenForEver(() => listening());
    await Promise.race([ready, this.running]);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    await this.running;
    await this.direct.stop();
  }

  /** Where the feed is now. */
  get now(): Place {
    return this.place ?? { epoch: '', seq: 0 };
  }

  private async listenForEver(listening: () => void): Promise<void> {
    while (!this.stopped && !this.bus.isClosed) {
      try {
        await this.listen(listening);
      } catch (error) {
        if (!this.stopped) log.warn({ err: error, source: this.source }, 'the feed listens again in a moment');
      }
      this.bus.forget(this.source);
      if (!this.stopped && this.place) this.direct.start();
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async listen(listening: () => void): Promise<void> {
    await this.bus.stream(this.source);
    const info = await this.bus.manager.streams.info(streamOf(this.source));
    const epoch = String(info.created);
    const before = this.place;
    const { first_seq, last_seq } = info.state;
    const goesOn = before !== undefined && before.epoch === epoch && before.seq <= last_seq && first_seq <= before.seq + 1;
    this.place = goesOn ? before : { epoch, seq: last_seq };
    if (before !== undefined && !goesOn) {
      this.order.clear();
      this.on.lost();
    }
    const consumer = await this.bus.streams.consumers.get(streamOf(this.source), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.place.seq + 1,
      filter_subjects: subjectsOf(this.source, this.account),
    });
    this.messages = await consumer.consume({ max_messages: 500, idle_heartbeat: this.bus.idleHeartbeatMs });
    // the client would go on by itself at the number that it had, on whatever stream has the name now: one that was made anew
    // would not be heard until it is as long; so the feed looks at the stream before it goes on
    this.bus.endWhenStalled(this.messages, this.source);
    if (this.stopped) this.messages.stop(); // it was asked to stop meanwhile
    await this.direct.stop();
    listening();
    try {
      for await (const message of this.messages) {
        const told = Envelope.safeParse(message.json());
        const place = { epoch, seq: message.seq };
        if (told.success) await this.tell(told.data, { place });
        else this.place = place;
      }
    } finally {
      void consumer.delete().catch(() => undefined); // the server would keep it for minutes; where it is away it has none
    }
  }

  private async tell(told: Envelope, { place, isEarly = false }: { place?: Place; isEarly?: boolean }): Promise<void> {
    const { next, isWhole } = await this.order.take(told);
    this.place = place ?? this.now;
    for (const one of next) this.on.told({ told: one, place: this.place, ...(isEarly ? { isEarly } : {}) });
    if (!isWhole) this.on.lost();
  }
}

/**
 * What was said after a place and up to another, whole and in order.
 * @returns null where a part of it is no longer known: the stream is another one, has let go of it, or there is more than `most`
 */
export async function saidBetween(
  bus: Bus,
  { source, account, after, upTo, most }: { source: Source; account: string; after: Place; upTo: number; most: number },
): Promise<readonly Entry[] | null> {
  const { created, state } = await bus.manager.streams.info(streamOf(source));
  if (String(created) !== after.epoch || state.first_seq > after.seq + 1 || after.seq > state.last_seq) return null;
  const consumer = await bus.streams.consumers.get(streamOf(source), {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after.seq + 1,
    filter_subjects: subjectsOf(source, account),
  });
  const entries: Entry[] = [];
  try {
    const { num_pending } = await consumer.info();
    if (num_pending > most) return null;
    if (num_pending === 0) return entries;
    const messages = await consumer.fetch({ max_messages: num_pending, expires: 5_000 });
    for await (const message of messages) {
      const told = Envelope.safeParse(message.json());
      if (message.seq <= upTo && told.success) insert(entries, { told: told.data, place: { epoch: after.epoch, seq: message.seq } });
      if (message.seq >= upTo || message.info.pending === 0) return entries;
    }
    return null;
  } finally {
    void consumer.delete().catch(() => undefined);
  }
}

/** Adds an entry at the end, or, where the stream has a later one of its key before it, in front of that and at its place. */
function insert(entries: Entry[], { told, place }: Entry): void {
  const at = entries.findIndex((one) => one.told.key === told.key && one.told.seq >= told.seq);
  const next = entries[at];
  if (!next) entries.push({ told, place });
  else if (next.told.seq > told.seq) entries.splice(at, 0, { told, place: next.place });
}
