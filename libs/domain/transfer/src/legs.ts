import { howItEnds } from './announcements.ts';
import type { CommandOf } from './commands.ts';
import {
  callOf,
  hearEachOther,
  isLetGo,
  isUp,
  offerOf,
  ringing,
  transferOf,
  type CallEndHow,
  type Conversation,
  type EndReason,
  type Offer,
} from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { finish } from './hang-up.ts';
import { accept, callAfter, outcomeOf } from './offers.ts';
import type { Outcome } from './outcome.ts';
import { endCall, unanswered } from './unanswered.ts';
import { callerLeft, consulted, warmLegEnded } from './warm.ts';

/** A phone was picked up. */
export function legAnswered(state: Conversation, command: CommandOf<'legAnswered'>): Outcome {
  if (!isLive(state, command.legId)) return [];
  const up: Event = { type: 'legCameUp', legId: command.legId };
  const offer = ringing(state).find((o) => o.legId === command.legId);
  // a phone that was answered by hand is an acceptance like any other
  return offer ? [...accept(state, offer, command.at), up] : [up];
}

/** The engine moved a leg; once caller and agent are together and nobody is on hold, what was being connected is connected. */
export function moved(state: Conversation, legId: string, event: Event, at: string): Outcome {
  if (!isLive(state, legId)) return [];
  const after = evolve(state, event);
  if (after.situation.is === 'consulting') return [event, ...consulted(after, at)];
  const waits = after.situation.is === 'connecting' || after.situation.is === 'dialling' ? after.situation : null;
  return waits && hearEachOther(after, waits.legId) ? [event, ...connected(after, at)] : [event];
}

/**
 * The caller and the one who took the call hear each other.
 * @rule S14 with the completed transfer the transferor's call has ended, and the target's begins
 */
function connected(state: Conversation, at: string): readonly Event[] {
  const { situation } = state;
  if (situation.is === 'dialling') {
    const { callId, agentId, legId } = situation;
    return [{ type: 'callAnswered', callId, agentId, legId, at }];
  }
  if (situation.is !== 'connecting') return [];
  const { agentId, legId, callId } = situation;
  const offer = offerOf(state, situation.offerId);
  const call = callOf(state, callId);
  const transfer = offer?.transferId ? transferOf(state, offer.transferId) : undefined;
  if (!offer || !call) return [];
  const answered: Event = { type: 'callAnswered', callId, agentId, legId, at };
  switch (offer.kind) {
    case 'DIRECT':
      return [answered];
    case 'TRANSFER_RETURN':
      if (transfer?.endedAt === null) return [{ type: 'transferReturned', transferId: transfer.id, at }, answered];
      return transfer?.wasOnHold ? [answered, { type: 'holdChanged', callId, by: 'AGENT', hold: true }] : [answered]; // cancelled: D17
    case 'COLD_TRANSFER':
    case 'WARM_TRANSFER': {
      if (!transfer) return [];
      const next = callAfter(state, transfer, call, agentId, at);
      return [
        { type: 'transferCompleted', transferId: transfer.id, newCallId: next.id, agentId, at },
        { type: 'callBegan', call: next },
        { type: 'callEnded', callId, how: 'TRANSFERRED', at },
        { type: 'callAnswered', callId: next.id, agentId, legId, at },
      ];
    }
  }
}

