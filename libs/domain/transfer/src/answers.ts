import { refuse } from '@cordboard/decider';
import type { CommandOf } from './commands.ts';
import { nextCallId, offerOf, ringing, type Conversation, type EndReason, type Leg, type Offer } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { accept, endOffer, offersTo } from './offers.ts';
import type { Outcome } from './outcome.ts';
import { unanswered } from './unanswered.ts';

/** An outside party dials a Number: whoever may be rung for it is, all at once. */
export function callCame(state: Conversation, command: CommandOf<'callCame'>): Outcome {
  if (state.situation.is !== 'nothing') return []; // told twice
  const caller: Leg = { id: command.legId, address: command.from, agentId: null, engine: { as: 'ringing' } };
  const began: Event = { type: 'conversationBegan', id: command.conversationId, account: command.account, caller };
  if (!command.line) return [began, { type: 'callerRefused', legId: command.legId }];
  const named = evolve(state, began);
  const call = {
    id: nextCallId(named),
    direction: 'INBOUND' as const,
    lineId: command.line.id,
    entryNumberId: command.line.id,
    caller: command.from,
    agentId: null,
    viaTransferId: null,
    startedAt: command.at,
    answeredAt: null,
    ended: null,
  };
  const opening: Event[] = [began, { type: 'callBegan', call }];
  const open = opening.reduce(evolve, state);
  const offers = offersTo(open, command.candidates, {
    kind: 'DIRECT',
    call,
    transfer: null,
    at: command.at,
    ringSeconds: command.ringSeconds,
  });
  return offers.length > 0
    ? [...opening, ...offers]
    : [
        ...opening,
        ...unanswered(open, 'TARGET_UNAVAILABLE', { at: command.at, transferorAvailable: false, ringSeconds: command.ringSeconds }),
      ];
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

type Facts = { readonly at: string; readonly transferorAvailable: boolean; readonly ringSeconds: number };
type Withdrawal = { readonly offer: Offer; readonly outcome: 'REJECTED' | 'TIMED_OUT' | 'RESCINDED'; readonly reason: EndReason };

/** Offers end; where nobody is left ringing, the call goes on as unanswered (D12). */
export function withdraw(state: Conversation, withdrawals: readonly Withdrawal[], facts: Facts): readonly Event[] {
  const last = withdrawals.at(-1);
  if (!last) return [];
  const events = withdrawals.flatMap(({ offer, outcome, reason }) => endOffer(offer, outcome, reason, facts.at));
  const after = events.reduce(evolve, state);
  return ringing(after).length > 0 ? events : [...events, ...unanswered(after, last.reason, facts)];
}
