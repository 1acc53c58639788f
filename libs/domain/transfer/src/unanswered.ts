import { callOf, transferOf, type Conversation, type EndReason } from './conversation.ts';
import type { Event } from './events.ts';
import { evolve } from './events.ts';
import { nextGroup, offersTo } from './offers.ts';
import { takeBack } from './warm.ts';

/** What the handler knew of the transferor just before. */
interface Facts {
  readonly at: string;
  readonly transferorAvailable: boolean;
  readonly ringSeconds: number;
}

/**
 * What becomes of a call when nobody of those who were rung took it. `reason` is why the last of them did not.
 * @rule S7 an unanswered cold transfer comes back to the transferor
 * @rule S8 where the transferor is no longer available, the call ends
 */
export function unanswered(state: Conversation, reason: EndReason, facts: Facts): readonly Event[] {
  const situation = state.situation;
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
  const returning: Event = { type: 'transferReturning', transferId, reason, group: nextGroup(state) };
  return [
    returning,
    ...offersTo(evolve(state, returning), [{ agentId: transfer.transferorId }], {
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
  how: 'CALLER_HUNG_UP' | 'AGENT_HUNG_UP' | 'NOBODY_ANSWERED' | 'TRANSFER_UNANSWERED' | 'ENGINE_LOST',
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
