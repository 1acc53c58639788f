import type { Database } from '@cordboard/platform-database';

/** Rows of an account go together with their conversation, so many conversations at a time. */
const BATCH = 500;

/**
 * Deletes what is older than an account keeps its history: conversations in which nothing has happened since then, with their calls,
 * transfers, offers and tags, and what presence told of calls that are not there any more.
 */
export class RetentionStore {
  constructor(private readonly database: Database) {}

  /** The accounts that do not keep their history for ever. */
  async accounts(): Promise<readonly { readonly account: string; readonly days: number }[]> {
    return this.database.query('SELECT account, history_days AS days FROM policy WHERE history_days IS NOT NULL');
  }

  /** One batch, in one transaction. @returns how many conversations were deleted; 0: nothing is too old any more */
  async deleteOld(account: string, days: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      // one replica at a time, and none while another deletes for the account
      const [lock] = await tx.query<{ ours: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('retention of ' || $1, 0)) AS ours`,
        account,
      );
      if (!lock?.ours) return 0;
      const old = await tx.query<{ id: string }>(
        `SELECT DISTINCT conversation_id AS id FROM (
           SELECT conversation_id FROM call_record AS c
           WHERE account = $1 AND started_at < now() - make_interval(days => $2::int)
             AND NOT EXISTS (SELECT FROM call_record AS other WHERE other.conversation_id = c.conversation_id
               AND coalesce(other.ended_at, other.phase_since) >= now() - make_interval(days => $2::int))
           ORDER BY started_at LIMIT ${BATCH}) AS oldest`,
        account,
        days,
      );
      if (old.length === 0) {
        await deleteNotes(tx, account, days);
        return 0;
      }
      await tx.query(
        `WITH calls AS (DELETE FROM call_record WHERE conversation_id = ANY($1::text[]) RETURNING id),
           transfers AS (DELETE FROM transfer_record WHERE conversation_id = ANY($1::text[])),
           offers AS (DELETE FROM offer_record WHERE conversation_id = ANY($1::text[])),
           parts AS (DELETE FROM call_participant USING calls WHERE call_id = calls.id),
           tags AS (DELETE FROM call_tag USING calls WHERE call_id = calls.id),
           taggings AS (DELETE FROM tagging USING calls WHERE call_id = calls.id)
         DELETE FROM wrap_up USING calls WHERE call_id = calls.id`,
        old.map(({ id }) => id),
      );
      return old.length;
    });
  }
}

/** What was told of calls that are gone, or never were there. */
async function deleteNotes(tx: Pick<Database, 'query'>, account: string, days: number): Promise<void> {
  for (const [table, at] of [
    ['wrap_up', 'ended_at'],
    ['tagging', 'at'],
  ] as const)
    await tx.query(
      `DELETE FROM ${table} WHERE account = $1 AND ${at} < now() - make_interval(days => $2::int)
         AND NOT EXISTS (SELECT FROM call_record WHERE id = ${table}.call_id)`,
      account,
      days,
    );
}
