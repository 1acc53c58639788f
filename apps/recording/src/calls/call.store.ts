import type { Mode, Origin, Policy } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';

/** A call that routing told of, with what decides about its recording. */
export interface RecordedCall {
  readonly id: string;
  readonly account: string;
  readonly madeBy: Mode | null;
  readonly policy: Policy;
}

export class CallStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<RecordedCall[]> {
    return this.sql.query(
      `SELECT id, account, made_by AS "madeBy", coalesce((SELECT recording FROM policy WHERE policy.account = recorded_call.account), 'ON_DEMAND') AS policy
       FROM recorded_call WHERE account = $1 AND id = ANY($2::text[])`,
      account,
      ids,
    );
  }

  /** Keeps that there is a call, and how it came to be once that is known. */
  async save(tx: Sql, account: string, origin: Origin): Promise<void> {
    await tx.query(
      'INSERT INTO recorded_call (id, account, made_by) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET made_by = coalesce(excluded.made_by, recorded_call.made_by)',
      origin.callId,
      account,
      origin.madeBy,
    );
  }
}
