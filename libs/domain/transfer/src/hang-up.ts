import { refuse } from '@cordboard/decider';
import type { CommandOf } from './commands.ts';
import { callOf, type CallEndHow, type Conversation, type EndReason } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { rescindAll } from './offers.ts';
import type { Outcome } from './outcome.ts';
import { endCall } from './unanswered.ts';
import { completeTransfer } from './warm.ts';

/** The agent whose call it is ends it, or a supervisor does, for everybody (D16). */
export function hangUp(state: Conversation, { callId, agentId, at }: CommandOf<'hangUp'>): Outcome {
  const call = callOf(state, callId);
  if (!call || call.ended) return refuse('ALREADY_ENDED', 'The call has ended.');
  const { situation } = state;
  if (agentId !== null) {
    if (situation.is === 'calling' || situation.is === 'consulting') return completeTransfer(state, situation.transferId); // D13
    if (hasHandedOver(state, agentId)) return []; // D16: a reflex must not lose a caller
  }
  return finish(state, callId, 'AGENT_HUNG_UP', { status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR' }, at);
}

/** Whether an agent's leg went with the transfer that is pending: ending that is `cancelTransfer`. */
export function hasHandedOver(state: Conversation, agentId: string): boolean {
  const { situation } = state;
  const isTheirs = 'agentId' in situation && situation.agentId === agentId;
  return !isTheirs && state.transfers.some((transfer) => transfer.endedAt === null && transfer.transferorId === agentId);
}

/** The call is over for everybody: what rings stops, a pending transfer ends as told, all legs go. */
export function finish(
  state: Conversation,
  callId: string,
  how: Exclude<CallEndHow, 'TRANSFERRED'>,
  transferEnd: { status: 'CANCELLED' | 'ABANDONED' | 'FAILED'; reason: EndReason },
  at: string,
): readonly Event[] {
  const pending = state.transfers.find((transfer) => transfer.endedAt === null);
  const stopped = [
    ...rescindAll(state, at, transferEnd.reason),
    ...(pending ? [{ type: 'transferEnded' as const, transferId: pending.id, ...transferEnd, at }] : []),
  ];
  return [...stopped, ...endCall(stopped.reduce(evolve, state), callId, how, at)];
}
