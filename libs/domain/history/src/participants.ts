import type { CallRecord, Flow } from './records.ts';

/**
 * Whose call it is: who talked in it, which colleague called, who transferred it, and who was consulted about it. Whoever took it
 * over has the part after that, which is a call of its own.
 */
export function participantsOf(call: CallRecord, flow: Flow): readonly string[] {
  const takenOver = new Set(flow.transfers.filter((transfer) => transfer.newCallId !== null).map((transfer) => transfer.id));
  const own = [
    ...[call.agentId, call.callerAgentId].filter((id) => id !== null),
    ...flow.transfers.filter((transfer) => transfer.callId === call.id).map((transfer) => transfer.transferorId),
    ...flow.offers
      .filter(
        (offer) =>
          offer.callId === call.id && offer.outcome === 'ACCEPTED' && !(offer.transferId !== null && takenOver.has(offer.transferId)),
      )
      .map((offer) => offer.agentId),
  ];
  return [...new Set(own)].toSorted();
}
