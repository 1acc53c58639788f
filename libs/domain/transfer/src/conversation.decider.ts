import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import type { Command, CommandOf, RefusalCode } from './commands.ts';
import { callOf, nextCallId, noConversation, offerOf, ringing, type Conversation, type EndReason, type Leg, type Offer } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { accept, callAfter, endOffer, offersTo, outcomeOf, rescindAll } from './offers.ts';
import { startTransfer } from './start-transfer.ts';
import { endCall, unanswered } from './unanswered.ts';

type Outcome = readonly Event[] | Refusal<RefusalCode>;

/** The rules of calls, offers and transfers. One writer a conversation; every race is settled by the order of commits. */
export const conversation: Decider<Command, Event, Conversation, RefusalCode> = {
  initial: noConversation,
  evolve,
  decide: (state, command): Outcome => {
    switch (command.type) {
      case 'callCame':
        return callCame(state, command);
      case 'acceptOffer':
        return acceptOffer(state, command);
      case 'rejectOffer':
        return onRinging(state, command.offerId, (offer) => withdraw(state, [{ offer, outcome: 'REJECTED', reason: 'REJECTED' }], command));
      case 'ringTimeEnded':
        return withdraw(state, ringing(state).filter((offer) => offer.group === command.group).map((offer) => ({ offer, outcome: 'TIMED_OUT', reason: 'NO_ANSWER' })), command);
      case 'agentUnavailable': // D12
        return withdraw(state, ringing(state).filter((offer) => offer.agentId === command.agentId).map((offer) => ({ offer, outcome: 'RESCINDED', reason: 'TARGET_UNAVAILABLE' })), command);
      case 'startTransfer':
        return startTransfer(state, command);
      case 'holdCall':
        return changeHold(state, command.callId, true);
      case 'resumeCall':
        return changeHold(state, command.callId, false);
      case 'hangUp':
        return hangUp(state, command);
      case 'legAnswered':
        return legAnswered(state, command);
      case 'legJoined':
        return moved(state, command.legId, { type: 'legMoved', legId: command.legId, room: command.room }, command.at);
      case 'legLeft':
        return moved(state, command.legId, { type: 'legMoved', legId: command.legId, room: null }, command.at);
      case 'legHeld':
        return moved(state, command.legId, { type: 'legHeld', legId: command.legId, held: command.held }, command.at);
      case 'legEnded':
        return legEnded(state, command);
    }
  },
};

function callCame(state: Conversation, command: CommandOf<'callCame'>): Outcome {
  if (state.situation.is !== 'nothing') return []; // told twice
  const caller: Leg = { id: command.legId, address: command.from, agentId: null, engine: { as: 'ringing' } };
  const began: Event = { type: 'conversationBegan', id: command.conversationId, account: command.account, caller };
  if (!command.line) return [began, { type: 'callerRefused', legId: command.legId }];
  const named = evolve(state, began);
  const call = { id: nextCallId(named), direction: 'INBOUND' as const, lineId: command.line.id, entryNumberId: command.line.id, caller: command.from, agentId: null, viaTransferId: null, startedAt: command.at, answeredAt: null, ended: null };
  const opening: Event[] = [began, { type: 'callBegan', call }];
  const open = opening.reduce(evolve, state);
  const offers = offersTo(open, command.candidates, { kind: 'DIRECT', call, transfer: null, at: command.at, ringSeconds: command.ringSeconds });
  return offers.length > 0 ? [...opening, ...offers] : [...opening, ...unanswered(open, 'TARGET_UNAVAILABLE', { at: command.at, transferorAvailable: false, ringSeconds: command.ringSeconds })];
}

/** The holder of an offer that rings does something with it; the second answer learns what became of the first. */
function onRinging(state: Conversation, offerId: string, then: (offer: Offer) => Outcome): Outcome {
  const offer = offerOf(state, offerId);
  if (!offer) return refuse('ALREADY_ENDED', 'There is no such offer any more.');
  if (!offer.end) return then(offer);
  return offer.end.outcome === 'ANSWERED_ELSEWHERE'
    ? refuse('OFFER_TAKEN', 'Somebody else took the call.')
    : refuse('ALREADY_ENDED', `The offer has ended: ${offer.end.outcome.toLowerCase().replaceAll('_', ' ')}.`);
}

