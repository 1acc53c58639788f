import { DeliverPolicy, type ConsumerMessages } from '@nats-io/jetstream';
import { Envelope, streamOf, type Source, type Told } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import type { Bus } from './bus.ts';

/** A place in a stream: which stream it was (`epoch`: a stream that was made anew is another) and how far. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * What is said on a stream from now on, in order and without holes, to one process and with nothing kept: for showing, not for
 * deciding. When the connection was lost it goes on where it was; when the stream itself is new, `onLost` is told.
 */
export class Feed {
  private messages: ConsumerMessages | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private place: Place | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly source: Source,
    private readonly on: { told: (told: Told<{ type: string }>, place: Place) => void; lost: () => void },
  ) {}

  /** Resolves once the feed listens: what is published afterwards will be told. */
  async start(): Promise<void> {
    let listening: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (listening = resolve));
    this.running = this.listenForEver(() => listening());
    await ready;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    await this.running;
  }

  /** Where the feed is now. */
  get now(): Place {
    return this.place ?? { epoch: '', seq: 0 };
  }

  private async listenForEver(listening: () => void): Promise<void> {
    while (!this.stopped) {
      try {
        await this.listen(listening);
      } catch (error) {
        if (!this.stopped) log.warn({ err: error, source: this.source }, 'the feed listens again in a moment');
      }
      this.bus.forget(this.source);
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async listen(listening: () => void): Promise<void> {
    await this.bus.stream(this.source);
    const info = await this.bus.manager.streams.info(streamOf(this.source));
    const epoch = String(info.created);
    const before = this.place;
    const goesOn = before !== undefined && before.epoch === epoch && before.seq <= info.state.last_seq;
    this.place = goesOn ? before : { epoch, seq: info.state.last_seq };
    if (before !== undefined && !goesOn) this.on.lost();
    const consumer = await this.bus.streams.consumers.get(streamOf(this.source), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.place.seq + 1,
    });
    this.messages = await consumer.consume({ max_messages: 500, idle_heartbeat: 2_000 });
    void lookAgain(this.messages);
    if (this.stopped) this.messages.stop(); // it was asked to stop meanwhile
    listening();
    for await (const message of this.messages) {
      this.place = { epoch, seq: message.seq };
      const told = Envelope.safeParse(message.json());
      if (told.success) this.on.told(told.data, this.place);
    }
  }
}

/**
 * The client goes on by itself where its consumer was lost, at the number that it had, on whatever stream has the name now: one that
 * was made anew would not be heard until it is as long. So it is stopped, and the feed looks at the stream before it goes on.
 */
async function lookAgain(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === 'ordered_consumer_recreated' || type === 'stream_not_found') messages.stop();
}
