import { toTelephoneSound, wavFile } from '@cordboard/audio';
import { messageKey, type MessageKind } from '@cordboard/contracts';
import { MAX_MESSAGE_SECONDS, refusedMessageFile } from '@cordboard/domain-directory';
import type { MediaStorage } from '@cordboard/platform-media';
import { newId } from '@cordboard/platform-process';
import type { Outcome } from '../administration/administration.handler.ts';
import type { NumberHandler } from '../numbers/number.handler.ts';
import { isThere } from '../removal/is-there.ts';
import type { NumberRow, NumberStore } from '../numbers/number.store.ts';

/** Files for the messages of Numbers: read, converted to what an engine plays, stored, and then named by the Number. */
export class MessageFileHandler {
  constructor(
    private readonly storage: MediaStorage,
    private readonly numbers: NumberStore,
    private readonly handler: NumberHandler,
  ) {}

  /** What the Number had before stays until the new file is stored; callers of the next call hear it. */
  async upload(account: string, numberId: string, kind: MessageKind, bytes: AsyncIterable<Uint8Array>): Promise<Outcome<NumberRow>> {
    const [number] = await this.numbers.byIds(account, [numberId]);
    if (!number || !isThere(number)) return { missing: 'Number' };
    const sound = await toTelephoneSound(bytes, MAX_MESSAGE_SECONDS);
    if ('problem' in sound) return refusedMessageFile(sound);
    const id = newId();
    const media = await this.storage.put(messageKey(account, id), only(wavFile(sound.samples)), 'audio/wav');
    const file = { ...media, id, seconds: sound.seconds, uploadedAt: new Date().toISOString() };
    return this.handler.setFile(account, numberId, kind, file);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
