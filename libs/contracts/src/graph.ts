import type { CallView, OfferView, TargetRef, TransferView } from './routing.ts';

/** The pictures of calls, transfers and offers in the shape of the graph's types: what was an id is a thing that can be asked more. */
const ref = (id: string | null): { id: string } | null => (id === null ? null : { id });

export const offerInGraph = (offer: OfferView) => ({
  ...offer,
  agent: { id: offer.agentId },
  transferor: ref(offer.transferorId),
  line: ref(offer.lineId),
  at: offer.endedAt ?? offer.offeredAt,
});

const targetInGraph = (target: TargetRef) => ({
  ...target,
  available: null,
  unavailableBecause: null,
  agent: ref(target.agentId),
  team: ref(target.teamId),
  number: ref(target.numberId),
  contact: ref(target.contactId),
});

export const transferInGraph = (transfer: TransferView) => ({
  ...transfer,
  target: targetInGraph(transfer.target),
  transferor: { id: transfer.transferorId },
  offers: transfer.offers.map(offerInGraph),
});

/** `transfer`: the pending one, else the last. */
export const callInGraph = (call: CallView) => {
  const transfers = call.transfers.map(transferInGraph);
  return {
    ...call,
    agent: ref(call.agentId),
    line: ref(call.lineId),
    legs: call.legs.map((leg) => ({ ...leg, agent: ref(leg.agentId) })),
    transferability: { allowed: call.untransferable === null, because: call.untransferable },
    transfers,
    transfer: transfers.find((transfer) => transfer.endedAt === null) ?? transfers.at(-1) ?? null,
  };
};
export type CallInGraph = ReturnType<typeof callInGraph>;
export type TransferInGraph = ReturnType<typeof transferInGraph>;
export type OfferInGraph = ReturnType<typeof offerInGraph>;
