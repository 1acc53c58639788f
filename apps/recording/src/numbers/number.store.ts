import type { NumberEntry, TeamEntry } from '@cordboard/contracts';
import { assigneesOf } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';

/** A Number by its id alone; the rest is the directory's. */
export interface NumberRef {
  readonly id: string;
}

/** A Number, and the agents whom it is assigned to now. */
export interface AssignedNumber extends NumberRef {
  readonly agentIds: readonly string[];
}

/** Numbers and teams, as far as they tell who may hear what. */
export class NumberStore {
  constructor(private readonly sql: Sql) {}

  async ofAccount(account: string): Promise<AssignedNumber[]> {
    const rows = await this.sql.query<{ id: string; dedicatedAgentId: string | null; teamMemberIds: string[] }>(
      `SELECT number.id, dedicated_agent_id AS "dedicatedAgentId", coalesce(member_ids, '{}') AS "teamMemberIds"
       FROM number LEFT JOIN team ON team.id = dedicated_team_id AND team.account = number.account WHERE number.account = $1`,
      account,
    );
    return rows.map((row) => ({ id: row.id, agentIds: assigneesOf(row) }));
  }

  async saveNumber(tx: Sql, account: string, { id, dedicatedAgentId, dedicatedTeamId, recording }: NumberEntry): Promise<void> {
    await tx.query(
      `INSERT INTO number (id, account, dedicated_agent_id, dedicated_team_id, recording) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE
       SET dedicated_agent_id = excluded.dedicated_agent_id, dedicated_team_id = excluded.dedicated_team_id, recording = excluded.recording`,
      id,
      account,
      dedicatedAgentId,
      dedicatedTeamId,
      recording,
    );
  }

  async saveTeam(tx: Sql, account: string, { id, memberIds }: TeamEntry): Promise<void> {
    await tx.query(
      'INSERT INTO team (id, account, member_ids) VALUES ($1, $2, $3::text[]) ON CONFLICT (id) DO UPDATE SET member_ids = excluded.member_ids',
      id,
      account,
      memberIds,
    );
  }
}
