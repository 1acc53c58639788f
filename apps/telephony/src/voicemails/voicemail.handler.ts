import type { MediaStorage } from '@cordboard/platform-media';
import type { Outbox } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Engine } from '../engine/port.ts';
import { Reconciler } from '../switchboard/reconciler.ts';
import { mediaKeyOf } from './voicemail.messages.ts';
import type { Message, VoicemailStore } from './voicemail.store.ts';

/** What is no longer than this is the click of somebody who hung up at the beep, not a message. In seconds. */
const LEAST = 0.5;

/**
 * Brings messages from the engine into the storage, tells them, and only then takes them from the engine: whatever is away or ends
 * in between, each is told once, and none is lost that the engine still has.
 */
export class Voicemails {
  private readonly reconciler = new Reconciler((id) => this.settle(id));

  constructor(
    private readonly engine: Engine,
    private readonly storage: MediaStorage,
    private readonly store: VoicemailStore,
    private readonly outbox: Outbox,
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

  private async settle(id: string): Promise<void> {
    const message = await this.store.find(id);
    if (!message) return;
    if (!message.told && message.seconds > LEAST) await this.keep(message);
    await this.engine.deleteRecording({ recordingId: id });
    await this.store.forget(id);
  }

  private async keep(message: Message): Promise<void> {
    const audio = await this.engine.fetchRecording({ recordingId: message.id });
    if (!audio) return log.error({ message }, 'the call engine has lost a voicemail message');
    const media = await this.storage.put(mediaKeyOf(message), audio, 'audio/wav');
    await this.outbox.publish([await this.store.tell(message, media)]);
  }
}
