import type { Onward } from './commands.ts';
import { addressOf, callOf, numberFollowed, transferOf, type CallEndHow, type Conversation, type EndReason } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { offersTo } from './offers.ts';
import { goOn, withoutSettings } from './through-a-number.ts';
import { takeBack } from './warm.ts';

type Facts = Onward & { readonly at: string };

/**
 * What becomes of a call when nobody of those who were rung took it. `reason` is why the last of them did not. A Number goes on by
 * its own settings; what follows none, by these.
 * @rule S7 an unanswered cold transfer comes back to the transferor
 * @rule S8 where the transferor is no longer available, the call ends
 */
export function unanswered(state: Conversation, reason: EndReason, facts: Facts): readonly Event[] {
  const { situation } = state;
  if (numberFollowed(state) !== null && situation.is !== 'consulting') return goOn(state, facts.number ?? withoutSettings(state), facts.at);
  switch (situation.is) {
    case 'transferring':
      return facts.transferorAvailable
        ? comeBack(state, situation.transferId, reason, facts)
        : endCall(state, situation.callId, 'TRANSFER_UNANSWERED', facts.at, {
            type: 'transferEnded',
            transferId: situation.transferId,
            status: 'FAILED',
            reason: 'TRANSFEROR_UNAVAILABLE',
            at: facts.at,
          });
    case 'returning': // D5: it never goes back to the target
      if (transferOf(state, situation.transferId)?.endedAt !== null)
        return endCall(state, situation.callId, 'TRANSFER_UNANSWERED', facts.at);
      return endCall(state, situation.callId, 'TRANSFER_UNANSWERED', facts.at, {
        type: 'transferEnded',
        transferId: situation.transferId,
        status: 'FAILED',
        reason: transferOf(state, situation.transferId)?.reason ?? reason,
        at: facts.at,
      });
    case 'calling':
      return takeBack(state, situation, 'FAILED', reason, facts.at);
    case 'ringing':
      return endCall(state, situation.callId, 'NOBODY_ANSWERED', facts.at);
    case 'nothing':
    case 'dialling':
    case 'announcing':
    case 'connecting':
    case 'consulting':
    case 'colleagues':
    case 'talking':
    case 'ended':
      return [];
  }
}

/** The transferor is rung for the ring time, with the reason at hand (D5). */
function comeBack(state: Conversation, transferId: string, reason: EndReason, { at, ringSeconds }: Facts): readonly Event[] {
  const transfer = transferOf(state, transferId);
  const call = transfer && callOf(state, transfer.callId);
  if (!transfer || !call) return [];
  const returning: Event = { type: 'transferReturning', transferId, reason };
  return [
    returning,
    ...offersTo(evolve(state, returning), [{ agentId: transfer.transferorId, address: addressOf(state, transfer.transferorId) }], {
      kind: 'TRANSFER_RETURN',
      call,
      transfer,
      at,
      ringSeconds,
    }),
  ];
}

/** Ends a call and lets everybody go who is still on it. */
export function endCall(
  state: Conversation,
  callId: string,
  how: Exclude<CallEndHow, 'TRANSFERRED'>,
  at: string,
  ...before: readonly Event[]
): readonly Event[] {
  const left = [...(state.caller ? [state.caller] : []), ...state.legs];
  return [
    ...before,
    { type: 'callEnded', callId, how, at },
    ...left.map((leg): Event => ({ type: 'legReleased', legId: leg.id, reason: 'hangup' })),
  ];
}
