import { isPassing } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import type { RetentionStore } from './retention.store.ts';

/** How often old rows are looked for, in ms; rows are kept for days. */
const EVERY = 3_600_000;

/** Deletes rows that are older than their account keeps them: at the start, once an hour, and as soon as a policy has changed. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly store: RetentionStore) {}

  start(): void {
    this.timer = setInterval(() => this.sweep(), EVERY);
    this.sweep();
  }

  /** Now, or as soon as what is being deleted is. */
  sweep(): void {
    this.sweeping = this.sweeping
      .then(() => this.deleteAll())
      .catch((error: unknown) => {
        if (!isPassing(error)) log.error({ err: error }, 'old rows could not be deleted; trying again in an hour');
      });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async deleteAll(): Promise<void> {
    for (const { account, days } of this.stopped ? [] : await this.store.accounts()) {
      let [total, deleted] = [0, 0];
      do total += deleted = this.stopped ? 0 : await this.store.deleteOld(account, days);
      while (deleted > 0);
      if (total > 0) log.info({ account, days, conversations: total }, 'old rows of the history are deleted');
    }
  }
}
