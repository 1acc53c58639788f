import type { AgentEntry } from '@cordboard/contracts';
import { plain, soughtIn, type Agent } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import { containing } from '../search.ts';

/** An agent as the directory keeps them. */
export type AgentRow = AgentEntry & {
  readonly account: string;
  readonly search: string;
  readonly teamIds: readonly string[];
  /** Since when they are deactivated; null: they are active. */
  readonly deactivatedAt: Date | null;
};

export const isActive = ({ deactivatedAt }: Pick<AgentRow, 'deactivatedAt'>): boolean => deactivatedAt === null;

const COLUMNS = `agent.id, agent.account, agent.name, agent.extension, agent.role, agent.default_number_id AS "defaultNumberId", agent.forwarding,
  agent.may_dial_out AS "mayDialOut", agent.search, agent.deactivated_at AS "deactivatedAt",
  (SELECT id FROM number WHERE dedicated_agent_id = agent.id) AS "dedicatedNumberId",
  ARRAY(SELECT team_id FROM team_member WHERE agent_id = agent.id ORDER BY team_id) AS "teamIds"`;

export class AgentStore {
  constructor(private readonly sql: Sql) {}

  /** Those who were deactivated, too. */
  byIds(account: string, ids: readonly string[]): Promise<AgentRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM agent WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  /** Active ones, by name, those that hold every part of what is sought; `after` is the place (search, id) behind which to begin. */
  list(o: { account: string; teamId: string | null; search: string; limit: number; after: readonly string[] | null }): Promise<AgentRow[]> {
    const parts = soughtIn(o.search).map(containing);
    const holds = (i: number): string =>
      `AND (search LIKE $${i + 6} OR EXISTS (SELECT FROM number WHERE dedicated_agent_id = agent.id AND e164 LIKE $${i + 6}))`;
    return this.sql.query(
      `SELECT ${COLUMNS} FROM agent
       WHERE account = $1 AND deactivated_at IS NULL AND ($2::text IS NULL OR EXISTS (SELECT FROM team_member WHERE team_id = $2 AND agent_id = agent.id))
         AND ($3::text IS NULL OR (search, id) > ($3, $4::text)) ${parts.map((_, i) => holds(i)).join(' ')}
       ORDER BY search, id LIMIT $5`,
      o.account,
      o.teamId,
      o.after?.[0] ?? null,
      o.after?.[1] ?? null,
      o.limit,
      ...parts,
    );
  }

  /** Whether another agent has this id, anywhere, or this extension, in the account. */
  async taken(agent: Agent): Promise<{ readonly idIsTaken: boolean; readonly extensionIsTaken: boolean }> {
    const [facts] = await this.sql.query<{ idIsTaken: boolean; extensionIsTaken: boolean }>(
      `SELECT EXISTS (SELECT FROM agent WHERE id = $1) AS "idIsTaken",
              EXISTS (SELECT FROM agent WHERE account = $2 AND extension = $3 AND id <> $1) AS "extensionIsTaken"`,
      agent.id,
      agent.account,
      agent.extension,
    );
    return facts ?? { idIsTaken: false, extensionIsTaken: false };
  }

  async save(agent: Agent): Promise<void> {
    await this.sql.query(
      `INSERT INTO agent (id, account, name, extension, role, default_number_id, forwarding, may_dial_out, search) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, extension = excluded.extension, role = excluded.role, default_number_id = excluded.default_number_id,
         forwarding = excluded.forwarding, may_dial_out = excluded.may_dial_out, search = excluded.search`,
      agent.id,
      agent.account,
      agent.name,
      agent.extension,
      agent.role,
      agent.defaultNumberId,
      agent.forwarding,
      agent.mayDialOut,
      `${plain(agent.name)} ${agent.extension}`,
    );
  }

  /** Tokens that the agent has now are not taken any more: a token says in whole seconds when it was issued. */
  async revokeTokens(account: string, id: string): Promise<void> {
    await this.sql.query(
      `UPDATE agent SET tokens_from = date_trunc('second', clock_timestamp()) + interval '1 s' WHERE account = $1 AND id = $2`,
      account,
      id,
    );
  }

  /** Those whose tokens were revoked since, or at all. No token of one who is deactivated is taken, whenever it was issued. */
  revoked(since: string | null): Promise<{ agentId: string; account: string; before: Date }[]> {
    return this.sql.query(
      `SELECT id AS "agentId", account, CASE WHEN deactivated_at IS NULL THEN tokens_from ELSE '9999-12-31T00:00:00Z' END AS before FROM agent
       WHERE tokens_from >= coalesce($1::timestamptz, '-infinity') OR deactivated_at >= coalesce($1::timestamptz, '-infinity')`,
      since,
    );
  }

  async deactivate(id: string): Promise<void> {
    await this.sql.query('UPDATE agent SET deactivated_at = clock_timestamp() WHERE id = $1', id);
  }

  /** Tokens that were issued before are not taken again. */
  async reactivate(id: string): Promise<void> {
    await this.sql.query(
      `UPDATE agent SET deactivated_at = NULL, tokens_from = greatest(tokens_from, date_trunc('second', clock_timestamp())) WHERE id = $1`,
      id,
    );
  }

  /** A Number that is deleted is nobody's default any more. @returns the active agents whose it was */
  async forgetDefault(account: string, numberId: string): Promise<{ readonly id: string }[]> {
    const rows = await this.sql.query<{ id: string; deactivatedAt: Date | null }>(
      `UPDATE agent SET default_number_id = NULL WHERE account = $1 AND default_number_id = $2 RETURNING id, deactivated_at AS "deactivatedAt"`,
      account,
      numberId,
    );
    return rows.filter(isActive);
  }

  /** Counts one more message about the agent. @returns its number, and the agent as they are now */
  async next(sql: Sql, id: string): Promise<AgentRow & { readonly seq: number }> {
    const [row] = await sql.query<AgentRow & { seq: number }>(`UPDATE agent SET seq = seq + 1 WHERE id = $1 RETURNING ${COLUMNS}, seq`, id);
    if (!row) throw new Error(`no agent ${id} to tell of`);
    return row;
  }
}
