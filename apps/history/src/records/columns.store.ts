import type { CallRecord, OfferRecord, TransferRecord } from '@cordboard/domain-history';

/** What a table gives: its times are dates. */
type FromTable<Row, Times extends keyof Row> = Omit<Row, Times> & { readonly [T in Times]: Row[T] extends string ? Date : Date | null };
const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const CALL_COLUMNS = `id, conversation_id AS "conversationId", direction, caller, line_id AS "lineId", entry_number_id AS "entryNumberId", agent_id AS "agentId",
  via_transfer_id AS "viaTransferId", outcome, started_at AS "startedAt", answered_at AS "answeredAt", ended_at AS "endedAt", phase, phase_since AS "phaseSince",
  ring_ms AS "ringMs", talk_ms AS "talkMs", hold_ms AS "holdMs", participants`;
export type CallColumns = FromTable<Omit<CallRecord, 'clock'>, 'startedAt' | 'answeredAt' | 'endedAt'> & {
  readonly phase: CallRecord['clock']['phase'];
  readonly phaseSince: Date;
  readonly ringMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
};
export function callFrom<Row extends CallColumns>({ phase, phaseSince, ringMs, talkMs, holdMs, ...row }: Row) {
  const clock = { phase, since: phaseSince.toISOString(), ringMs, talkMs, holdMs };
  return { ...row, startedAt: row.startedAt.toISOString(), answeredAt: iso(row.answeredAt), endedAt: iso(row.endedAt), clock };
}

export const TRANSFER_COLUMNS = `id, conversation_id AS "conversationId", call_id AS "callId", mode, converted_from AS "convertedFrom", status, end_reason AS "endReason",
  transferor_id AS "transferorId", target, target_agent_id AS "targetAgentId", new_call_id AS "newCallId", started_at AS "startedAt", connected_at AS "connectedAt", ended_at AS "endedAt"`;
export type TransferColumns = FromTable<TransferRecord, 'startedAt' | 'connectedAt' | 'endedAt'>;
export const transferFrom = (row: TransferColumns): TransferRecord => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  connectedAt: iso(row.connectedAt),
  endedAt: iso(row.endedAt),
});

export const OFFER_COLUMNS = `id, kind, call_id AS "callId", transfer_id AS "transferId", agent_id AS "agentId", offered_at AS "offeredAt", outcome, reason, ended_at AS "endedAt"`;
export type OfferColumns = FromTable<OfferRecord, 'offeredAt' | 'endedAt'>;
export const offerFrom = (row: OfferColumns): OfferRecord => ({
  ...row,
  offeredAt: row.offeredAt.toISOString(),
  endedAt: iso(row.endedAt),
});
