import type { TeamEntry } from '@cordboard/contracts';
import type { Team } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';

/** A team as the directory keeps it. */
export type TeamRow = TeamEntry & {
  readonly account: string;
  /** Null: it is there. */
  readonly deletedAt: Date | null;
};

const COLUMNS = `team.id, team.account, team.name, team.deleted_at AS "deletedAt",
  (SELECT id FROM number WHERE dedicated_team_id = team.id) AS "dedicatedNumberId",
  ARRAY(SELECT agent.id FROM team_member JOIN agent ON agent.id = agent_id WHERE team_id = team.id ORDER BY search, agent.id) AS "memberIds"`;

export class TeamStore {
  constructor(private readonly sql: Sql) {}

  /** Deleted ones, too. */
  byIds(account: string, ids: readonly string[]): Promise<TeamRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM team WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  list(account: string): Promise<TeamRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM team WHERE account = $1 AND deleted_at IS NULL ORDER BY name, id`, account);
  }

  /** Whether there is or was a team of this id, in any account. */
  async has(id: string): Promise<boolean> {
    return (await this.sql.query('SELECT FROM team WHERE id = $1', id)).length > 0;
  }

  async save({ id, account, name, memberIds }: Team): Promise<void> {
    await this.sql.query(
      'INSERT INTO team (id, account, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name',
      id,
      account,
      name,
    );
    await this.sql.query('DELETE FROM team_member WHERE team_id = $1 AND agent_id <> ALL($2::text[])', id, memberIds);
    await this.sql.query(
      'INSERT INTO team_member (team_id, agent_id) SELECT $1, agent_id FROM unnest($2::text[]) AS agent_id ON CONFLICT DO NOTHING',
      id,
      memberIds,
    );
  }

  /** It is kept for its name, without members. */
  async delete(id: string): Promise<void> {
    await this.sql.query('UPDATE team SET deleted_at = clock_timestamp() WHERE id = $1', id);
    await this.sql.query('DELETE FROM team_member WHERE team_id = $1', id);
  }

  /** Counts one more message about the team. @returns its number, and the team as it is now */
  async next(sql: Sql, id: string): Promise<TeamRow & { readonly seq: number }> {
    const [row] = await sql.query<TeamRow & { seq: number }>(`UPDATE team SET seq = seq + 1 WHERE id = $1 RETURNING ${COLUMNS}, seq`, id);
    if (!row) throw new Error(`no team ${id} to tell of`);
    return row;
  }
}
