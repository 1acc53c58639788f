import type { Database } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import { forgetOld } from './retention.store.ts';

const HOURLY = 3_600_000;

/** Keeps the log from growing for ever: at the start and every hour, by any replica. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private forgetting: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.run(), HOURLY);
    this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.forgetting;
  }

  private run(): void {
    this.forgetting = this.forget().catch((error: unknown) => log.warn({ err: error }, 'old deliveries not forgotten; again in an hour'));
  }

  private async forget(): Promise<void> {
    while (!this.stopped && (await forgetOld(this.database, this.now())) > 0);
  }
}
