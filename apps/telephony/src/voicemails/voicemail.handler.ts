import type { Audio, Recorded } from '../audio/audio.handler.ts';
import { Reconciler } from '../switchboard/reconciler.ts';
import { mediaKeyOf } from './voicemail.messages.ts';
import type { Message, VoicemailStore } from './voicemail.store.ts';

/** Messages that were left, from the end of their recording until they lie in the storage. */
export class Voicemails {
  private readonly reconciler = new Reconciler((id) => this.audio.keep<Message & Recorded>(id, this.store, mediaKeyOf));

  constructor(
    private readonly audio: Audio,
    private readonly store: VoicemailStore,
  ) {}

  /** Takes up what a former process left. */
  async start(): Promise<void> {
    for (const id of await this.store.ids()) this.reconciler.touch(id);
  }

  /** A message was noted. */
  noted({ id }: Message): void {
    this.reconciler.touch(id);
  }

  stop(): Promise<void> {
    return this.reconciler.stop();
  }
}
