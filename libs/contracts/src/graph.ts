import type { CallView, OfferView, TargetRef, TransferView } from './routing.ts';

/** The pictures of calls, transfers and offers in the shape of the graph's types: what was an id is a thing that can be asked more. */
const ref = (id: string | null): { id: string } | null => (id === null ? null : { id });

export const offerInGraph = ({
  id,
  kind,
  callId,
  displayNumber,
  notice,
  caller,
  callerText,
  note,
  expiresAt,
  outcome,
  ...offer
}: OfferView) => ({
  ...{ id, kind, callId, displayNumber, notice, caller, callerText: callerText ?? null, note, expiresAt, outcome },
  agent: { id: offer.agentId },
  transferor: ref(offer.transferorId),
  line: ref(offer.lineId),
  at: offer.endedAt ?? offer.offeredAt,
});

const targetInGraph = ({ kind, label, phoneNumber, ...target }: TargetRef) => ({
  ...{ kind, label, phoneNumber },
  available: null,
  unavailableBecause: null,
  agent: ref(target.agentId),
  team: ref(target.teamId),
  number: ref(target.numberId),
  contact: ref(target.contactId),
});

export const transferInGraph = ({ transferorId, ...transfer }: TransferView) => ({
  ...transfer,
  target: targetInGraph(transfer.target),
  transferor: { id: transferorId },
  offers: transfer.offers.map(offerInGraph),
});

/** `transfer`: the pending one, else the last. */
export const callInGraph = ({ agentId, lineId, untransferable, participants: _, ...call }: CallView) => {
  const transfers = call.transfers.map(transferInGraph);
  return {
    ...call,
    callerText: call.callerText ?? null,
    agent: ref(agentId),
    line: ref(lineId),
    legs: call.legs.map(({ id, agentId: owner, address, state }) => ({ id, agent: ref(owner), address, state })),
    transferability: { allowed: untransferable === null, because: untransferable },
    transfers,
    transfer: transfers.find((transfer) => transfer.endedAt === null) ?? transfers.at(-1) ?? null,
  };
};
export type CallInGraph = ReturnType<typeof callInGraph>;
export type TransferInGraph = ReturnType<typeof transferInGraph>;
export type OfferInGraph = ReturnType<typeof offerInGraph>;
