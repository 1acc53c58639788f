import { refuse } from '@cordboard/decider';
import type { CommandOf } from './commands.ts';
import { addressOf, callOf, transferOf, type Conversation } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { offersTo, rescindAll } from './offers.ts';
import type { Outcome } from './outcome.ts';

/** The transferor of a cold transfer, who has left the call, takes it back while nobody has taken it: their own phone is picked up for them. */
export function bringBack(state: Conversation, { transferId, transferorIsFree, ringSeconds, at }: CommandOf<'cancelTransfer'>): Outcome {
  const transfer = transferOf(state, transferId);
  const call = transfer && callOf(state, transfer.callId);
  if (!transfer || !call) return [];
  if (!transferorIsFree)
    return refuse('NOT_READY', 'The transferor is in another call and cannot have this one back.', 'Let the transfer come to its end.');
  const ended: Event[] = [
    ...rescindAll(state, at, 'CANCELLED_BY_TRANSFEROR'),
    { type: 'transferEnded', transferId, status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR', at },
  ];
  const agentId = transfer.transferorId;
  const [offered] = offersTo(ended.reduce(evolve, state), [{ agentId, address: addressOf(state, agentId) }], {
    kind: 'TRANSFER_RETURN',
    call,
    transfer,
    at,
    ringSeconds,
  });
  if (offered?.type !== 'offered') return [];
  const { id: offerId, legId } = offered.offer;
  return [
    ...ended,
    offered,
    { type: 'offerEnded', offerId, outcome: 'ACCEPTED', reason: null, at },
    { type: 'connectionBegan', callId: call.id, offerId, agentId, legId },
  ];
}