function acceptOffer(state: Conversation, command: CommandOf<'acceptOffer'>): Outcome {
  if (offerOf(state, command.offerId)?.end?.outcome === 'ACCEPTED') return []; // the same answer twice
  return onRinging(state, command.offerId, (offer) => accept(state, offer, command.at));
}

type Facts = { readonly at: string; readonly transferorAvailable: boolean; readonly ringSeconds: number };
type Withdrawal = { readonly offer: Offer; readonly outcome: 'REJECTED' | 'TIMED_OUT' | 'RESCINDED'; readonly reason: EndReason };

/** Offers end; where nobody is left ringing, the call goes on as unanswered (D12). */
function withdraw(state: Conversation, withdrawals: readonly Withdrawal[], facts: Facts): readonly Event[] {
  const last = withdrawals.at(-1);
  if (!last) return [];
  const events = withdrawals.flatMap(({ offer, outcome, reason }) => endOffer(offer, outcome, reason, facts.at));
  const after = events.reduce(evolve, state);
  return ringing(after).length > 0 ? events : [...events, ...unanswered(after, last.reason, facts)];
}

function changeHold(state: Conversation, callId: string, hold: boolean): Outcome {
  const { situation } = state;
  if (callOf(state, callId)?.ended !== null) return refuse('ALREADY_ENDED', 'The call has ended.');
  if (situation.is !== 'talking' || situation.callId !== callId) return refuse('NOT_READY', 'The call is not connected.', 'Wait until it is connected.');
  return situation.hold === hold ? [] : [{ type: 'holdChanged', callId, hold }];
}

