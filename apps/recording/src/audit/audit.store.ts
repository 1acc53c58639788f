import type { Sql } from '@cordboard/platform-database';

/** What was done with a recording, or a voicemail. */
export type Act = 'URL_GIVEN' | 'OPENED' | 'HOLD_SET' | 'HOLD_LIFTED' | 'DELETED' | 'RETENTION';

/** Somebody did something, or Cordboard itself (`agentId` null). */
export interface Audited {
  readonly id: string;
  readonly agentId: string | null;
  readonly what: Act;
  readonly at: Date;
}

/** Who did what with what was recorded. Nothing is ever taken out of it. */
export class AuditStore {
  constructor(private readonly sql: Sql) {}

  async note(
    about: string,
    what: Act,
    by: { readonly account: string; readonly agentId: string | null },
    tx: Sql = this.sql,
  ): Promise<void> {
    await tx.query(
      'INSERT INTO audit (account, recording_id, agent_id, what) VALUES ($1, $2, $3, $4)',
      by.account,
      about,
      by.agentId,
      what,
    );
  }

  /** Newest first. */
  page(o: { account: string; about: string; after: readonly string[] | null; limit: number }): Promise<Audited[]> {
    return this.sql.query(
      `SELECT id::text, agent_id AS "agentId", what, at FROM audit
       WHERE account = $1 AND recording_id = $2 AND ($3::bigint IS NULL OR id < $3::bigint) ORDER BY id DESC LIMIT $4::int`,
      o.account,
      o.about,
      o.after?.[0] ?? null,
      o.limit,
    );
  }
}
