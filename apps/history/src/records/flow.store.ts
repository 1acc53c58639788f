import { noFlow, type CallRecord, type Flow } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import { callFrom, CALLS, callTo, offerFrom, OFFERS, transferFrom, TRANSFERS, transferTo } from './columns.store.ts';

type Rows = readonly Record<string, unknown>[];

const LOAD = `SELECT ${CALLS.allOf('startedAt')} AS calls, ${TRANSFERS.allOf('startedAt')} AS transfers, ${OFFERS.allOf('offeredAt')} AS offers`;

/** What is kept of a conversation, in the order in which it came about. */
export async function loadFlow(tx: Sql, conversationId: string): Promise<Flow> {
  const [kept] = await tx.query<{ calls: Rows; transfers: Rows; offers: Rows }>(LOAD, conversationId);
  if (!kept) return noFlow(conversationId);
  return {
    conversationId,
    calls: kept.calls.map((row) => callFrom(row)),
    transfers: kept.transfers.map(transferFrom),
    offers: kept.offers.map(offerFrom),
  };
}

/** `$1` account, `$2` calls, `$3` transfers, `$4` offers, `$5` who takes part in which call, `$6` the calls of which that is all. */
const SAVE = `WITH calls AS (${CALLS.saveAll(2)}),
  transfers AS (${TRANSFERS.saveAll(3)}),
  offers AS (${OFFERS.saveAll(4)}),
  part AS (SELECT * FROM jsonb_to_recordset($5::jsonb) AS part("callId" text, "agentId" text, "startedAt" timestamptz, own bool)),
  left_out AS (DELETE FROM call_participant WHERE call_id = ANY($6::text[])
    AND NOT EXISTS (SELECT FROM part WHERE part."callId" = call_id AND part."agentId" = agent_id)),
  took_part AS (INSERT INTO call_participant (account, call_id, agent_id, started_at, own) SELECT $1::text, part."callId", part."agentId", part."startedAt", part.own FROM part
    ON CONFLICT (call_id, agent_id) DO UPDATE SET own = excluded.own)
  INSERT INTO call_tag (account, call_id, tag, started_at)
    SELECT $1::text, made.id, tag, made."startedAt" FROM jsonb_to_recordset($2::jsonb) AS made(id text, "startedAt" timestamptz)
    JOIN tagging ON tagging.call_id = made.id AND tagging.account = $1 CROSS JOIN LATERAL unnest(tagging.tags) AS tag
    ON CONFLICT DO NOTHING`;

/** Writes what has changed in a conversation, and what was told of its new calls before they were known. */
export async function saveFlow(tx: Sql, account: string, before: Flow, after: Flow): Promise<void> {
  const { conversationId } = after;
  const calls = changedRows(before.calls, after.calls);
  const transfers = changedRows(before.transfers, after.transfers);
  const offers = changedRows(before.offers, after.offers).map((offer) => ({ ...offer, conversationId }));
  if (calls.length + transfers.length + offers.length === 0) return;
  const known = new Map(before.calls.map((call) => [call.id, JSON.stringify(partsOf(call))]));
  const fresh = calls.filter((call) => !known.has(call.id)).map(({ id }) => id);
  if (fresh.length > 0) await holdNotes(tx, fresh);
  const reparted = calls.filter((call) => known.get(call.id) !== JSON.stringify(partsOf(call)));
  await tx.query(
    SAVE,
    account,
    JSON.stringify(calls.map(callTo)),
    JSON.stringify(transfers.map(transferTo)),
    JSON.stringify(offers),
    JSON.stringify(reparted.flatMap(partsOf)),
    reparted.map(({ id }) => id),
  );
}

/** Whoever writes a call for the first time, and whoever notes something of it, wait for each other: neither overlooks the other's. */
export const holdNotes = (tx: Sql, callIds: readonly string[]): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('notes of ' || id, 0)) FROM unnest($1::text[]) AS id`, callIds);

const partsOf = ({ id, startedAt, participants, agentId, callerAgentId }: CallRecord) =>
  participants.map((participant) => ({
    callId: id,
    agentId: participant,
    startedAt,
    own: participant === agentId || participant === callerAgentId,
  }));

function changedRows<Row extends { readonly id: string }>(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const kept = new Map(before.map((row) => [row.id, sorted(row)]));
  return after.filter((row) => kept.get(row.id) !== sorted(row));
}

/** The same text for the same row, in whichever order its columns were read. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
