import { z } from 'zod';
import { Id } from './envelope.ts';

/** Why a leg ended, in the words of the call engine; the rules make reasons of their own from them. */
export const LEG_END_REASONS = [
  'hangup',
  'cancelled',
  'answered_elsewhere',
  'busy',
  'no_answer',
  'rejected',
  'unreachable',
  'invalid_number',
  'failed',
  'lost',
] as const;
export type LegEndReason = (typeof LEG_END_REASONS)[number];

/** The rooms of a conversation: the caller stays in `main`; transferor and target talk in `consultation` meanwhile. */
export const ROOMS = ['main', 'consultation'] as const;
export type Room = (typeof ROOMS)[number];

/** What a caller can be made to hear instead of a person: a Number's greeting, its voicemail (words, a beep, then it records), or its unavailability message. */
export const ANNOUNCEMENTS = ['greeting', 'voicemail', 'unavailable-message'] as const;
/** A sound that an account has uploaded, and where it lies in the storage for media: a WAV file that an engine can play. */
export const SoundFile = z.object({ id: Id, key: z.string() });
export type SoundFile = z.infer<typeof SoundFile>;
/** What one leg is to hear. `id` is never used again: an announcement that was heard to its end is not begun anew. */
export const Announcement = z.object({
  id: Id,
  what: z.enum(ANNOUNCEMENTS),
  numberId: Id,
  /** The words; null: the usual ones, or a file. */
  text: z.string().nullable(),
  /** The file that is played instead. */
  file: SoundFile.nullable().default(null),
  /** The language that the words are in, as `fr` or `pt-BR` (BCP 47); null: what telephony usually speaks. */
  language: z.string().nullable().default(null),
});
export type Announcement = z.infer<typeof Announcement>;

/** A file in the storage for media. */
export const Media = z.object({ key: z.string(), contentType: z.string(), bytes: z.int().positive(), sha256: z.string() });
export type Media = z.infer<typeof Media>;

/** What an agent's phone does: it cannot be rung, or it is free, rings, or is in a call, whoever began that. */
export const PHONE_STATES = ['unreachable', 'idle', 'ringing', 'busy'] as const;
export type PhoneState = (typeof PHONE_STATES)[number];
/** A phone as the engine knows it. `since`: when it last became reachable, or stopped being so. */
export const Phone = z.object({ name: z.string(), state: z.enum(PHONE_STATES), since: z.iso.datetime() });
export type Phone = z.infer<typeof Phone>;
/** What telephony tells of phones, on its own stream: all phones that an agent has, as they are now. Key: `phones-` and the agent's id. */
export const PhonesFact = z.discriminatedUnion('type', [
  z.object({ type: z.literal('phones.changed'), agentId: Id, phones: z.array(Phone) }),
]);
export type PhonesFact = z.infer<typeof PhonesFact>;

const leg = { legId: Id, conversationId: Id };
/** Messages of telephony: the engine's facts. Key: the leg's id, of `voicemail.left` `voicemail-` and the announcement's. Exactly one `leg.ended` a leg, and nothing after it. */
export const TelephonyEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('leg.incoming'), ...leg, from: z.string(), to: z.string() }),
  z.object({ type: z.literal('leg.ringing'), ...leg }),
  z.object({ type: z.literal('leg.answered'), ...leg }),
  z.object({ type: z.literal('leg.joined'), ...leg, room: z.enum(ROOMS) }),
  z.object({ type: z.literal('leg.left'), ...leg, room: z.enum(ROOMS) }),
  z.object({ type: z.literal('leg.held'), ...leg }),
  z.object({ type: z.literal('leg.retrieved'), ...leg }),
  /** The announcement is being heard. */
  z.object({ type: z.literal('leg.hearing'), ...leg, announcementId: Id }),
  /** It is over; `whole`: it was heard to its end. A voicemail is over when its recording is: the leg has ended, or the time for a message is up. */
  z.object({ type: z.literal('leg.heard'), ...leg, announcementId: Id, whole: z.boolean() }),
  /** A message was left and lies in the storage. Not told of an empty one. */
  z.object({
    type: z.literal('voicemail.left'),
    ...leg,
    callId: Id,
    numberId: Id,
    announcementId: Id,
    /** Who left it, E.164; `anonymous`: withheld. */
    from: z.string(),
    seconds: z.number().positive(),
    media: Media,
  }),
  z.object({
    type: z.literal('leg.ended'),
    ...leg,
    reason: z.enum(LEG_END_REASONS),
    by: z.enum(['us', 'peer', 'engine']),
    answered: z.boolean(),
  }),
]);
export type TelephonyEvent = z.infer<typeof TelephonyEvent>;

/**
 * Who should hear whom in a conversation, as routing last decided it: the whole picture, not a step. Telephony makes the engine
 * agree with it; doing so twice, late or after a restart comes to the same. A leg that is not named is to be hung up.
 */
export const Wiring = z.object({
  conversationId: Id,
  legs: z.array(
    z.object({
      legId: Id,
      /** An agent's id, or an E.164 number. */
      address: z.string(),
      agentId: Id.nullable(),
      /** The call the leg belongs to now. */
      callId: Id,
      /**
       * `waiting`: the caller hears ringback; `ringing`: to be rung, an agent's device or, where the address is a number, an outside
       * party; `answered`: to be picked up, in no room yet; `held`: hears music, the usual one where none is named; `hearing`: to be picked up and to hear an announcement, alone.
       */
      want: z.discriminatedUnion('as', [
        z.object({ as: z.literal('waiting') }),
        z.object({ as: z.literal('ringing'), displayNumber: z.string(), displayName: z.string() }),
        z.object({ as: z.literal('answered') }),
        z.object({ as: z.literal('talking'), room: z.enum(ROOMS) }),
        z.object({ as: z.literal('held'), music: SoundFile.optional() }),
        z.object({ as: z.literal('hearing'), announcement: Announcement }),
      ]),
      /** What the phone shows. */
      displayNumber: z.string().nullable(),
    }),
  ),
  /** Legs that must end, with what their phones may be told. */
  ended: z.array(z.object({ legId: Id, reason: z.enum(LEG_END_REASONS) })),
});
export type Wiring = z.infer<typeof Wiring>;
