import type { CallRecord, Flow, OfferRecord, TransferRecord } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import {
  CALL_COLUMNS,
  callFrom,
  OFFER_COLUMNS,
  offerFrom,
  TRANSFER_COLUMNS,
  transferFrom,
  type CallColumns,
  type OfferColumns,
  type TransferColumns,
} from './columns.store.ts';

/** What is kept of a conversation, in the order in which it came about. */
export async function loadFlow(tx: Sql, conversationId: string): Promise<Flow> {
  const calls = await tx.query<CallColumns>(
    `SELECT ${CALL_COLUMNS} FROM call_record WHERE conversation_id = $1 ORDER BY started_at, id`,
    conversationId,
  );
  const transfers = await tx.query<TransferColumns>(
    `SELECT ${TRANSFER_COLUMNS} FROM transfer_record WHERE conversation_id = $1 ORDER BY started_at, id`,
    conversationId,
  );
  const offers = await tx.query<OfferColumns>(
    `SELECT ${OFFER_COLUMNS} FROM offer_record WHERE conversation_id = $1 ORDER BY offered_at, id`,
    conversationId,
  );
  return { conversationId, calls: calls.map(callFrom), transfers: transfers.map(transferFrom), offers: offers.map(offerFrom) };
}

/** Writes what has changed in a conversation. */
export async function saveFlow(tx: Sql, account: string, before: Flow, after: Flow): Promise<void> {
  for (const call of changedRows(before.calls, after.calls)) await saveCall(tx, account, call);
  for (const transfer of changedRows(before.transfers, after.transfers)) await saveTransfer(tx, account, transfer);
  for (const offer of changedRows(before.offers, after.offers)) await saveOffer(tx, account, after.conversationId, offer);
}

function changedRows<Row extends { readonly id: string }>(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const kept = new Map(before.map((row) => [row.id, JSON.stringify(row)]));
  return after.filter((row) => kept.get(row.id) !== JSON.stringify(row));
}

const saveCall = (tx: Sql, account: string, call: CallRecord): Promise<unknown> =>
  tx.query(
    `INSERT INTO call_record (id, account, conversation_id, direction, caller, line_id, entry_number_id, agent_id, via_transfer_id, outcome,
       started_at, answered_at, ended_at, phase, phase_since, ring_ms, talk_ms, hold_ms, participants)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz, $12::timestamptz, $13::timestamptz, $14, $15::timestamptz, $16, $17, $18, $19::text[])
     ON CONFLICT (id) DO UPDATE SET agent_id = excluded.agent_id, outcome = excluded.outcome, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
       phase = excluded.phase, phase_since = excluded.phase_since, ring_ms = excluded.ring_ms, talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, participants = excluded.participants`,
    call.id,
    account,
    call.conversationId,
    call.direction,
    call.caller,
    call.lineId,
    call.entryNumberId,
    call.agentId,
    call.viaTransferId,
    call.outcome,
    call.startedAt,
    call.answeredAt,
    call.endedAt,
    call.clock.phase,
    call.clock.since,
    call.clock.ringMs,
    call.clock.talkMs,
    call.clock.holdMs,
    call.participants,
  );

const saveTransfer = (tx: Sql, account: string, transfer: TransferRecord): Promise<unknown> =>
  tx.query(
    `INSERT INTO transfer_record (id, account, conversation_id, call_id, mode, converted_from, status, end_reason, transferor_id, target, target_agent_id, new_call_id,
       started_at, connected_at, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12, $13::timestamptz, $14::timestamptz, $15::timestamptz)
     ON CONFLICT (id) DO UPDATE SET mode = excluded.mode, converted_from = excluded.converted_from, status = excluded.status, end_reason = excluded.end_reason,
       target_agent_id = excluded.target_agent_id, new_call_id = excluded.new_call_id, connected_at = excluded.connected_at, ended_at = excluded.ended_at`,
    transfer.id,
    account,
    transfer.conversationId,
    transfer.callId,
    transfer.mode,
    transfer.convertedFrom,
    transfer.status,
    transfer.endReason,
    transfer.transferorId,
    JSON.stringify(transfer.target),
    transfer.targetAgentId,
    transfer.newCallId,
    transfer.startedAt,
    transfer.connectedAt,
    transfer.endedAt,
  );

const saveOffer = (tx: Sql, account: string, conversationId: string, offer: OfferRecord): Promise<unknown> =>
  tx.query(
    `INSERT INTO offer_record (id, account, conversation_id, call_id, transfer_id, kind, agent_id, offered_at, ended_at, outcome, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $9::timestamptz, $10, $11)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, ended_at = excluded.ended_at, outcome = excluded.outcome, reason = excluded.reason`,
    offer.id,
    account,
    conversationId,
    offer.callId,
    offer.transferId,
    offer.kind,
    offer.agentId,
    offer.offeredAt,
    offer.endedAt,
    offer.outcome,
    offer.reason,
  );
