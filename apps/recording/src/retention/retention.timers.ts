import { tooOldBefore } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import { keepingDays } from '../policy/policy.store.ts';
import type { RecordingStore } from '../recordings/recording.store.ts';
import type { VoicemailStore } from '../voicemails/voicemail.store.ts';
import type { Erasure } from './erasure.handler.ts';

/** So many things of an account are deleted in one go. */
const BATCH = 100;

/** Deletes what has been kept for as long as its account wants, again and again; several replicas do not get in each other's way. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly sql: Sql,
    private readonly stores: { readonly recordings: RecordingStore; readonly voicemails: VoicemailStore },
    private readonly erasure: Erasure,
    private readonly everySeconds: number,
  ) {}

  start(): void {
    this.sweeping = this.sweep()
      .catch((error: unknown) => log.warn({ err: error }, 'what is too old could not be deleted; trying again'))
      .finally(() => {
        if (!this.stopped) this.timer = setTimeout(() => this.start(), this.everySeconds * 1_000);
      });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    const now = new Date().toISOString();
    for (const { account, days } of await keepingDays(this.sql)) {
      const before = tooOldBefore(days, now);
      if (before !== null) await this.sweepAccount(account, before);
    }
  }

  private async sweepAccount(account: string, before: string): Promise<void> {
    const { recordings, voicemails } = this.stores;
    for (let found = BATCH; found === BATCH && !this.stopped;) {
      const [old, messages] = [await recordings.tooOld(account, before, BATCH), await voicemails.tooOld(account, before, BATCH)];
      for (const id of old) await this.erasure.recording(id, 'RETENTION', { account, agentId: null });
      for (const id of messages) await this.erasure.voicemail(account, id);
      found = Math.max(old.length, messages.length);
    }
  }
}
