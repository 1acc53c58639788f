import { refuse } from '@cordboard/decider';
import type { CommandOf, Onward } from './commands.ts';
import { nextCallId, offerOf, ringing, type Conversation, type EndReason, type Leg, type Offer } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { accept, endOffer } from './offers.ts';
import type { Outcome } from './outcome.ts';
import { enterNumber } from './through-a-number.ts';
import { unanswered } from './unanswered.ts';

/** The address of a leg whose number is not known. */
const WITHHELD = 'anonymous';

/** An outside party dials a Number. */
export function callCame(state: Conversation, command: CommandOf<'callCame'>): Outcome {
  if (state.situation.is !== 'nothing') return []; // told twice
  const caller: Leg = { id: command.legId, address: command.from ?? WITHHELD, agentId: null, engine: { as: 'ringing' } };
  const began: Event = {
    type: 'conversationBegan',
    id: command.conversationId,
    account: command.account,
    caller,
    music: command.number?.music ?? null,
  };
  if (!command.number) return [began, { type: 'callerRefused', legId: command.legId }];
  const named = evolve(state, began);
  const call = {
    id: nextCallId(named),
    direction: 'INBOUND' as const,
    lineId: command.number.id,
    entryNumberId: command.number.id,
    caller: command.from,
    callerText: command.callerText ?? null,
    callerAgentId: null,
    agentId: null,
    viaTransferId: null,
    startedAt: command.at,
    answeredAt: null,
    ended: null,
  };
  const opening: Event[] = [began, { type: 'callBegan', call }];
  return [...opening, ...enterNumber(opening.reduce(evolve, state), command.number, command.at)];
}

/** The holder of an offer that rings does something with it; the second answer learns what became of the first. */
export function onRinging(state: Conversation, offerId: string, then: (offer: Offer) => Outcome): Outcome {
  const offer = offerOf(state, offerId);
  if (!offer) return refuse('ALREADY_ENDED', 'There is no such offer any more.');
  if (!offer.end) return then(offer);
  return offer.end.outcome === 'ANSWERED_ELSEWHERE'
    ? refuse('OFFER_TAKEN', 'Somebody else took the call.')
    : refuse('ALREADY_ENDED', `The offer has ended: ${offer.end.outcome.toLowerCase().replaceAll('_', ' ')}.`);
}

export function acceptOffer(state: Conversation, command: CommandOf<'acceptOffer'>): Outcome {
  if (offerOf(state, command.offerId)?.end?.outcome === 'ACCEPTED') return []; // the same answer twice
  return onRinging(state, command.offerId, (offer) => accept(state, offer, command.at));
}

type Facts = Onward & { readonly at: string };
type Withdrawal = { readonly offer: Offer; readonly outcome: 'REJECTED' | 'TIMED_OUT' | 'RESCINDED'; readonly reason: EndReason };

/** Offers end; where nobody is left ringing, the call goes on as unanswered (D12). */
export function withdraw(state: Conversation, withdrawals: readonly Withdrawal[], facts: Facts): readonly Event[] {
  const last = withdrawals.at(-1);
  if (!last) return [];
  const events = withdrawals.flatMap(({ offer, outcome, reason }) => endOffer(offer, outcome, reason, facts.at));
  const after = events.reduce(evolve, state);
  return ringing(after).length > 0 ? events : [...events, ...unanswered(after, last.reason, facts)];
}
