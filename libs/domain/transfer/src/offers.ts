import {
  nextCallId,
  ringing,
  type Call,
  type Conversation,
  type EndReason,
  type Offer,
  type OfferKind,
  type OfferOutcome,
  type Transfer,
} from './conversation.ts';
import type { Candidate, LegEndReason } from './commands.ts';
import type { Event } from './events.ts';

/** What a phone shows. */
export interface Display {
  readonly number: string;
  readonly name: string;
  readonly notice: string | null;
}

/** Whom to ring, and what is dialled for it. */
export interface Party {
  /** Null: an outside party. */
  readonly agentId: string | null;
  readonly address: string;
}

interface Ringing {
  readonly kind: OfferKind;
  /** What the phones show instead of the caller. */
  readonly display?: Display;
  readonly call: Call;
  readonly transfer: Pick<Transfer, 'id' | 'transferorId' | 'note'> | null;
  readonly at: string;
  readonly ringSeconds: number;
  /** Where a Number rings: it, and the step of its distribution. */
  readonly number?: { readonly id: string; readonly step: number };
}

/** Colleagues are rung on their devices, or where their calls are forwarded to. */
export const partiesOf = (candidates: readonly Candidate[]): readonly Party[] =>
  candidates.map(({ agentId, forwardedTo }) => ({ agentId, address: forwardedTo ?? agentId }));

/** The number of the next group of offers that ring together. */
export const nextGroup = (state: Conversation): number => Math.max(0, ...state.offers.map((offer) => offer.group)) + 1;

/**
 * Offers one call to several parties at once; the first to accept takes it.
 * @rule S15 a call transferred to a team rings every available member at the same time
 * @rule S9 the receiving agent of a cold transfer sees the external caller's number
 */
export function offersTo(
  state: Conversation,
  parties: readonly Party[],
  {
    kind,
    call,
    transfer,
    at,
    ringSeconds,
    number,
    display = { number: call.caller ?? 'anonymous', name: call.caller ?? call.callerText ?? 'anonymous', notice: null },
  }: Ringing,
): readonly Event[] {
  const expiresAt = new Date(Date.parse(at) + ringSeconds * 1_000).toISOString();
  const group = nextGroup(state);
  return parties.map(({ agentId, address }, index): Event => {
    const count = state.offers.length + index + 1;
    const offer: Offer = {
      id: `${state.id}-o${count}`,
      kind,
      callId: call.id,
      transferId: transfer?.id ?? null,
      group,
      step: number?.step ?? null,
      agentId,
      address,
      legId: `${state.id}-l${count}`,
      displayNumber: display.number,
      displayName: display.name,
      notice: display.notice,
      caller: call.caller,
      callerText: call.callerText ?? null,
      transferorId: transfer?.transferorId ?? null,
      lineId: number?.id ?? call.lineId,
      note: transfer?.note ?? null,
      offeredAt: at,
      expiresAt,
      end: null,
    };
    return { type: 'offered', offer };
  });
}

/** Ends one offer and lets its leg go. */
export const endOffer = (
  offer: Offer,
  outcome: Exclude<OfferOutcome, 'ACCEPTED'>,
  reason: EndReason | null,
  at: string,
): readonly Event[] => [
  { type: 'offerEnded', offerId: offer.id, outcome, reason, at },
  {
    type: 'legReleased',
    legId: offer.legId,
    reason: outcome === 'ANSWERED_ELSEWHERE' ? 'answered_elsewhere' : outcome === 'TIMED_OUT' ? 'no_answer' : 'cancelled',
  },
];

/** Ends every offer that still rings. */
export const rescindAll = (state: Conversation, at: string, reason: EndReason | null = null): readonly Event[] =>
  ringing(state).flatMap((offer) => endOffer(offer, 'RESCINDED', reason, at));

/**
 * The first acceptance that is committed wins the call; the others stop ringing.
 * @rule S6 the receiving party can accept it or reject it
 */
export function accept(state: Conversation, offer: Offer, at: string): readonly Event[] {
  const others = ringing(state).filter((other) => other.id !== offer.id);
  return [
    { type: 'offerEnded', offerId: offer.id, outcome: 'ACCEPTED', reason: null, at },
    ...others.flatMap((other) => endOffer(other, 'ANSWERED_ELSEWHERE', null, at)),
    { type: 'connectionBegan', callId: offer.callId, offerId: offer.id, agentId: offer.agentId, legId: offer.legId },
  ];
}

/**
 * The call that a completed transfer begins, with no entry number (S38). A direct transfer leaves its line as it was (S16).
 * @rule S17 one through a contact that stands for a Number attaches it to that Number
 */
export const callAfter = (state: Conversation, transfer: Transfer, before: Call, agentId: string | null, at: string): Call => ({
  ...before,
  id: nextCallId(state),
  agentId,
  lineId: transfer.target.kind === 'NUMBER' ? transfer.target.numberId : before.lineId,
  entryNumberId: null,
  viaTransferId: transfer.id,
  startedAt: at,
  answeredAt: null,
  ended: null,
});

/** What the phone's own answer to being rung means for an offer. */
export const outcomeOf = (reason: LegEndReason): { outcome: Exclude<OfferOutcome, 'ACCEPTED'>; reason: EndReason } => {
  switch (reason) {
    case 'rejected':
    case 'hangup':
    case 'cancelled':
      return { outcome: 'REJECTED', reason: 'REJECTED' };
    case 'busy':
      return { outcome: 'REJECTED', reason: 'BUSY' };
    case 'no_answer':
      return { outcome: 'TIMED_OUT', reason: 'NO_ANSWER' };
    case 'unreachable':
      return { outcome: 'RESCINDED', reason: 'TARGET_UNAVAILABLE' };
    case 'invalid_number':
      return { outcome: 'RESCINDED', reason: 'INVALID_DESTINATION' };
    case 'answered_elsewhere':
    case 'failed':
    case 'lost':
      return { outcome: 'RESCINDED', reason: 'TELEPHONY_ERROR' };
  }
};
