import type { Database } from '@cordboard/platform-database';

/** How long the log is kept, in days. */
const KEPT_DAYS = 30;
const BATCH = 1_000;

/** Forgets settled deliveries and calls that are older than the log goes back. @returns how many rows, of at most a batch each */
export async function forgetOld(database: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  const deliveries = await database.query(
    `DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE created_at < $1 AND state <> 'PENDING' ORDER BY created_at LIMIT ${BATCH}) RETURNING id`,
    before,
  );
  const calls = await database.query(
    `DELETE FROM known_call WHERE id IN (SELECT id FROM known_call WHERE seen_at < $1 ORDER BY seen_at LIMIT ${BATCH}) RETURNING id`,
    before,
  );
  return deliveries.length + calls.length;
}
