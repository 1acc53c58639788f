import type { MessageFile, NumberEntry } from '@cordboard/contracts';
import type { Line } from '@cordboard/domain-directory';
import { countryOf } from '@cordboard/phone-number';
import type { Sql } from '@cordboard/platform-database';

/** A Number as the directory keeps it. */
export type NumberRow = NumberEntry & {
  readonly account: string;
  /** Null: it is there. */
  readonly deletedAt: Date | null;
};

/** A message of its own that a Number has. */
export interface NumberMessageRow {
  readonly kind: 'GREETING' | 'VOICEMAIL' | 'UNAVAILABLE' | 'MUSIC';
  /** Another text, language or file has another one. */
  readonly id: string;
  readonly text: string | null;
  readonly file: MessageFile | null;
}

const COLUMNS = `id, account, label, e164, distribution, dedicated_agent_id AS "dedicatedAgentId", dedicated_team_id AS "dedicatedTeamId", voicemail,
  unavailability_message AS "unavailabilityMessage", voicemail_message AS "voicemailMessage", language, files, greeting,
  opening_hours AS "openingHours", recording, deleted_at AS "deletedAt"`;

export class NumberStore {
  constructor(private readonly sql: Sql) {}

  /** Deleted ones, too. */
  byIds(account: string, ids: readonly string[]): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  list(account: string): Promise<NumberRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM number WHERE account = $1 AND deleted_at IS NULL ORDER BY label, id`, account);
  }

  /** What the account calls a Number; null where none is given. */
  async labelOf(account: string, id: string | null): Promise<string | null> {
    return id === null ? null : ((await this.byIds(account, [id]))[0]?.label ?? null);
  }

  /** The country that most of the account's Numbers are in (ISO 3166-1): numbers without + are read there. Null where there is none. */
  async country(account: string): Promise<string | null> {
    const rows = await this.sql.query<{ e164: string }>(
      'SELECT e164 FROM number WHERE account = $1 AND deleted_at IS NULL ORDER BY label, id',
      account,
    );
    return countryOf(rows.map(({ e164 }) => e164));
  }

  /** The account's Number that a phone number is, if it is one. */
  async idOf(sql: Sql, account: string, e164: string): Promise<string | null> {
    return (
      (await sql.query<{ id: string }>('SELECT id FROM number WHERE account = $1 AND e164 = $2 AND deleted_at IS NULL', account, e164))[0]
        ?.id ?? null
    );
  }

  /** What of a Number that is wanted is taken: its id and phone number, anywhere; its holder, by another Number, whose label it tells. */
  async taken(line: Line): Promise<{ readonly idIsTaken: boolean; readonly numberIsTaken: boolean; readonly holderHas: string | null }> {
    const [facts] = await this.sql.query<{ idIsTaken: boolean; numberIsTaken: boolean; holderHas: string | null }>(
      `SELECT EXISTS (SELECT FROM number WHERE id = $1) AS "idIsTaken", EXISTS (SELECT FROM number WHERE e164 = $2 AND id <> $1 AND deleted_at IS NULL) AS "numberIsTaken",
              (SELECT label FROM number WHERE id <> $1 AND (dedicated_agent_id = $3 OR dedicated_team_id = $4) LIMIT 1) AS "holderHas"`,
      line.id,
      line.e164,
      line.dedicatedAgentId,
      line.dedicatedTeamId,
    );
    return facts ?? { idIsTaken: false, numberIsTaken: false, holderHas: null };
  }

  /** The labels of the account's Numbers whose distribution rings this agent or this team. */
  async thatRing(account: string, whom: { readonly agentId: string } | { readonly teamId: string }): Promise<string[]> {
    const rows = await this.sql.query<{ label: string }>(
      'SELECT label FROM number WHERE account = $1 AND deleted_at IS NULL AND distribution @> $2::jsonb ORDER BY label, id',
      account,
      JSON.stringify([whom]),
    );
    return rows.map(({ label }) => label);
  }

  /** It is kept for its label; its phone number may become a Number again. */
  async delete(id: string): Promise<void> {
    await this.sql.query('UPDATE number SET deleted_at = clock_timestamp() WHERE id = $1', id);
  }

  async save(line: Line): Promise<void> {
    await this.sql.query(
      `INSERT INTO number (id, account, label, e164, dedicated_agent_id, dedicated_team_id, voicemail, unavailability_message, greeting, distribution, opening_hours, recording,
         voicemail_message, language, files)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12, $13, $14, $15::jsonb)
       ON CONFLICT (id) DO UPDATE SET label = excluded.label, dedicated_agent_id = excluded.dedicated_agent_id, dedicated_team_id = excluded.dedicated_team_id,
         voicemail = excluded.voicemail, unavailability_message = excluded.unavailability_message, greeting = excluded.greeting,
         distribution = excluded.distribution, opening_hours = excluded.opening_hours, recording = excluded.recording,
         voicemail_message = excluded.voicemail_message, language = excluded.language, files = excluded.files`,
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
      line.voicemailMessage,
      line.language,
      JSON.stringify(line.files),
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
