import type { Flow } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import {
  callFrom,
  CALLS,
  callTo,
  offerFrom,
  OFFERS,
  transferFrom,
  TRANSFERS,
  transferTo,
  type CallColumns,
  type OfferColumns,
  type TransferColumns,
} from './columns.store.ts';

/** What is kept of a conversation, in the order in which it came about. */
export async function loadFlow(tx: Sql, conversationId: string): Promise<Flow> {
  const calls = await tx.query<CallColumns>(
    `SELECT ${CALLS.columns} FROM call_record WHERE conversation_id = $1 ORDER BY started_at, id`,
    conversationId,
  );
  const transfers = await tx.query<TransferColumns>(
    `SELECT ${TRANSFERS.columns} FROM transfer_record WHERE conversation_id = $1 ORDER BY started_at, id`,
    conversationId,
  );
  const offers = await tx.query<OfferColumns>(
    `SELECT ${OFFERS.columns} FROM offer_record WHERE conversation_id = $1 ORDER BY offered_at, id`,
    conversationId,
  );
  return { conversationId, calls: calls.map(callFrom), transfers: transfers.map(transferFrom), offers: offers.map(offerFrom) };
}

/** Writes what has changed in a conversation. */
export async function saveFlow(tx: Sql, account: string, before: Flow, after: Flow): Promise<void> {
  const whose = { account, conversationId: after.conversationId };
  for (const call of changedRows(before.calls, after.calls)) await CALLS.save(tx, { ...callTo(call), ...whose });
  for (const transfer of changedRows(before.transfers, after.transfers)) await TRANSFERS.save(tx, { ...transferTo(transfer), ...whose });
  for (const offer of changedRows(before.offers, after.offers)) await OFFERS.save(tx, { ...offer, ...whose });
}

function changedRows<Row extends { readonly id: string }>(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const kept = new Map(before.map((row) => [row.id, JSON.stringify(row)]));
  return after.filter((row) => kept.get(row.id) !== JSON.stringify(row));
}
