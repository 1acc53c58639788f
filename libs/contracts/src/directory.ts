import { z } from 'zod';
import { Id } from './envelope.ts';
import { Media } from './telephony.ts';

/** Messages of the directory. Key: `<kind>-<id>`; each is the whole thing as it is now. */
export const AgentEntry = z.object({
  id: Id,
  name: z.string(),
  extension: z.string(),
  role: z.enum(['AGENT', 'SUPERVISOR', 'ADMIN']),
  defaultNumberId: Id.nullable(),
  dedicatedNumberId: Id.nullable(),
  /** Where the agent's calls are forwarded to, E.164. */
  forwarding: z.string().nullable(),
  mayDialOut: z.boolean(),
});
export type AgentEntry = z.infer<typeof AgentEntry>;

/** `memberIds`: those who were deactivated, too. */
export const TeamEntry = z.object({ id: Id, name: z.string(), memberIds: z.array(Id), dedicatedNumberId: Id.nullable() });
export type TeamEntry = z.infer<typeof TeamEntry>;

/** Whom a Number rings, step after step. */
export const DistributionStep = z.object({
  agentId: Id.nullable(),
  teamId: Id.nullable(),
  how: z.enum(['ALL_AT_ONCE', 'LONGEST_IDLE', 'ROUND_ROBIN']),
  /** Seconds; null: the account's ring time. */
  ringSeconds: z.int().nullable(),
});
export type DistributionStep = z.infer<typeof DistributionStep>;

/** A time of day, `00:00` to `24:00`. */
const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);
/** When a Number rings anybody. A span is within one day; what goes over midnight is two. */
export const OpeningHours = z.object({
  /** An IANA time zone, like Europe/Paris. */
  timeZone: z.string(),
  /** `day`: 1 Monday to 7 Sunday (ISO 8601); `to` is not in the span. */
  spans: z.array(z.object({ day: z.int().min(1).max(7), from: TimeOfDay, to: TimeOfDay })),
});
export type OpeningHours = z.infer<typeof OpeningHours>;

/** What a Number has messages for: each is a text that is spoken, or a file that is played; music is a file. */
export const MESSAGE_KINDS = ['greeting', 'voicemail', 'unavailable', 'music'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];
/** A file that was uploaded for a message: a WAV file that an engine can play. */
export const MessageFile = Media.extend({ id: Id, seconds: z.number().positive(), uploadedAt: z.iso.datetime() });
export type MessageFile = z.infer<typeof MessageFile>;
const file = MessageFile.nullable().default(null);
/** Which messages of a Number are files. */
export const MessageFiles = z.object({ greeting: file, voicemail: file, unavailable: file, music: file });
export type MessageFiles = z.infer<typeof MessageFiles>;
export const noFiles: MessageFiles = { greeting: null, voicemail: null, unavailable: null, music: null };

/** Where a file of an account's lies in the storage for media. */
export const messageKey = (account: string, id: string): string => `message/${account}/${id}.wav`;

export const NumberEntry = z.object({
  id: Id,
  label: z.string(),
  e164: z.string(),
  distribution: z.array(DistributionStep),
  /** Said to the caller before anybody is rung; null: nothing is. */
  greeting: z.string().nullable().default(null),
  /** Null: always open. */
  openingHours: OpeningHours.nullable().default(null),
  /** Whom it is dedicated to, if to anybody: one of the two. */
  dedicatedAgentId: Id.nullable(),
  dedicatedTeamId: Id.nullable(),
  voicemail: z.boolean(),
  /** What is recorded of the calls on this Number; null: what the account says. */
  recording: z.enum(['ON_DEMAND', 'ALWAYS', 'NEVER']).nullable().default(null),
  /** What is said where there is no voicemail; null: the usual words. */
  unavailabilityMessage: z.string().nullable(),
  /** What is said before somebody leaves a message; null: the usual words. */
  voicemailMessage: z.string().nullable().default(null),
  /** The language that its texts are spoken in, as `fr` or `pt-BR` (BCP 47); null: what is usual. */
  language: z.string().nullable().default(null),
  /** What is played instead of a text. */
  files: MessageFiles.default(noFiles),
});
export type NumberEntry = z.infer<typeof NumberEntry>;

