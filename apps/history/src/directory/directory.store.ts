import { countryOf } from '@cordboard/phone-number';
import type { Sql } from '@cordboard/platform-database';

/** What is kept of a policy. A zone that PostgreSQL does not know counts as UTC: rows must be counted in some zone. */
export async function savePolicy(
  tx: Sql,
  account: string,
  { timeZone, historyDays }: { timeZone: string; historyDays: number | null },
): Promise<void> {
  await tx.query(
    `INSERT INTO policy (account, time_zone, history_days)
     VALUES ($1, coalesce((SELECT name FROM pg_timezone_names WHERE lower(name) = lower($2) LIMIT 1), 'UTC'), $3::int)
     ON CONFLICT (account) DO UPDATE SET time_zone = excluded.time_zone, history_days = excluded.history_days`,
    account,
    timeZone,
    historyDays,
  );
}

/** Somebody or something of the directory, by name. */
export interface Entry {
  readonly kind: 'agent' | 'team' | 'number';
  readonly id: string;
  readonly name: string;
  readonly e164?: string;
  readonly memberIds?: readonly string[];
}

export async function saveEntry(tx: Sql, account: string, { kind, id, name, e164, memberIds }: Entry): Promise<void> {
  await tx.query(
    `INSERT INTO directory_entry (kind, id, account, name, e164, member_ids) VALUES ($1, $2, $3, $4, $5, $6::text[])
     ON CONFLICT (kind, id) DO UPDATE SET account = excluded.account, name = excluded.name, e164 = excluded.e164, member_ids = excluded.member_ids`,
    kind,
    id,
    account,
    name,
    e164 ?? null,
    memberIds ?? [],
  );
}

/** What history knows of an account. */
export class DirectoryStore {
  constructor(private readonly sql: Sql) {}

  /** In which hours and days are counted. */
  async timeZone(account: string): Promise<string> {
    return (await this.sql.query<{ zone: string }>('SELECT time_zone AS zone FROM policy WHERE account = $1', account))[0]?.zone ?? 'UTC';
  }

  /** The country that most of the account's Numbers are in, ISO 3166-1; null where it has none. */
  async homeCountry(account: string): Promise<string | null> {
    const numbers = await this.sql.query<{ e164: string }>(
      `SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' AND e164 IS NOT NULL ORDER BY e164 LIMIT 1000`,
      account,
    );
    return countryOf(numbers.map(({ e164 }) => e164));
  }

  async hasAgent(account: string, id: string): Promise<boolean> {
    return (await this.sql.query(`SELECT FROM directory_entry WHERE kind = 'agent' AND id = $1 AND account = $2`, id, account)).length > 0;
  }

  /** Who is in the team now; null where the account has no such team. */
  async membersOf(account: string, teamId: string): Promise<readonly string[] | null> {
    const [team] = await this.sql.query<{ members: string[] }>(
      `SELECT member_ids AS members FROM directory_entry WHERE kind = 'team' AND id = $1 AND account = $2`,
      teamId,
      account,
    );
    return team?.members ?? null;
  }

  /** What these agents and Numbers are called, by kind and id, like `agent bob`. */
  async namesOf(
    account: string,
    kind: Entry['kind'],
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { name: string; e164: string | null }>> {
    const rows = await this.sql.query<{ id: string; name: string; e164: string | null }>(
      'SELECT id, name, e164 FROM directory_entry WHERE account = $1 AND kind = $2 AND id = ANY($3::text[])',
      account,
      kind,
      ids,
    );
    return new Map(rows.map(({ id, ...entry }) => [id, entry]));
  }
}
