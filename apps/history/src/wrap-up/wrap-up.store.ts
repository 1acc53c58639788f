import type { Sql } from '@cordboard/platform-database';

/** Keeps how long an agent's work after a call took. */
export async function saveWrapUp(
  tx: Sql,
  wrapUp: { account: string; callId: string; agentId: string; startedAt: string; endedAt: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO wrap_up (call_id, agent_id, account, started_at, ended_at) VALUES ($1, $2, $3, $4::timestamptz, $5::timestamptz)
     ON CONFLICT (call_id, agent_id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at`,
    wrapUp.callId,
    wrapUp.agentId,
    wrapUp.account,
    wrapUp.startedAt,
    wrapUp.endedAt,
  );
}
