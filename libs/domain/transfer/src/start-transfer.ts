import { refuse, type Refusal } from '@cordboard/decider';
import { MOST_HOPS, type CommandOf, type RefusalCode } from './commands.ts';
import { callOf, nextTransferId, transferOf, type Conversation } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { offersTo, partiesOf, type Party } from './offers.ts';
import { enterNumber } from './through-a-number.ts';
import { consultationDisplay } from './warm.ts';

type StartTransfer = CommandOf<'startTransfer'>;

/**
 * An agent hands their call over.
 * @rule S1 cold, at once, or warm, after a consultation
 * @rule S2 to an agent, a team, a Number of the account or an outside number, all in both kinds; a contact stands for one of the last two
 * @rule S5 a cold transfer sends the call at once: the transferor's leg goes, and nobody speaks with the target first
 * @rule S16 a direct transfer leaves the call's line as it was
 */
export function startTransfer(state: Conversation, command: StartTransfer): readonly Event[] | Refusal<RefusalCode> {
  const hindrance = whyNot(state, command);
  if (hindrance) return hindrance;
  const { situation } = state;
  if (situation.is !== 'talking' || situation.agentId === null)
    return refuse('NOT_READY', 'The call is not in a state from which it can be transferred.', 'Wait until it is connected.');

  const { at, mode, target, note, callId, shownAs } = command;
  const transferId = nextTransferId(state);
  const started: Event[] = [
    { type: 'transferStarted', transferId, callId, mode, target, transferorId: situation.agentId, note, shownAs, at },
    ...(mode === 'COLD' ? [{ type: 'legReleased' as const, legId: situation.legId, reason: 'hangup' as const }] : []),
  ];
  return [...started, ...reach(started.reduce(evolve, state), transferId, command)];
}

/** The target is rung, or takes the call in its own way. */
function reach(state: Conversation, transferId: string, { reach, mode, callId, at }: StartTransfer): readonly Event[] {
  const call = callOf(state, callId);
  const transfer = transferOf(state, transferId);
  if (!call || !transfer) return [];
  const ring = (parties: readonly Party[], ringSeconds: number, display?: { number: string; name: string; notice: string | null }) =>
    offersTo(state, parties, {
      kind: mode === 'COLD' ? 'COLD_TRANSFER' : 'WARM_TRANSFER',
      call,
      transfer,
      at,
      ringSeconds,
      ...(display ? { display } : {}),
    });
  switch (reach.by) {
    case 'NUMBER':
      return enterNumber(state, reach.number, at);
    case 'OUTSIDE': // an outside phone shows the account, never its caller
      return ring([{ agentId: null, address: reach.phoneNumber }], reach.ringSeconds, { ...transfer.shownAs, notice: null });
    case 'COLLEAGUES':
      return ring(partiesOf(reach.candidates), reach.ringSeconds, mode === 'COLD' ? undefined : consultationDisplay(transfer.shownAs));
  }
}

/** Why this call cannot be transferred now, wherever to; null where it can. In the order in which it is worth knowing. */
export function whyNotTransferable(state: Conversation, callId: string): Refusal<RefusalCode> | null {
  const call = callOf(state, callId);
  if (!call || call.ended) return refuse('ALREADY_ENDED', 'The call has ended.');
  if (call.direction === 'INTERNAL') return INTERNAL;
  if (state.transfers.some((transfer) => transfer.endedAt === null))
    return refuse('TRANSFER_IN_PROGRESS', 'The call is already being transferred.', 'Wait for its end, or cancel it first.');
  if (state.situation.is !== 'talking') return refuse('NOT_READY', 'The call is not connected yet.', 'Wait until it is connected.');
  if (state.situation.agentId === null)
    return refuse('NOT_READY', 'Nobody of the account is in this call any more.', 'It can only be ended.');
  if (state.transfers.filter((transfer) => transfer.status === 'COMPLETED').length >= MOST_HOPS)
    return refuse(
      'HOP_LIMIT',
      `The call was transferred ${MOST_HOPS} times already.`,
      'Finish the call, or take the number and call back.',
    );
  return null;
}

/** @rule S4 a call between two agents of the account cannot be transferred */
const INTERNAL = refuse(
  'INTERNAL_CALL',
  'A call between colleagues cannot be transferred.',
  'Tell your colleague whom to call, or call them yourself.',
);

function whyNot(state: Conversation, { callId, target, reach }: StartTransfer): Refusal<RefusalCode> | null {
  const hindrance = whyNotTransferable(state, callId);
  if (hindrance || state.situation.is !== 'talking') return hindrance;
  if (target.kind === 'AGENT' && target.agentId === state.situation.agentId)
    return refuse('INVALID_DESTINATION', 'The call is with this agent already.', 'Choose somebody else.');
  switch (reach.by) {
    case 'NUMBER':
      return null;
    case 'OUTSIDE':
      return reach.phoneNumber === callOf(state, callId)?.caller
        ? refuse('INVALID_DESTINATION', 'This is the number of the caller.', 'Choose another number.')
        : reach.notDialled;
    case 'COLLEAGUES':
      return reach.candidates.length > 0
        ? null
        : refuse('TARGET_UNAVAILABLE', reach.unavailableBecause ?? 'Nobody there is available.', 'Choose somebody who is available.');
  }
}
