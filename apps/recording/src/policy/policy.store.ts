import type { PolicyEntry } from '@cordboard/contracts';
import type { Policy } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';

/** Keeps what an account wants recorded from now on, and for how long. */
export async function savePolicy(tx: Sql, account: string, policy: PolicyEntry): Promise<void> {
  await tx.query(
    `INSERT INTO policy (account, recording, consultations_recorded, recording_days) VALUES ($1, $2, $3, $4) ON CONFLICT (account) DO UPDATE
     SET recording = excluded.recording, consultations_recorded = excluded.consultations_recorded, recording_days = excluded.recording_days`,
    account,
    policy.recording,
    policy.consultationsRecorded,
    policy.recordingDays,
  );
}

/** What is to be recorded of calls on a line now: what its Number says, or else the account. */
export async function policyFor(tx: Sql, account: string, lineId: string | null): Promise<Policy> {
  const [row] = await tx.query<{ policy: Policy }>(
    `SELECT coalesce((SELECT recording FROM number WHERE account = $1 AND id = $2), (SELECT recording FROM policy WHERE account = $1), 'ON_DEMAND') AS policy`,
    account,
    lineId,
  );
  return row?.policy ?? 'ON_DEMAND';
}

export async function consultationsRecorded(tx: Sql, account: string): Promise<boolean> {
  return (
    (await tx.query<{ yes: boolean }>('SELECT consultations_recorded AS yes FROM policy WHERE account = $1', account))[0]?.yes ?? false
  );
}

/** How long accounts keep recordings, those that do not keep them for ever. */
export const keepingDays = (sql: Sql): Promise<{ account: string; days: number }[]> =>
  sql.query('SELECT account, recording_days AS days FROM policy WHERE recording_days IS NOT NULL');
