import type { Database } from '@cordboard/platform-database';
import type { MediaStorage } from '@cordboard/platform-media';
import type { AuditStore } from '../audit/audit.store.ts';
import type { RecordingStore } from '../recordings/recording.store.ts';
import type { VoicemailStore } from '../voicemails/voicemail.store.ts';

/** On whose word something is deleted; nobody's: the account's policy wants it. */
interface By {
  readonly account: string;
  readonly agentId: string | null;
}

/**
 * Deletes what was recorded, and proves it: rows go and the deletion is noted in one transaction, once the storage says that it has
 * nothing of it any more. What is interrupted in between is done again.
 */
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly storage: MediaStorage,
    private readonly audit: AuditStore,
    private readonly stores: { readonly recordings: RecordingStore; readonly voicemails: VoicemailStore },
  ) {}

  /** @returns `held` where a legal hold keeps it */
  recording(id: string, what: 'DELETED' | 'RETENTION', by: By): Promise<'deleted' | 'held' | 'gone'> {
    const { recordings } = this.stores;
    return this.database.transaction(async (tx) => {
      const locked = await recordings.lock(tx, by.account, id);
      if (!locked) return 'gone';
      if (locked.legalHold) return 'held';
      const segments = await recordings.segmentsOf(by.account, [id], tx);
      for (const { mediaKey } of segments) await this.erase(mediaKey);
      await recordings.forget(
        tx,
        by.account,
        id,
        segments.map((segment) => segment.id),
      );
      await this.audit.note(id, what, by, tx);
      return 'deleted';
    });
  }

  voicemail(account: string, id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const mediaKey = await this.stores.voicemails.forget(tx, account, id);
      if (mediaKey === undefined) return;
      await this.erase(mediaKey);
      await this.audit.note(id, 'RETENTION', { account, agentId: null }, tx);
    });
  }

  private async erase(mediaKey: string): Promise<void> {
    await this.storage.delete(mediaKey);
    if ((await this.storage.head(mediaKey)) !== null) throw new Error(`the storage still has ${mediaKey} after its deletion`);
  }
}
