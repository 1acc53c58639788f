import { subjectsOf, type Envelope, type Source } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import type { Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { readEnvelope } from './read-envelope.ts';

/**
 * What is published on a source's subjects while its stream delivers nothing. NATS passes a message on to its subscribers whether or not the
 * stream has a leader that can store it, and electing one takes longer than an agent can wait for an offer. What is received here comes
 * again from the stream: whoever takes it must know what they have taken.
 */
export class DirectDelivery {
  private subscription: Subscription | undefined;
  private taking: Promise<void> = Promise.resolve();

  /** @param o.queue shares the messages among the subscribers of this name; without it each receives all */
  constructor(
    private readonly bus: Bus,
    private readonly o: {
      readonly source: Source;
      readonly account?: string | undefined;
      readonly queue?: string;
      readonly take: (told: Envelope) => Promise<void>;
    },
  ) {}

  /** Takes what is published from now on, one message after the other. */
  start(): void {
    if (this.subscription || this.bus.connection.isClosed()) return;
    const { source, account, queue } = this.o;
    this.subscription = this.bus.connection.subscribe(subjectsOf(source, account), {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error) return log.warn({ err: error, source }, 'a message could not be received directly');
        const told = readEnvelope(message.string());
        if (told.success) this.taking = this.taking.then(() => this.take(told.data)); // what cannot be read is for the stream's reader to report
      },
    });
  }

  /** Resolves once what was received has been taken, and nothing more will be. */
  async stop(): Promise<void> {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    await this.taking;
  }

  private async take(told: Envelope): Promise<void> {
    try {
      await this.o.take(told);
    } catch (error) {
      log.warn({ err: error, source: told.source, key: told.key, seq: told.seq }, 'not applied directly; it comes again from the stream');
    }
  }
}
