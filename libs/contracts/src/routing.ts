import { z } from 'zod';
import { Id } from './envelope.ts';
import { Wiring } from './telephony.ts';

export const DIRECTIONS = ['INBOUND', 'OUTBOUND', 'INTERNAL'] as const;
export const TRANSFER_MODES = ['COLD', 'WARM'] as const;
export const TARGET_KINDS = ['AGENT', 'TEAM', 'NUMBER', 'EXTERNAL', 'CONTACT'] as const;
export const OFFER_KINDS = ['DIRECT', 'COLD_TRANSFER', 'WARM_TRANSFER', 'TRANSFER_RETURN'] as const;
export const OFFER_OUTCOMES = ['ACCEPTED', 'REJECTED', 'TIMED_OUT', 'ANSWERED_ELSEWHERE', 'RESCINDED'] as const;
export const TRANSFER_STATUSES = [
  'RINGING',
  'CONSULTING',
  'COMPLETED',
  'RETURNING',
  'RETURNED',
  'CANCELLED',
  'ABANDONED',
  'FAILED',
] as const;
export const END_REASONS = [
  'REJECTED',
  'NO_ANSWER',
  'BUSY',
  'TARGET_UNAVAILABLE',
  'INVALID_DESTINATION',
  'CANCELLED_BY_TRANSFEROR',
  'CALLER_HUNG_UP',
  'TARGET_HUNG_UP',
  'TRANSFEROR_UNAVAILABLE',
  'HOP_LIMIT',
  'TELEPHONY_ERROR',
] as const;
/** How a call ended: the caller, the agent or the outside party that it was transferred to hung up, it went on as another call, nobody took it, a voicemail or an unavailability message did, or the engine lost it. */
export const CALL_ENDS = [
  'CALLER_HUNG_UP',
  'AGENT_HUNG_UP',
  'TARGET_HUNG_UP',
  'TRANSFERRED',
  'NOBODY_ANSWERED',
  'TRANSFER_UNANSWERED',
  'VOICEMAIL',
  'UNAVAILABILITY_MESSAGE',
  'ENGINE_LOST',
] as const;
export const ENGAGEMENTS = ['RINGING', 'IN_CALL', 'RESERVED'] as const;

/** Whom a transfer goes to; `label` is the name it had when it was chosen. */
export const TargetRef = z.object({
  kind: z.enum(TARGET_KINDS),
  label: z.string(),
  agentId: Id.nullable(),
  teamId: Id.nullable(),
  numberId: Id.nullable(),
  contactId: Id.nullable(),
  phoneNumber: z.string().nullable(),
});
/** A call, a transfer, an offer as routing's subgraph shows them: agent apps get these pictures pushed, so none has to be asked for. */
export const OfferView = z.object({
  id: Id,
  kind: z.enum(OFFER_KINDS),
  callId: Id,
  transferId: Id.nullable(),
  agentId: Id,
  displayNumber: z.string(),
  notice: z.string().nullable(),
  caller: z.string().nullable(),
  callerText: z.string().nullish(),
  transferorId: Id.nullable(),
  lineId: Id.nullable(),
  note: z.string().nullable(),
  offeredAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  outcome: z.enum(OFFER_OUTCOMES).nullable(),
  reason: z.string().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type OfferView = z.infer<typeof OfferView>;
export const TransferView = z.object({
  id: Id,
  callId: Id,
  mode: z.enum(TRANSFER_MODES),
  convertedFrom: z.enum(TRANSFER_MODES).nullable(),
  status: z.enum(TRANSFER_STATUSES),
  endReason: z.enum(END_REASONS).nullable(),
  target: TargetRef,
  talkingTo: z.enum(['CALLER', 'TARGET']).nullable(),
  transferorId: Id,
  note: z.string().nullable(),
  offers: z.array(OfferView),
  newCallId: Id.nullable(),
  startedAt: z.iso.datetime(),
  connectedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type TransferView = z.infer<typeof TransferView>;
export const CallView = z.object({
  id: Id,
  conversationId: Id,
  direction: z.enum(DIRECTIONS),
  state: z.enum(['RINGING', 'IN_PROGRESS', 'ENDED']),
  lineId: Id.nullable(),
  caller: z.string().nullable(),
  callerText: z.string().nullish(),
  agentId: Id.nullable(),
  hold: z.boolean(),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  transfers: z.array(TransferView),
  legs: z.array(z.object({ id: Id, agentId: Id.nullable(), address: z.string(), state: z.enum(['RINGING', 'UP']) })),
  /** Why it cannot be transferred now; null where it can. */
  untransferable: z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() }).nullable(),
  /** Everyone who takes or took part: may see it. */
  participants: z.array(Id),
});
export type CallView = z.infer<typeof CallView>;

const call = { callId: Id };
const transfer = { transferId: Id, callId: Id, transferorId: Id };
/** Messages of routing. Key: the conversation's id. */
export const RoutingEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call.began'),
    ...call,
    direction: z.enum(DIRECTIONS),
    caller: z.string().nullable(),
    /** What people are shown where a caller has no number; null where there is one. */
    callerText: z.string().nullish(),
    lineId: Id.nullable(),
    entryNumberId: Id.nullable(),
    agentId: Id.nullable(),
    viaTransferId: Id.nullable(),
    /** The colleague who calls, on an internal call. */
    callerAgentId: Id.nullable().default(null),
  }),
  z.object({ type: z.literal('call.answered'), ...call, agentId: Id.nullable() }),
  /** A Number's voicemail or unavailability message has the caller: nobody talks in this call. */
  z.object({ type: z.literal('call.announced'), ...call, what: z.enum(['voicemail', 'unavailable-message']) }),
  z.object({ type: z.literal('call.held'), ...call }),
  z.object({ type: z.literal('call.resumed'), ...call }),
  z.object({
    type: z.literal('call.ended'),
    ...call,
    agentId: Id.nullable(),
    answered: z.boolean(),
    /** Null: told by a routing that did not say it yet. */
    direction: z.enum(DIRECTIONS).nullable().default(null),
    how: z.enum(CALL_ENDS),
    viaTransferId: Id.nullable(),
  }),
  z.object({ type: z.literal('offer.made'), offer: OfferView }),
  z.object({ type: z.literal('offer.ended'), offer: OfferView }),
  z.object({ type: z.literal('transfer.started'), ...transfer, mode: z.enum(TRANSFER_MODES), target: TargetRef }),
  z.object({ type: z.literal('transfer.consulting'), ...transfer }),
  z.object({
    type: z.literal('transfer.completed'),
    ...transfer,
    mode: z.enum(TRANSFER_MODES),
    target: TargetRef,
    newCallId: Id.nullable(),
    targetAgentId: Id.nullable(),
  }),
  z.object({ type: z.literal('transfer.returning'), ...transfer, reason: z.enum(END_REASONS) }),
  z.object({
    type: z.literal('transfer.ended'),
    ...transfer,
    mode: z.enum(TRANSFER_MODES),
    status: z.enum(['RETURNED', 'CANCELLED', 'ABANDONED', 'FAILED']),
    reason: z.enum(END_REASONS),
  }),
  z.object({ type: z.literal('agent.engaged'), agentId: Id, as: z.enum(ENGAGEMENTS), callId: Id }),
  z.object({ type: z.literal('agent.freed'), agentId: Id }),
  z.object({ type: z.literal('wiring.changed'), wiring: Wiring }),
  z.object({ type: z.literal('calls.changed'), calls: z.array(CallView) }),
]);
export type RoutingEvent = z.infer<typeof RoutingEvent>;
export type TargetRef = z.infer<typeof TargetRef>;
