import { messageKey } from '@cordboard/contracts';
import type { MediaStorage } from '@cordboard/platform-media';
import type { AuditStore } from '../audit/audit.store.ts';
import { wholeKeyOf, type RecordingStore } from '../recordings/recording.store.ts';
import type { VoicemailStore } from '../voicemails/voicemail.store.ts';
import { fileAudio, joinedAudio, type Audio } from './audio.ts';
import type { Served } from './media.handler.ts';

/** Keys of Numbers' messages begin so. */
const MESSAGES = 'message/';

/** What lies under a key that was given out: a voicemail, a segment, or all segments of a recording as one. */
export const servedFrom = (
  storage: MediaStorage,
  { voicemails, recordings }: { readonly voicemails: VoicemailStore; readonly recordings: RecordingStore },
  audit: AuditStore,
): Served => ({
  find: async (account, key): Promise<Audio | undefined> => {
    const voicemail = await voicemails.byMediaKey(account, key);
    if (voicemail) return fileAudio(storage, key, { about: voicemail.id, contentType: voicemail.contentType });
    const segment = await recordings.segmentByKey(account, key);
    if (segment) return fileAudio(storage, key, { about: segment.recordingId, contentType: segment.contentType });
    const id = key.slice(key.lastIndexOf('/') + 1, -'.wav'.length);
    if (key === messageKey(account, id)) return fileAudio(storage, key, { about: key, contentType: 'audio/wav' });
    if (key !== wholeKeyOf(account, id)) return undefined;
    const segments = await recordings.segmentsOf(account, [id]);
    return joinedAudio(
      storage,
      segments.map(({ mediaKey }) => mediaKey),
      id,
    );
  },
  // a message of a Number is no secret: any caller hears it
  opened: async (about, bearer) => (about.startsWith(MESSAGES) ? undefined : audit.note(about, 'OPENED', bearer)),
});
