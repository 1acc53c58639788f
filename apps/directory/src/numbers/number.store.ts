import type { NumberEntry } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';

/** A Number as the directory keeps it. */
export type NumberRow = NumberEntry & { readonly account: string };

const COLUMNS = `id, account, label, e164, distribution, dedicated_agent_id AS "dedicatedAgentId", dedicated_team_id AS "dedicatedTeamId", voicemail,
  unavailability_message AS "unavailabilityMessage"`;

export class NumberStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  list(account: string): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 ORDER BY label, id`, account);
  }

  /** The account's Number that a phone number is, if it is one. */
  async idOf(sql: Sql, account: string, e164: string): Promise<string | null> {
    return (await sql.query<{ id: string }>('SELECT id FROM number WHERE account = $1 AND e164 = $2', account, e164))[0]?.id ?? null;
  }

  async add(sql: Sql, account: string, number: NumberEntry): Promise<void> {
    await sql.query(
      `INSERT INTO number (id, account, label, e164, dedicated_agent_id, dedicated_team_id, voicemail, unavailability_message, distribution)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)`,
      number.id,
      account,
      number.label,
      number.e164,
      number.dedicatedAgentId,
      number.dedicatedTeamId,
      number.voicemail,
      number.unavailabilityMessage,
      JSON.stringify(number.distribution),
    );
  }

  /** Counts one more message about the Number. @returns its number, and the Number as it is now */
  async next(sql: Sql, id: string): Promise<NumberRow & { readonly seq: number }> {
    const [row] = await sql.query<NumberRow & { seq: number }>(
      `UPDATE number SET seq = seq + 1 WHERE id = $1 RETURNING ${COLUMNS}, seq`,
      id,
    );
    if (!row) throw new Error(`no Number ${id} to tell of`);
    return row;
  }
}
