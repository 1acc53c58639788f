import type { Sql } from '@cordboard/platform-database';
import { holdNotes } from '../records/flow.store.ts';

/**
 * Keeps a call's tags, all of them each time, and on its row to be filtered by. Two agents' taggings of one call may arrive in any
 * order: the later one holds.
 */
export async function saveTags(
  tx: Sql,
  tagging: { account: string; callId: string; agentId: string; tags: readonly string[]; at: string },
): Promise<void> {
  await holdNotes(tx, [tagging.callId]);
  const kept = await tx.query(
    `INSERT INTO tagging (call_id, account, agent_id, tags, at) VALUES ($1, $2, $3, $4::text[], $5::timestamptz)
     ON CONFLICT (call_id) DO UPDATE SET agent_id = excluded.agent_id, tags = excluded.tags, at = excluded.at
       WHERE tagging.account = excluded.account AND (excluded.at, excluded.agent_id) >= (tagging.at, tagging.agent_id)
     RETURNING call_id`,
    tagging.callId,
    tagging.account,
    tagging.agentId,
    [...new Set(tagging.tags)],
    tagging.at,
  );
  if (kept.length === 0) return;
  await tx.query('DELETE FROM call_tag WHERE call_id = $1', tagging.callId);
  await tx.query(
    `WITH tagged AS (UPDATE call_record SET tags = tagging.tags FROM tagging
       WHERE tagging.call_id = $1 AND call_record.id = $1 AND call_record.account = tagging.account
       RETURNING call_record.id, call_record.account, call_record.started_at, call_record.tags)
     INSERT INTO call_tag (call_id, account, tag, started_at) SELECT id, account, unnest(tags), started_at FROM tagged`,
    tagging.callId,
  );
}
