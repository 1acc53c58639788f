import type { Sql } from '@cordboard/platform-database';
import type { CallPayload } from '../events/payloads.ts';

/** Calls as routing last showed them. */
export const knownCalls = async (tx: Sql, account: string, ids: readonly string[]): Promise<ReadonlyMap<string, CallPayload>> => {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ body: CallPayload }>(
    'SELECT body FROM known_call WHERE account = $1 AND id = ANY($2::text[])',
    account,
    ids,
  );
  return new Map(rows.map(({ body }) => [body.id, body]));
};

export async function saveCalls(tx: Sql, account: string, calls: readonly CallPayload[], seenAt: Date): Promise<void> {
  if (calls.length === 0) return;
  await tx.query(
    `INSERT INTO known_call (id, account, body, seen_at) SELECT body->>'id', $1, body, $3 FROM jsonb_array_elements($2::jsonb) AS body
     ON CONFLICT (id) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at`,
    account,
    JSON.stringify(calls),
    seenAt,
  );
}