/** A leg is down: for good, whatever was decided meanwhile. */
export function legEnded(state: Conversation, command: CommandOf<'legEnded'>): Outcome {
  const { legId, at } = command;
  const gone: Event = { type: 'legGone', legId };
  if (isLetGo(state, legId)) return [gone];
  if (!isLive(state, legId)) return [];
  const after = evolve(state, gone);
  const { situation } = state;
  if (state.caller?.id === legId) {
    if (situation.is === 'consulting') return [gone, ...callerLeft(after, situation, at)];
    if (situation.is === 'ended' || situation.is === 'nothing' || situation.is === 'colleagues') return [gone];
    return [
      gone,
      ...finish(after, situation.callId, howCallerLeft(situation, command), { status: 'ABANDONED', reason: 'CALLER_HUNG_UP' }, at),
    ];
  }
  const offer = ringing(state).find((o) => o.legId === legId);
  if (offer) return [gone, ...withdrawGone(after, offer, command)];
  if (situation.is === 'consulting' && situation.target.legId === legId && !isUp(state, legId))
    return [gone, ...neverPickedUp(after, situation, command)];
  const warm = warmLegEnded(state, after, legId, command.reason === 'hangup' ? 'TARGET_HUNG_UP' : 'TELEPHONY_ERROR', at);
  if (warm) return [gone, ...warm];
  if (situation.is === 'connecting' && situation.legId === legId)
    return [gone, ...lostWhileConnecting(after, situation.offerId, isUp(state, legId), command)];
  if (situation.is === 'dialling' && situation.legId === legId)
    return [gone, ...endCall(after, situation.callId, command.reason === 'lost' ? 'ENGINE_LOST' : 'AGENT_HUNG_UP', at)];
  if (situation.is === 'talking' && situation.legId === legId)
    return [
      gone,
      ...finish(
        after,
        situation.callId,
        command.reason === 'lost' ? 'ENGINE_LOST' : situation.agentId === null ? 'TARGET_HUNG_UP' : 'AGENT_HUNG_UP',
        { status: 'FAILED', reason: 'TELEPHONY_ERROR' },
        at,
      ),
    ];
  return [gone];
}

/** How the call ends with its caller: who was dialled and never answered has not hung up. */
function howCallerLeft(situation: Conversation['situation'], { reason }: CommandOf<'legEnded'>): Exclude<CallEndHow, 'TRANSFERRED'> {
  if (reason === 'lost') return 'ENGINE_LOST';
  if (situation.is === 'dialling') return 'NOBODY_ANSWERED';
  return situation.is === 'announcing' && situation.begun ? howItEnds(situation) : 'CALLER_HUNG_UP';
}

/** The phone itself turned the call down, or could not be rung: its leg is gone already. */
function withdrawGone(state: Conversation, offer: Offer, command: CommandOf<'legEnded'>): readonly Event[] {
  const { outcome, reason } = outcomeOf(command.reason);
  const ended: Event = { type: 'offerEnded', offerId: offer.id, outcome, reason, at: command.at };
  const after = evolve(state, ended);
  return ringing(after).length > 0 ? [ended] : [ended, ...unanswered(after, reason, command)];
}

/** Whoever took the call is gone before the two heard each other: to the caller nobody has answered. */
function lostWhileConnecting(state: Conversation, offerId: string, wasUp: boolean, command: CommandOf<'legEnded'>): readonly Event[] {
  const offer = offerOf(state, offerId);
  const call = offer && callOf(state, offer.callId);
  if (!offer || !call) return [];
  const reason: EndReason = wasUp ? (command.reason === 'hangup' ? 'TARGET_HUNG_UP' : 'TELEPHONY_ERROR') : outcomeOf(command.reason).reason;
  const lost: Event = { type: 'connectionLost', callId: call.id, transferId: offer.transferId, kind: offer.kind };
  return [lost, ...unanswered(evolve(state, lost), reason, command)];
}

/** Whoever accepted in their app never picked up their phone: nobody has answered. */
function neverPickedUp(
  state: Conversation,
  { callId, transferId }: Extract<Conversation['situation'], { is: 'consulting' }>,
  command: CommandOf<'legEnded'>,
): readonly Event[] {
  const lost: Event = { type: 'connectionLost', callId, transferId, kind: 'WARM_TRANSFER' };
  return [lost, ...unanswered(evolve(state, lost), outcomeOf(command.reason).reason, command)];
}

const isLive = (state: Conversation, legId: string): boolean => state.caller?.id === legId || state.legs.some((leg) => leg.id === legId);
