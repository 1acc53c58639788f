import { z } from 'zod';
import { Id } from './envelope.ts';
import { Media, ROOMS } from './telephony.ts';

export const RECORDING_STATES = ['OFF', 'RECORDING', 'PAUSED'] as const;

/** Messages of recording. Key: the conversation's id. */
export const RecordingEvent = z.discriminatedUnion('type', [
  /** Whether the conversation is to be recorded from now on; the last one holds, whatever becomes of its calls. */
  z.object({
    type: z.literal('recording.wanted'),
    conversationId: Id,
    callId: Id,
    want: z.enum(RECORDING_STATES),
    /** What transferor and target say to each other too (D8). */
    consultations: z.boolean(),
  }),
  /** `Call.recording` shows something else than before to those who talk in the call. */
  z.object({ type: z.literal('recording.changed'), callId: Id, agentIds: z.array(Id) }),
]);
export type RecordingEvent = z.infer<typeof RecordingEvent>;

/** What telephony tells of recordings, on its own stream. Key: `recorder-` and the conversation's id; of `recording.kept` the segment's id. */
export const RecorderFact = z.discriminatedUnion('type', [
  /** The engine does what recording's message of this number wanted, or will as soon as somebody can be heard. */
  z.object({ type: z.literal('recording.settled'), conversationId: Id, seq: z.int() }),
  /** A segment lies in the storage: what was said in one room while nobody came or went. Not told of an empty one. */
  z.object({
    type: z.literal('recording.kept'),
    segmentId: Id,
    conversationId: Id,
    callId: Id,
    room: z.enum(ROOMS),
    /** Who could be heard; `address`: an agent's id, or a number. */
    heard: z.array(z.object({ address: z.string(), agentId: Id.nullable() })),
    startedAt: z.iso.datetime(),
    seconds: z.number().positive(),
    media: Media,
  }),
]);
export type RecorderFact = z.infer<typeof RecorderFact>;
