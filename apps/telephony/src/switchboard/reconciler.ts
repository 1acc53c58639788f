import { log } from '@cordboard/platform-process';

/** What failed is tried again after this long at first and at most, in ms. */
const RETRY = { first: 100, most: 5_000 };

/**
 * Keeps work on one thing serial and things beside each other. However often a thing is touched while it is being worked on, it is
 * worked on once more; where that fails, again later.
 */
export class Reconciler {
  private readonly touched = new Set<string>();
  private readonly working = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(private readonly work: (id: string) => Promise<void>) {}

  touch(id: string): void {
    if (this.stopped) return;
    this.touched.add(id);
    if (!this.working.has(id)) this.working.set(id, this.run(id));
  }

  /** Calls back after a pause. */
  later(again: () => void, because: unknown, failures = 0): void {
    if (this.stopped) return;
    const pause = Math.min(RETRY.most, RETRY.first * 2 ** failures);
    log.warn({ err: because, pause }, 'not done yet; trying again');
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      again();
    }, pause);
    this.timers.add(timer);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.working.values());
  }

  private async run(id: string): Promise<void> {
    await Promise.resolve(); // whoever touches it in the same moment is taken along
    while (!this.stopped && this.touched.delete(id))
      try {
        await this.work(id);
        this.failures.delete(id);
      } catch (error) {
        const failures = this.failures.get(id) ?? 0;
        this.failures.set(id, failures + 1);
        this.later(() => this.touch(id), error, failures);
      }
    this.working.delete(id);
  }
}
