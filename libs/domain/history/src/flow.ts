import { beginRecord, evolveRecord } from './call-record.ts';
import type { HistoryEvent } from './events.ts';
import { isInitiated } from './initiated.ts';
import { participantsOf } from './participants.ts';
import type { CallRecord, Flow } from './records.ts';
import { answeredBy, beginTransfer, evolveTransfer } from './transfer-record.ts';

/** A conversation of which nothing is kept yet. */
export const noFlow = (conversationId: string): Flow => ({ conversationId, calls: [], transfers: [], offers: [] });

/** What is kept of a conversation after more has happened in it at `at`. Events that it has not the beginning of change nothing. */
export function recordsAfter(flow: Flow, events: readonly HistoryEvent[], at: string): Flow {
  const after = events.reduce((before, event) => evolve(before, event, at), flow);
  const callOf = new Map(after.calls.map((call) => [call.id, call]));
  return {
    ...after,
    calls: after.calls.map((call) => ({ ...call, transferKinds: kindsOf(call, after), participants: participantsOf(call, after) })),
    transfers: after.transfers.map((transfer) => ({ ...transfer, initiated: isInitiated(transfer, callOf.get(transfer.callId)) })),
  };
}

const kindsOf = ({ id }: CallRecord, flow: Flow): CallRecord['transferKinds'] =>
  [...new Set(flow.transfers.filter((transfer) => transfer.callId === id).map((transfer) => transfer.target.kind))].toSorted();

function evolve(flow: Flow, event: HistoryEvent, at: string): Flow {
  switch (event.type) {
    case 'call.began':
      return { ...flow, calls: [...flow.calls, beginRecord(flow.conversationId, event, at)] };
    case 'call.answered':
      return {
        ...flow,
        calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)),
        transfers: flow.transfers.map((transfer) => (transfer.newCallId === event.callId ? answeredBy(transfer, at) : transfer)),
      };
    case 'call.announced':
    case 'call.held':
    case 'call.resumed':
    case 'call.ended':
      return { ...flow, calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)) };
    case 'transfer.started':
      return {
        ...flow,
        calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)),
        transfers: knows(flow, event.callId) ? [...flow.transfers, beginTransfer(flow.conversationId, event, at)] : flow.transfers,
      };
    case 'transfer.consulting':
    case 'transfer.completed':
    case 'transfer.returning':
    case 'transfer.ended':
      return {
        ...flow,
        calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)),
        transfers: changed(flow.transfers, event.transferId, (transfer) => evolveTransfer(transfer, event, at)),
      };
    case 'offer.made':
    case 'offer.ended':
      return knows(flow, event.offer.callId)
        ? { ...flow, offers: [...flow.offers.filter((offer) => offer.id !== event.offer.id), event.offer] }
        : flow;
  }
}

const knows = (flow: Flow, callId: string): boolean => flow.calls.some(({ id }) => id === callId);

const changed = <Row extends { readonly id: string }>(rows: readonly Row[], id: string, change: (row: Row) => Row): readonly Row[] =>
  rows.map((row) => (row.id === id ? change(row) : row));
