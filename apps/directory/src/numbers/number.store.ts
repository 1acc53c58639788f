import type { NumberEntry } from '@cordboard/contracts';
import type { Line } from '@cordboard/domain-directory';
import { countryOf } from '@cordboard/phone-number';
import type { Sql } from '@cordboard/platform-database';

/** A Number as the directory keeps it. */
export type NumberRow = NumberEntry & { readonly account: string };

const COLUMNS = `id, account, label, e164, distribution, dedicated_agent_id AS "dedicatedAgentId", dedicated_team_id AS "dedicatedTeamId", voicemail,
  unavailability_message AS "unavailabilityMessage", greeting, opening_hours AS "openingHours", recording`;

export class NumberStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  list(account: string): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 ORDER BY label, id`, account);
  }

  /** The country that most of the account's Numbers are in (ISO 3166-1): numbers without + are read there. Null where there is none. */
  async country(account: string): Promise<string | null> {
    const rows = await this.sql.query<{ e164: string }>('SELECT e164 FROM number WHERE account = $1 ORDER BY label, id', account);
    return countryOf(rows.map(({ e164 }) => e164));
  }

  /** The account's Number that a phone number is, if it is one. */
  async idOf(sql: Sql, account: string, e164: string): Promise<string | null> {
    return (await sql.query<{ id: string }>('SELECT id FROM number WHERE account = $1 AND e164 = $2', account, e164))[0]?.id ?? null;
  }

  /** What of a Number that is wanted is taken: its id and phone number, anywhere; its holder, by another Number, whose label it tells. */
  async taken(line: Line): Promise<{ readonly idIsTaken: boolean; readonly numberIsTaken: boolean; readonly holderHas: string | null }> {
    const [facts] = await this.sql.query<{ idIsTaken: boolean; numberIsTaken: boolean; holderHas: string | null }>(
      `SELECT EXISTS (SELECT FROM number WHERE id = $1) AS "idIsTaken", EXISTS (SELECT FROM number WHERE e164 = $2 AND id <> $1) AS "numberIsTaken",
              (SELECT label FROM number WHERE id <> $1 AND (dedicated_agent_id = $3 OR dedicated_team_id = $4) LIMIT 1) AS "holderHas"`,
      line.id,
      line.e164,
      line.dedicatedAgentId,
      line.dedicatedTeamId,
    );
    return facts ?? { idIsTaken: false, numberIsTaken: false, holderHas: null };
  }

  async save(line: Line): Promise<void> {
    await this.sql.query(
      `INSERT INTO number (id, account, label, e164, dedicated_agent_id, dedicated_team_id, voicemail, unavailability_message, greeting, distribution, opening_hours, recording)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12)
       ON CONFLICT (id) DO UPDATE SET label = excluded.label, dedicated_agent_id = excluded.dedicated_agent_id, dedicated_team_id = excluded.dedicated_team_id,
         voicemail = excluded.voicemail, unavailability_message = excluded.unavailability_message, greeting = excluded.greeting,
         distribution = excluded.distribution, opening_hours = excluded.opening_hours, recording = excluded.recording`,
      line.id,
      line.account,
      line.label,
      line.e164,
      line.dedicatedAgentId,
      line.dedicatedTeamId,
      line.voicemail,
      line.unavailabilityMessage,
      line.greeting,
      JSON.stringify(line.distribution),
      line.openingHours === null ? null : JSON.stringify(line.openingHours),
      line.recording,
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
