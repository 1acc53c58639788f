import { refuse, type Decider } from '@cordboard/decider';
import { announcementBegan, announcementEnded, greetingIsOver } from './announcements.ts';
import { acceptOffer, callCame, onRinging, withdraw } from './answers.ts';
import type { Command, CommandOf, RefusalCode } from './commands.ts';
import { callOf, noConversation, ringing, type Conversation } from './conversation.ts';
import { callAgent, dial } from './dial.ts';
import { evolve, type Event } from './events.ts';
import { hangUp } from './hang-up.ts';
import { legAnswered, legEnded, moved } from './legs.ts';
import { BROKEN_OFF, DIALLED } from './consequences.ts';
import type { Outcome } from './outcome.ts';
import { endCall } from './unanswered.ts';
import { cancelTransfer, completeTransfer, switchParty } from './warm.ts';
import { startTransfer } from './start-transfer.ts';

/** The rules of calls, offers and transfers. One writer a conversation; every race is settled by the order of commits. */
export const conversation: Decider<Command, Event, Conversation, RefusalCode> = {
  initial: noConversation,
  evolve,
  decide: (state, command): Outcome => {
    switch (command.type) {
      case 'callCame':
        return callCame(state, command);
      case 'dial':
        return dial(state, command);
      case 'callAgent':
        return callAgent(state, command);
      case 'announcementBegan':
        return announcementBegan(state, command);
      case 'announcementEnded':
        return announcementEnded(state, command);
      case 'acceptOffer':
        return acceptOffer(state, command);
      case 'rejectOffer':
        return onRinging(state, command.offerId, (offer) => withdraw(state, [{ offer, outcome: 'REJECTED', reason: 'REJECTED' }], command));
      case 'ringTimeEnded':
        if (state.situation.is === 'dialling' && command.group === DIALLED)
          return endCall(state, state.situation.callId, 'NOBODY_ANSWERED', command.at);
        if (state.situation.is === 'announcing' && command.group === BROKEN_OFF) return greetingIsOver(state, command);
        return withdraw(
          state,
          ringing(state)
            .filter((offer) => offer.group === command.group)
            .map((offer) => ({ offer, outcome: 'TIMED_OUT', reason: 'NO_ANSWER' })),
          command,
        );
      case 'agentUnavailable': // D12
        return withdraw(
          state,
          ringing(state)
            .filter((offer) => offer.agentId === command.agentId)
            .map((offer) => ({ offer, outcome: 'RESCINDED', reason: 'TARGET_UNAVAILABLE' })),
          command,
        );
      case 'startTransfer':
        return startTransfer(state, command);
      case 'switchParty':
        return switchParty(state, command);
      case 'completeTransfer':
        return completeTransfer(state, command.transferId);
      case 'cancelTransfer':
        return cancelTransfer(state, command);
      case 'holdCall':
        return changeHold(state, command, true);
      case 'resumeCall':
        return changeHold(state, command, false);
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

/** On a call between colleagues either can have the other on hold (D20). */
function changeHold(state: Conversation, { callId, agentId }: CommandOf<'holdCall' | 'resumeCall'>, hold: boolean): Outcome {
  const { situation } = state;
  const call = callOf(state, callId);
  if (call?.ended !== null) return refuse('ALREADY_ENDED', 'The call has ended.');
  if (situation.is !== 'talking' || situation.callId !== callId)
    return refuse('NOT_READY', 'The call is not connected.', 'Wait until it is connected.');
  const by = call.callerAgentId === agentId ? 'CALLER' : 'AGENT';
  const holds = by === 'AGENT' ? situation.hold : (situation.callerHolds ?? false);
  return holds === hold ? [] : [{ type: 'holdChanged', callId, by, hold }];
}
