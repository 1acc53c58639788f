import type { Media } from '@cordboard/contracts';
import type { MediaStorage } from '@cordboard/platform-media';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Engine } from '../engine/port.ts';

/** What is no longer than this is the click of somebody who hung up at the beep, or a moment between two that matter (D8). In seconds. */
const LEAST = 0.5;

/** Something that the engine has recorded, under the recording's id. */
export interface Recorded {
  readonly id: string;
  readonly seconds: number;
  /** It lies in the storage, and others know. */
  readonly told: boolean;
}

/** Where it is noted until the engine has nothing of it any more. */
export interface Notes<Of extends Recorded> {
  find(id: string): Promise<Of | undefined>;
  /** Notes that it lies in the storage, and tells it, in one transaction; the row is to be published. */
  tell(recorded: Of, media: Media): Promise<OutboxRow>;
  forget(id: string): Promise<void>;
}

/**
 * Brings what the engine has recorded into the storage, tells it, and only then takes it from the engine: whatever is away or ends in
 * between, each is told once, and none is lost that the engine still has.
 */
export class Audio {
  constructor(
    private readonly engine: Engine,
    private readonly storage: MediaStorage,
    private readonly outbox: Outbox,
  ) {}

  async keep<Of extends Recorded>(id: string, notes: Notes<Of>, mediaKeyOf: (recorded: Of) => string): Promise<void> {
    const recorded = await notes.find(id);
    if (!recorded) return;
    if (!recorded.told && recorded.seconds > LEAST) await this.bring(recorded, notes, mediaKeyOf(recorded));
    await this.engine.deleteRecording({ recordingId: id });
    await notes.forget(id);
  }

  private async bring<Of extends Recorded>(recorded: Of, notes: Notes<Of>, mediaKey: string): Promise<void> {
    const audio = await this.engine.fetchRecording({ recordingId: recorded.id });
    if (!audio) return log.error({ recorded }, 'the call engine has lost a recording');
    const media = await this.storage.put(mediaKey, audio, 'audio/wav');
    await this.outbox.publish([await notes.tell(recorded, media)]);
  }
}