/** A name and a phone number; `numberId` where that number is one of the account's. */
export const ContactEntry = z.object({ id: Id, name: z.string(), e164: z.string(), numberId: Id.nullable() });
export type ContactEntry = z.infer<typeof ContactEntry>;

/** What is recorded: what agents choose, everything, or nothing. */
export const RecordingPolicy = z.enum(['ON_DEMAND', 'ALWAYS', 'NEVER']);

export const CostlyTariff = z.enum(['PREMIUM_RATE', 'SHARED_COST', 'SATELLITE']);

export const PolicyEntry = z.object({
  /** How long an offer rings: 5-120 s (D1). */
  ringSeconds: z.int().min(5).max(120),
  /** 0-600 s (D4). */
  wrapUpSeconds: z.int().min(0).max(600),
  tagRequired: z.boolean(),
  /** ISO 3166 countries that may be dialled; empty: all (D2). */
  allowedCountries: z.array(z.string()),
  blockedNumbers: z.array(z.string()),
  /** Kinds of numbers that cost more than a call and may be dialled all the same (D22). */
  allowedTariffs: z.array(CostlyTariff).default([]),
  /** Whether short numbers may be dialled besides those of emergency services, which always may (D22). */
  shortNumbersAllowed: z.boolean().default(false),
  recording: RecordingPolicy,
  /** Tags that can be chosen; empty: any words (D4). */
  tags: z.array(z.string()).default([]),
  /** Whether consultations are recorded too (D8). */
  consultationsRecorded: z.boolean().default(false),
  /** How long recordings are kept, in days; null: until somebody deletes them. */
  recordingDays: z.int().positive().nullable().default(null),
  /** How long rows of the history are kept, in days; null: for ever. */
  historyDays: z.int().positive().nullable().default(null),
  /** The IANA time zone in which hours and days are counted. */
  timeZone: z.string().default('UTC'),
  /** How long an agent is shown as busy after a cold transfer to a colleague, in seconds; 0: not at all (S35). */
  busyAfterColdSeconds: z.int().min(0).max(3_600).default(0),
});
export type PolicyEntry = z.infer<typeof PolicyEntry>;
/** What holds for an account that has said nothing else. */
export const usualPolicy: PolicyEntry = PolicyEntry.parse({
  ringSeconds: 30,
  wrapUpSeconds: 30,
  tagRequired: false,
  allowedCountries: [],
  blockedNumbers: [],
  recording: 'ON_DEMAND',
});

export const DirectoryEvent = z.discriminatedUnion('type', [
  /** One who was deactivated is active again. */
  z.object({ type: z.literal('agent.saved'), agent: AgentEntry }),
  /** Tokens of before are not taken any more: devices that were lost and might have come back with one are gone (D18). */
  z.object({ type: z.literal('agent.tokensRevoked'), agentId: Id }),
  /** They sign in no more, are not rung and not listed, but stay in their teams until `agent.saved` brings them back. */
  z.object({ type: z.literal('agent.deactivated'), agentId: Id }),
  z.object({ type: z.literal('team.saved'), team: TeamEntry }),
  z.object({ type: z.literal('team.deleted'), teamId: Id }),
  z.object({ type: z.literal('number.saved'), number: NumberEntry }),
  z.object({ type: z.literal('number.deleted'), numberId: Id }),
  z.object({ type: z.literal('contact.saved'), contact: ContactEntry }),
  z.object({ type: z.literal('contact.deleted'), contactId: Id }),
  z.object({ type: z.literal('policy.saved'), policy: PolicyEntry }),
]);
export type DirectoryEvent = z.infer<typeof DirectoryEvent>;
