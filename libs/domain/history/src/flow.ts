import { beginRecord, evolveRecord } from './call-record.ts';
import type { HistoryEvent } from './events.ts';
import { participantsOf } from './participants.ts';
import type { Flow } from './records.ts';
import { beginTransfer, evolveTransfer } from './transfer-record.ts';

/** A conversation of which nothing is kept yet. */
export const noFlow = (conversationId: string): Flow => ({ conversationId, calls: [], transfers: [], offers: [] });

/** What is kept of a conversation after more has happened in it at `at`. Events that it has not the beginning of change nothing. */
export function recordsAfter(flow: Flow, events: readonly HistoryEvent[], at: string): Flow {
  const after = events.reduce((before, event) => evolve(before, event, at), flow);
  return { ...after, calls: after.calls.map((call) => ({ ...call, participants: participantsOf(call, after) })) };
}

function evolve(flow: Flow, event: HistoryEvent, at: string): Flow {
  switch (event.type) {
    case 'call.began':
      return { ...flow, calls: [...flow.calls, beginRecord(flow.conversationId, event, at)] };
    case 'call.answered':
    case 'call.announced':
    case 'call.held':
    case 'call.resumed':
    case 'call.ended':
      return { ...flow, calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)) };
    case 'transfer.started':
      return {
        ...flow,
        calls: changed(flow.calls, event.callId, (call) => evolveRecord(call, event, at)),
        transfers: [...flow.transfers, beginTransfer(flow.conversationId, event, at)],
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
      return { ...flow, offers: [...flow.offers.filter((offer) => offer.id !== event.offer.id), event.offer] };
  }
}

const changed = <Row extends { readonly id: string }>(rows: readonly Row[], id: string, change: (row: Row) => Row): readonly Row[] =>
  rows.map((row) => (row.id === id ? change(row) : row));
