import type { Media, RecorderFact } from '@cordboard/contracts';
import type { Finished } from './segment.store.ts';

/** Where a segment lies in the storage for media. */
export const mediaKeyOf = ({ account, id }: Finished): string => `recording/${account}/${id}.wav`;

export const keptSegment = (segment: Finished, media: Media): RecorderFact => ({
  type: 'recording.kept',
  segmentId: segment.id,
  conversationId: segment.conversationId,
  callId: segment.callId,
  room: segment.room,
  heard: segment.heard.map(({ address, agentId }) => ({ address, agentId })),
  startedAt: segment.startedAt,
  seconds: segment.seconds,
  media,
});
