import type { MediaStorage } from '@cordboard/platform-media';
import type { Outbox } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Engine } from '../engine/port.ts';
import { Reconciler } from '../switchboard/reconciler.ts';
import { mediaKeyOf } from './segment.messages.ts';
import type { Segment } from './segment.ts';
import type { Finished, SegmentStore } from './segment.store.ts';

/** What is no longer than this is a moment between two that matter, not a recording. In seconds. */
const LEAST = 0.5;

/** Brings segments from the engine into the storage, as messages of voicemails are: each is told once, and none is lost that the engine still has. */
export class Segments {
  private readonly reconciler = new Reconciler((id) => this.keep(id));
  /** Those that are over, until that is written down. */
  private readonly over = new Map<string, { readonly callId: string; readonly seconds: number }>();

  constructor(
    private readonly engine: Engine,
    private readonly storage: MediaStorage,
    private readonly store: SegmentStore,
    private readonly outbox: Outbox,
  ) {}

  /** Takes up what a former process left. @returns segments that were not heard to be over */
  async open(): Promise<readonly Segment[]> {
    const { open, finished } = await this.store.known();
    for (const id of finished) this.reconciler.touch(id);
    return open;
  }

  /** Before the engine is told to record it. */
  begun(segment: Segment): Promise<void> {
    return this.store.begin(segment);
  }

  /** It is another call's from now on. */
  carried({ id }: Segment, callId: string): Promise<void> {
    return this.store.carry(id, callId);
  }

  finished({ id, callId }: Segment, seconds: number): void {
    this.over.set(id, { callId, seconds });
    this.reconciler.touch(id);
  }

  stop(): Promise<void> {
    return this.reconciler.stop();
  }

  private async keep(id: string): Promise<void> {
    const over = this.over.get(id);
    if (over) await this.store.finish(id, over.callId, over.seconds);
    this.over.delete(id);
    const segment = await this.store.find(id);
    if (!segment) return;
    if (!segment.told && segment.seconds > LEAST) await this.bring(segment);
    await this.engine.deleteRecording({ recordingId: id });
    await this.store.forget(id);
  }

  private async bring(segment: Finished): Promise<void> {
    const audio = await this.engine.fetchRecording({ recordingId: segment.id });
    if (!audio) return log.error({ segment }, 'the call engine has lost a recording');
    const media = await this.storage.put(mediaKeyOf(segment), audio, 'audio/wav');
    await this.outbox.publish([await this.store.tell(segment, media)]);
  }
}
