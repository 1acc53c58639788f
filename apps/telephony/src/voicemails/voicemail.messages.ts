import type { Media, TelephonyEvent } from '@cordboard/contracts';
import type { Message } from './voicemail.store.ts';

/** A key of its own: the leg's has its last word with `leg.ended`, and a message may be in the storage only after that. */
export const keyOf = ({ id }: Message): string => `voicemail-${id}`;

/** Where a message lies in the storage for media. */
export const mediaKeyOf = ({ account, id }: Message): string => `voicemail/${account}/${id}.wav`;

export const leftMessage = (message: Message, media: Media): TelephonyEvent => ({
  type: 'voicemail.left',
  legId: message.legId,
  conversationId: message.conversationId,
  callId: message.callId,
  numberId: message.numberId,
  announcementId: message.id,
  from: message.from,
  seconds: message.seconds,
  media,
});
