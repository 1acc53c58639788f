import { refuse, type Refusal } from '@cordboard/decider';
import { MOST_HOPS, type CommandOf, type RefusalCode } from './commands.ts';
import { callOf, nextTransferId, type Conversation } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { nextGroup, offersTo } from './offers.ts';
import { consultationDisplay } from './warm.ts';

/**
 * An agent hands their call over.
 * @rule S1 cold, at once, or warm, after a consultation
 * @rule S5 a cold transfer sends the call at once: the transferor's leg goes, and nobody speaks with the target first
 * @rule S16 a direct transfer leaves the call's line as it was
 */
export function startTransfer(state: Conversation, command: CommandOf<'startTransfer'>): readonly Event[] | Refusal<RefusalCode> {
  const hindrance = whyNot(state, command);
  if (hindrance) return hindrance;
  const call = callOf(state, command.callId);
  const situation = state.situation;
  if (!call || situation.is !== 'talking')
    return refuse('NOT_READY', 'The call is not in a state from which it can be transferred.', 'Wait until it is connected.');

  const { at, mode, target, note, ringSeconds } = command;
  const transferId = nextTransferId(state);
  const started: Event[] = [
    {
      type: 'transferStarted',
      transferId,
      callId: call.id,
      mode,
      target,
      transferorId: situation.agentId,
      note,
      group: nextGroup(state),
      at,
    },
    ...(mode === 'COLD' ? [{ type: 'legReleased' as const, legId: situation.legId, reason: 'hangup' as const }] : []),
  ];
  const offers = offersTo(started.reduce(evolve, state), command.candidates, {
    kind: mode === 'COLD' ? 'COLD_TRANSFER' : 'WARM_TRANSFER',
    call,
    transfer: { id: transferId, transferorId: situation.agentId, note },
    at,
    ringSeconds,
    ...(mode === 'COLD' ? {} : { display: consultationDisplay(command.transferor) }),
  });
  return [...started, ...offers];
}

/** Why this call cannot be transferred now, wherever to; null where it can. In the order in which it is worth knowing. */
export function whyNotTransferable(state: Conversation, callId: string): Refusal<RefusalCode> | null {
  const call = callOf(state, callId);
  if (!call || call.ended) return refuse('ALREADY_ENDED', 'The call has ended.');
  if (state.transfers.some((transfer) => transfer.endedAt === null))
    return refuse('TRANSFER_IN_PROGRESS', 'The call is already being transferred.', 'Wait for its end, or cancel it first.');
  if (state.situation.is !== 'talking') return refuse('NOT_READY', 'The call is not connected yet.', 'Wait until it is connected.');
  if (state.transfers.filter((transfer) => transfer.status === 'COMPLETED').length >= MOST_HOPS)
    return refuse(
      'HOP_LIMIT',
      `The call was transferred ${MOST_HOPS} times already.`,
      'Finish the call, or take the number and call back.',
    );
  return null;
}

function whyNot(state: Conversation, command: CommandOf<'startTransfer'>): Refusal<RefusalCode> | null {
  const hindrance = whyNotTransferable(state, command.callId);
  if (hindrance || state.situation.is !== 'talking') return hindrance;
  if (command.target.kind === 'AGENT' && command.target.agentId === state.situation.agentId)
    return refuse('INVALID_DESTINATION', 'The call is with this agent already.', 'Choose somebody else.');
  if (command.candidates.length === 0)
    return refuse('TARGET_UNAVAILABLE', command.unavailableBecause ?? 'Nobody there is available.', 'Choose somebody who is available.');
  return null;
}