function hangUp(state: Conversation, { callId, at }: CommandOf<'hangUp'>): Outcome {
  const call = callOf(state, callId);
  if (!call || call.ended) return refuse('ALREADY_ENDED', 'The call has ended.');
  return finish(state, callId, 'AGENT_HUNG_UP', { status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR' }, at);
}

/** The call is over for everybody: what rings stops, a pending transfer ends as told, all legs go. */
function finish(state: Conversation, callId: string, how: 'CALLER_HUNG_UP' | 'AGENT_HUNG_UP' | 'ENGINE_LOST', transferEnd: { status: 'CANCELLED' | 'ABANDONED' | 'FAILED'; reason: EndReason }, at: string): readonly Event[] {
  const pending = state.transfers.find((transfer) => transfer.endedAt === null);
  const stopped = [...rescindAll(state, at, transferEnd.reason), ...(pending ? [{ type: 'transferEnded' as const, transferId: pending.id, ...transferEnd, at }] : [])];
  return [...stopped, ...endCall(stopped.reduce(evolve, state), callId, how, at)];
}

function legAnswered(state: Conversation, command: CommandOf<'legAnswered'>): Outcome {
  if (!isLive(state, command.legId)) return [];
  const up: Event = { type: 'legCameUp', legId: command.legId };
  const offer = ringing(state).find((o) => o.legId === command.legId);
  // a phone that was answered by hand is an acceptance like any other
  return offer ? [...accept(state, offer, command.at), up] : [up];
}

/** The engine moved a leg; once caller and agent are together and nobody is on hold, what was being connected is connected. */
function moved(state: Conversation, legId: string, event: Event, at: string): Outcome {
  if (!isLive(state, legId)) return [];
  const after = evolve(state, event);
  return after.situation.is === 'connecting' && hearEachOther(after, after.situation.legId) ? [event, ...connected(after, at)] : [event];
}

function hearEachOther(state: Conversation, legId: string): boolean {
  const engines = [state.caller, state.legs.find((leg) => leg.id === legId)].map((leg) => leg?.engine);
  return engines.every((engine) => engine?.as === 'up' && engine.room === 'main' && !engine.held);
}

/**
 * The caller and the one who took the call hear each other.
 * @rule S14 with the completed transfer the transferor's call has ended, and the target's begins
 */
function connected(state: Conversation, at: string): readonly Event[] {
  const { situation } = state;
  if (situation.is !== 'connecting') return [];
  const { agentId, legId, callId } = situation;
  const offer = offerOf(state, situation.offerId);
  const call = callOf(state, callId);
  if (!offer || !call) return [];
  switch (offer.kind) {
    case 'DIRECT':
      return [{ type: 'callAnswered', callId, agentId, legId, at }];
    case 'TRANSFER_RETURN':
      return [{ type: 'transferReturned', transferId: String(offer.transferId), at }, { type: 'callAnswered', callId, agentId, legId, at }];
    case 'COLD_TRANSFER':
    case 'WARM_TRANSFER': {
      const next = callAfter(state, String(offer.transferId), call, agentId, at);
      return [
        { type: 'transferCompleted', transferId: String(offer.transferId), newCallId: next.id, agentId, at },
        { type: 'callBegan', call: next },
        { type: 'callEnded', callId, how: 'TRANSFERRED', at },
        { type: 'callAnswered', callId: next.id, agentId, legId, at },
      ];
    }
  }
}

function legEnded(state: Conversation, command: CommandOf<'legEnded'>): Outcome {
  const { legId, at } = command;
  const gone: Event = { type: 'legGone', legId };
  if (state.ending.some((leg) => leg.legId === legId)) return [gone];
  if (!isLive(state, legId)) return [];
  const after = evolve(state, gone);
  const { situation } = state;
  if (state.caller?.id === legId) {
    const callId = situation.is === 'ended' || situation.is === 'nothing' ? null : situation.callId;
    return callId === null ? [gone] : [gone, ...finish(after, callId, command.reason === 'lost' ? 'ENGINE_LOST' : 'CALLER_HUNG_UP', { status: 'ABANDONED', reason: 'CALLER_HUNG_UP' }, at)];
  }
  const offer = ringing(state).find((o) => o.legId === legId);
  if (offer) return [gone, ...withdrawGone(after, offer, command)];
  if (situation.is === 'connecting' && situation.legId === legId) return [gone, ...lostWhileConnecting(after, situation.offerId, command)];
  if (situation.is === 'talking' && situation.legId === legId) return [gone, ...finish(after, situation.callId, command.reason === 'lost' ? 'ENGINE_LOST' : 'AGENT_HUNG_UP', { status: 'FAILED', reason: 'TELEPHONY_ERROR' }, at)];
  return [gone];
}

/** The phone itself turned the call down, or could not be rung: its leg is gone already. */
function withdrawGone(state: Conversation, offer: Offer, command: CommandOf<'legEnded'>): readonly Event[] {
  const { outcome, reason } = outcomeOf(command.reason);
  const ended: Event = { type: 'offerEnded', offerId: offer.id, outcome, reason, at: command.at };
  const after = evolve(state, ended);
  return ringing(after).length > 0 ? [ended] : [ended, ...unanswered(after, reason, command)];
}

/** Whoever took the call is gone before the two heard each other: to the caller nobody has answered. */
function lostWhileConnecting(state: Conversation, offerId: string, command: CommandOf<'legEnded'>): readonly Event[] {
  const offer = offerOf(state, offerId);
  const call = offer && callOf(state, offer.callId);
  if (!offer || !call) return [];
  const reason: EndReason = command.reason === 'hangup' ? 'TARGET_HUNG_UP' : 'TELEPHONY_ERROR';
  const waiting: Conversation['situation'] =
    offer.kind === 'DIRECT' ? { is: 'ringing', callId: call.id, group: offer.group } : { is: offer.kind === 'TRANSFER_RETURN' ? 'returning' : 'transferring', callId: call.id, group: offer.group, transferId: String(offer.transferId) };
  return unanswered({ ...state, situation: waiting }, reason, command);
}

const isLive = (state: Conversation, legId: string): boolean => state.caller?.id === legId || state.legs.some((leg) => leg.id === legId);
