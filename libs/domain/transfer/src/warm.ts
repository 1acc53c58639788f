import { refuse, type Refusal } from '@cordboard/decider';
import { bringBack } from './bring-back.ts';
import type { CommandOf, RefusalCode } from './commands.ts';
import { consult, isUp, transferOf, type Conversation, type EndReason } from './conversation.ts';
import type { Event } from './events.ts';
import { rescindAll, type Display } from './offers.ts';
import type { Outcome } from './outcome.ts';

type Unsettled = Extract<Conversation['situation'], { is: 'calling' | 'consulting' }>;

/**
 * What the target's phone shows while they consult.
 * @rule S12 the transferor's number and the notice, until completion shows the caller
 */
export const consultationDisplay = (transferor: { readonly number: string; readonly name: string }): Display => ({
  ...transferor,
  notice: 'Incoming transfer from a colleague',
});

/** The warm transfer that goes on, or why nothing can be done with it. */
function unsettled(state: Conversation, transferId: string): Unsettled | Refusal<RefusalCode> {
  const { situation } = state;
  if ((situation.is === 'calling' || situation.is === 'consulting') && situation.transferId === transferId) return situation;
  return transferOf(state, transferId)?.endedAt === null
    ? refuse('NOT_READY', 'The transfer is on its way and cannot be changed any more.', 'Wait for its end.')
    : refuse('ALREADY_ENDED', 'The transfer has ended.');
}

/** @rule S11 between caller and target, as often as needed, until the transfer is settled */
export function switchParty(state: Conversation, { transferId, to }: CommandOf<'switchParty'>): Outcome {
  const situation = unsettled(state, transferId);
  if ('refused' in situation) return situation;
  return situation.talkingTo === to ? [] : [{ type: 'partySwitched', transferId, callId: situation.callId, to }];
}

/**
 * The transferor settles it, by asking or by hanging up (D13). While the target still rings, it turns cold.
 * @rule S13 the connection between transferor and target ends, and one between target and caller begins
 */
export function completeTransfer(state: Conversation, transferId: string): Outcome {
  if (transferOf(state, transferId)?.status === 'COMPLETED') return []; // twice: the first holds
  const situation = unsettled(state, transferId);
  if ('refused' in situation) return transferOf(state, transferId)?.endedAt === null ? [] : situation;
  return [...settle(situation), { type: 'legReleased', legId: situation.legId, reason: 'hangup' }];
}

/** What the transferor's going makes of a warm transfer. */
export const settle = ({ is, transferId }: Unsettled): readonly Event[] =>
  is === 'calling' ? [{ type: 'transferTurnedCold', transferId }] : [{ type: 'completionBegan', transferId }];

/** Caller and transferor are together again; whoever was to take over is let go. A cold transfer too can be taken back until somebody has the caller. */
export function cancelTransfer(state: Conversation, command: CommandOf<'cancelTransfer'>): Outcome {
  const { transferId, at } = command;
  if (transferOf(state, transferId)?.status === 'CANCELLED') return [];
  const { situation } = state;
  if ((situation.is === 'transferring' || situation.is === 'announcing') && situation.transferId === transferId)
    return bringBack(state, command);
  const warm = unsettled(state, transferId);
  return 'refused' in warm ? warm : takeBack(state, warm, 'CANCELLED', 'CANCELLED_BY_TRANSFEROR', at);
}

/** A warm transfer that comes to nothing: the target goes, the transferor has the caller again. */
export function takeBack(
  state: Conversation,
  situation: Unsettled,
  status: 'CANCELLED' | 'FAILED',
  reason: EndReason,
  at: string,
): readonly Event[] {
  const { callId, transferId, agentId, legId } = situation;
  const target = situation.is === 'consulting' ? state.legs.filter((leg) => leg.id === situation.target.legId) : [];
  return [
    ...rescindAll(state, at, reason),
    ...target.map((leg): Event => ({ type: 'legReleased', legId: leg.id, reason: 'hangup' })),
    { type: 'transferEnded', transferId, status, reason, at },
    { type: 'broughtTogether', callId, agentId, legId, hold: transferOf(state, transferId)?.wasOnHold ?? false }, // D17
  ];
}

/**
 * The target has come into the room where the transferor waits.
 * @rule S10 the caller is on hold while the transferor talks with the target
 */
export function consulted(state: Conversation, at: string): readonly Event[] {
  const { situation } = state;
  if (situation.is !== 'consulting' || transferOf(state, situation.transferId)?.status !== 'RINGING') return [];
  return consult(state, [situation.legId, situation.target.legId])
    ? [{ type: 'transferConsulting', transferId: situation.transferId, at }]
    : [];
}

/** The caller leaves a consultation: the colleagues talk on until one of them hangs up (D14). */
export function callerLeft(state: Conversation, situation: Extract<Unsettled, { is: 'consulting' }>, at: string): readonly Event[] {
  const { callId, transferId, agentId, legId, target } = situation;
  const ended: Event[] = [
    { type: 'transferEnded', transferId, status: 'ABANDONED', reason: 'CALLER_HUNG_UP', at },
    { type: 'callEnded', callId, how: 'CALLER_HUNG_UP', at },
  ];
  if (isUp(state, target.legId)) return [...ended, { type: 'colleaguesTalkOn', callId, both: [{ agentId, legId }, target] }];
  return [...ended, ...[legId, target.legId].map((id): Event => ({ type: 'legReleased', legId: id, reason: 'hangup' }))];
}

/** One of those on a warm transfer, or of two colleagues left alone, has hung up. Null: it is none of these. */
export function warmLegEnded(
  state: Conversation,
  after: Conversation,
  legId: string,
  reason: EndReason,
  at: string,
): readonly Event[] | null {
  const { situation } = state;
  switch (situation.is) {
    case 'calling':
      return situation.legId === legId ? settle(situation) : null;
    case 'consulting':
      if (situation.legId === legId) return settle(situation);
      return situation.target.legId === legId
        ? takeBack(after, situation, consultationBegan(state, situation) ? 'CANCELLED' : 'FAILED', reason, at)
        : null;
    case 'colleagues':
      return situation.both.some((one) => one.legId === legId)
        ? [
            ...situation.both
              .filter((one) => one.legId !== legId)
              .map((one): Event => ({ type: 'legReleased', legId: one.legId, reason: 'hangup' })),
            { type: 'colleaguesLeft' },
          ]
        : null;
    case 'nothing':
    case 'ringing':
    case 'dialling':
    case 'announcing':
    case 'transferring':
    case 'returning':
    case 'connecting':
    case 'talking':
    case 'ended':
      return null;
  }
}

const consultationBegan = (state: Conversation, { transferId }: Unsettled): boolean =>
  transferOf(state, transferId)?.status === 'CONSULTING';
