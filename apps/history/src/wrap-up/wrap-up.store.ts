import type { Sql } from '@cordboard/platform-database';
import { holdNotes } from '../records/flow.store.ts';

/** Keeps how long an agent's work after a call took, and on the call's row how long all of it did. */
export async function saveWrapUp(
  tx: Sql,
  wrapUp: { account: string; callId: string; agentId: string; startedAt: string; endedAt: string },
): Promise<void> {
  await holdNotes(tx, [wrapUp.callId]);
  await tx.query(
    `INSERT INTO wrap_up (call_id, agent_id, account, started_at, ended_at) VALUES ($1, $2, $3, $4::timestamptz, $5::timestamptz)
     ON CONFLICT (call_id, agent_id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at`,
    wrapUp.callId,
    wrapUp.agentId,
    wrapUp.account,
    wrapUp.startedAt,
    wrapUp.endedAt,
  );
  await tx.query(
    `UPDATE call_record SET wrap_up_ms = (SELECT sum(1000 * extract(epoch FROM ended_at - started_at))::int FROM wrap_up WHERE call_id = $1 AND account = $2)
     WHERE id = $1 AND account = $2`,
    wrapUp.callId,
    wrapUp.account,
  );
}
