import { isPassing } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import { post, type Outgoing } from '../outgoing/post.ts';
import { failure, outcomeOf } from './outcome.ts';
import type { Claimed, Queue } from './queue.store.ts';
import { signedHeaders } from './signature.ts';

/** Time and chance, as the schedule sees them. */
export interface Chance {
  readonly now: () => Date;
  /** 0 to 1. */
  readonly chance: () => number;
}

/** How often what is due is looked for when nobody says that there is something, in ms. */
const EVERY = 250;
/** Requests under way in this process; those to webhooks whose last attempt failed may not take more than half of them. */
const MOST = { working: 256, failing: 128 };

/**
 * Posts what is due, each webhook's beside the others': one that hangs holds four requests for 15 seconds, and one from then on.
 * A request that a stop cuts off is not counted, and made again by whoever runs next.
 */
export class Dispatcher {
  private readonly flying = new Map<Promise<void>, keyof typeof MOST>();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private wakeUp: () => void = () => undefined;
  private woken = false;

  constructor(
    private readonly queue: Queue,
    private readonly outgoing: Outgoing,
    private readonly time: Chance,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await Promise.all(this.flying.keys());
  }

  /** There is something to send. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      await this.launchAll().catch((error: unknown) => {
        if (!isPassing(error)) log.error({ err: error }, 'due deliveries could not be read');
      });
      if (!this.woken) await this.rest();
    }
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, EVERY);
      this.wakeUp = () => (clearTimeout(timer), resolve());
    });
  }

  private async launchAll(): Promise<void> {
    for (const which of ['working', 'failing'] as const) {
      const here = [...this.flying.values()].filter((kind) => which === 'working' || kind === which).length;
      if (here >= MOST[which]) continue;
      for (const claimed of await this.queue.claim(which, MOST[which] - here, this.time.now())) this.launch(which, claimed);
    }
  }

  private launch(which: keyof typeof MOST, claimed: Claimed): void {
    const flight = this.attempt(claimed)
      .catch((error: unknown) => log.error({ err: error, delivery: claimed.id }, 'a delivery could not be settled and will be made again'))
      .then(() => void this.flying.delete(flight))
      .then(() => this.wake());
    this.flying.set(flight, which);
  }

  private async attempt(claimed: Claimed): Promise<void> {
    const [at, began] = [this.time.now(), performance.now()];
    const headers = { 'content-type': 'application/json', 'user-agent': 'Cordboard-Webhooks', ...signedHeaders(claimed, at) };
    const outcome = await post(this.outgoing, { url: claimed.url, headers, body: claimed.body }, this.stopping.signal).then(
      (answer) => outcomeOf(answer, this.time.now()),
      failure,
    );
    if (outcome.status === null && this.stopping.signal.aborted) return this.queue.letGo(claimed);
    const durationMs = Math.round(performance.now() - began);
    await this.queue.settle(claimed, { outcome, at, durationMs }, this.time.now(), this.time.chance());
  }
}
