import type { Audio } from '../audio/audio.handler.ts';
import { Reconciler } from '../switchboard/reconciler.ts';
import { mediaKeyOf } from './segment.messages.ts';
import type { Segment } from './segment.ts';
import type { SegmentStore } from './segment.store.ts';

/** Segments from before their recording begins until they lie in the storage. */
export class Segments {
  private readonly reconciler = new Reconciler((id) => this.keep(id));
  /** Those that are over, until that is written down. */
  private readonly over = new Map<string, { readonly callId: string; readonly seconds: number }>();

  constructor(
    private readonly audio: Audio,
    private readonly store: SegmentStore,
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
    await this.audio.keep(id, this.store, mediaKeyOf);
  }
}
