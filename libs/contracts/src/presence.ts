import { z } from 'zod';
import { Id } from './envelope.ts';

export const CHOSEN_STATUSES = ['AVAILABLE', 'TRANSFERS_ONLY', 'BUSY', 'UNAVAILABLE'] as const;
export const AVAILABILITIES = ['AVAILABLE', 'RINGING', 'IN_CALL', 'WRAP_UP', 'BUSY', 'UNAVAILABLE', 'OFFLINE'] as const;

/** Why there is after-call work. */
export const WRAP_UP_REASONS = [
  'CALL_ENDED',
  'WARM_TRANSFER',
  'COLD_TRANSFER_TO_NUMBER',
  'COLD_TRANSFER_OUTSIDE',
  'TRANSFER_ABANDONED',
  'TRANSFER_UNANSWERED',
] as const;
/** After-call work for one call. */
export const WrapUpView = z.object({
  callId: Id,
  startedAt: z.iso.datetime(),
  until: z.iso.datetime(),
  reason: z.enum(WRAP_UP_REASONS).default('CALL_ENDED'),
  /** The reason in a sentence, for people. */
  message: z.string().default(''),
  /** It does not end before its call has a tag. */
  tagDue: z.boolean().default(false),
});
export type WrapUpView = z.infer<typeof WrapUpView>;

/** What an agent's presence looks like from outside. `version` grows by one with each visible change. */
export const PresenceView = z.object({
  status: z.enum(CHOSEN_STATUSES),
  availability: z.enum(AVAILABILITIES),
  reason: z.string().nullable(),
  since: z.iso.datetime(),
  version: z.int(),
  /** The work after a call that goes on; null: none does, or a presence that did not say it yet. */
  wrapUp: WrapUpView.nullable().default(null),
  /** When the status goes back by itself to what the agent had chosen (S35); null: it stays. */
  statusUntil: z.iso.datetime().nullable().default(null),
});
export type PresenceView = z.infer<typeof PresenceView>;

/** What routing must know of an agent before it rings them. `rev` grows with each change, visible or not. */
export const AgentStanding = z.object({
  agentId: Id,
  rev: z.int(),
  status: z.enum(CHOSEN_STATUSES),
  /** Has a live device. */
  reachable: z.boolean(),
  inWrapUp: z.boolean(),
  /** The call that the wrap-up is for. */
  wrapUpCallId: Id.nullable().default(null),
  /** The last routing event of each conversation that presence has taken into account for this agent. */
  seen: z.object({ conversationId: Id, seq: z.int() }).nullable(),
});
export type AgentStanding = z.infer<typeof AgentStanding>;

/** Messages of presence. Key: the agent's id, of `call.tagged` the call's. */
export const PresenceEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('presence.changed'), agentId: Id, presence: PresenceView }),
  z.object({ type: z.literal('standing.changed'), standing: AgentStanding }),
  z.object({ type: z.literal('wrapUp.started'), agentId: Id, callId: Id, until: z.iso.datetime(), tagDue: z.boolean() }),
  z.object({ type: z.literal('wrapUp.ended'), agentId: Id, callId: Id, startedAt: z.iso.datetime(), endedAt: z.iso.datetime() }),
  /** Somebody, `agentId`, tagged a call; these are all its tags since. */
  z.object({ type: z.literal('call.tagged'), callId: Id, agentId: Id, tags: z.array(z.string()) }),
  /** These devices were signed out: whichever gateway replica holds their sockets closes them. */
  z.object({
    type: z.literal('devices.signedOut'),
    agentId: Id,
    devices: z.array(z.object({ deviceId: Id, nodeId: Id })),
    /** Somebody signed them out, or their agent was deactivated. */
    why: z.enum(['SIGNED_OUT', 'DEACTIVATED']).default('SIGNED_OUT'),
  }),
]);
export type PresenceEvent = z.infer<typeof PresenceEvent>;
