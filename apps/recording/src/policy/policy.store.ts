import type { Policy } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';

/** Keeps what an account wants recorded from now on. */
export async function savePolicy(tx: Sql, account: string, recording: Policy): Promise<void> {
  await tx.query(
    'INSERT INTO policy (account, recording) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET recording = excluded.recording',
    account,
    recording,
  );
}
