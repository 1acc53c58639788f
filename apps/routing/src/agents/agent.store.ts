import { hindranceFor, type Hindrance } from '@cordboard/domain-presence';
import { searchText } from '@cordboard/domain-transfer';
import { PolicyEntry, type AgentEntry, type AgentStanding, usualPolicy } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { RoutingDatabase } from '../database.store.ts';
import { columnsOf, knownAgent, type AgentRow, type KnownAgent } from './agent.row.ts';

export type { KnownAgent } from './agent.row.ts';

/** A target's people. */
export interface Behind {
  readonly label: string;
  readonly members: readonly KnownAgent[];
  readonly policy: PolicyEntry;
  /** What the transferor's colleagues are shown of them. */
  readonly transferor: { readonly number: string; readonly name: string };
}

export const policyOf = (body: unknown): PolicyEntry => (body ? PolicyEntry.parse(body) : usualPolicy);

type BehindRow = Partial<AgentRow> & { readonly label: string; readonly policy: unknown; readonly transferor: Behind['transferor'] | null };

/** The row per agent that calls are decided on. */
export class AgentStore {
  constructor(private readonly database: RoutingDatabase) {}

  async find(account: string, ids: readonly string[]): Promise<readonly KnownAgent[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<AgentRow>(
      `SELECT ${columnsOf('a')} FROM agent a WHERE a.account = $1 AND a.id = ANY($2)`,
      account,
      ids,
    );
    const byId = new Map(rows.map((row) => [row.id, knownAgent(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /**
   * Everybody behind a target, the account's ring time and who transfers, in one round trip.
   * @returns null where there is no such team or no such active agent
   */
  async behind(
    account: string,
    transferorId: string,
    target: { readonly agentId: string } | { readonly teamId: string },
  ): Promise<Behind | null> {
    const policy = `(SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1) AS policy,
      (SELECT jsonb_build_object('number', extension, 'name', name) FROM agent WHERE account = $1 AND id = $3) AS transferor`;
    const rows =
      'agentId' in target
        ? await this.database.query<BehindRow>(
            `SELECT ${columnsOf('a')}, a.name AS label, ${policy} FROM agent a WHERE a.account = $1 AND a.id = $2 AND a.active`,
            account,
            target.agentId,
            transferorId,
          )
        : await this.database.query<BehindRow>(
            `SELECT ${columnsOf('a')}, t.name AS label, ${policy} FROM directory_entry t
               LEFT JOIN team_member m ON m.account = t.account AND m.team_id = t.id LEFT JOIN agent a ON a.account = $1 AND a.id = m.agent_id AND a.active
             WHERE t.account = $1 AND t.kind = 'team' AND t.id = $2 ORDER BY a.id`,
            account,
            target.teamId,
            transferorId,
          );
    const [first] = rows;
    return first
      ? {
          label: first.label,
          members: rows.flatMap((row) => (row.id ? [knownAgent(row as AgentRow)] : [])),
          policy: policyOf(first.policy),
          transferor: first.transferor ?? { number: '', name: transferorId },
        }
      : null;
  }

  /** The call that this agent does after-call work for, if they do. */
  async wrapsUp(account: string, agentId: string): Promise<string | null> {
    const [row] = await this.database.query<{ wrap_up_call_id: string | null }>(
      'SELECT wrap_up_call_id FROM agent WHERE account = $1 AND id = $2 AND in_wrap_up',
      account,
      agentId,
    );
    return row?.wrap_up_call_id ?? null;
  }

  /** Whether this agent may be rung with a call that comes back to them: they are reserved for it. */
  async canTakeBack(account: string, agentId: string): Promise<{ available: boolean; rev: number }> {
    const [agent] = await this.find(account, [agentId]);
    return { available: agent !== undefined && hindranceFor('RETURN', agent.standing) === null, rev: agent?.rev ?? 0 };
  }

  /**
   * Takes presence's word for what an agent's standing is; what is older than what is known changes nothing.
   * @returns the conversation that rings them with something that they may not be rung with any more, if there is one
   */
  async told(sql: Sql, account: string, standing: AgentStanding): Promise<{ readonly rescindIn: string | null }> {
    const [row] = await sql.query<Pick<AgentRow, 'engaged_as' | 'engaged_by'>>(
      `INSERT INTO agent (account, id, standing_rev, status, reachable, in_wrap_up, name, search, wrap_up_call_id) VALUES ($1, $2, $3, $4, $5, $6, $2, $9, $10)
       ON CONFLICT (id) DO UPDATE SET standing_rev = excluded.standing_rev, status = excluded.status, reachable = excluded.reachable, in_wrap_up = excluded.in_wrap_up, wrap_up_call_id = excluded.wrap_up_call_id, rev = agent.rev + 1,
         settling_conversation = CASE WHEN agent.settling_conversation = $7 AND agent.settling_seq <= $8 THEN NULL ELSE agent.settling_conversation END
       WHERE agent.account = $1 AND agent.standing_rev < $3 RETURNING engaged_as, engaged_by`,
      account,
      standing.agentId,
      standing.rev,
      standing.status,
      standing.reachable,
      standing.inWrapUp,
      standing.seen?.conversationId ?? null,
      standing.seen?.seq ?? 0,
      searchText(standing.agentId),
      standing.wrapUpCallId,
    );
    const [known] = row ? [row] : await this.toldBefore(sql, account, standing);
    return { rescindIn: known?.engaged_as === 'RINGING' ? known.engaged_by : null };
  }

  /** What is old news may still be the first word of what presence has seen, and its effect on calls may have been lost with a process. */
  private toldBefore(sql: Sql, account: string, { agentId, seen }: AgentStanding): Promise<Pick<AgentRow, 'engaged_as' | 'engaged_by'>[]> {
    return sql.query(
      `UPDATE agent SET settling_conversation = CASE WHEN settling_conversation = $3 AND settling_seq <= $4 THEN NULL ELSE settling_conversation END
       WHERE account = $1 AND id = $2 RETURNING engaged_as, engaged_by`,
      account,
      agentId,
      seen?.conversationId ?? null,
      seen?.seq ?? 0,
    );
  }

  /** The active agent whose extension was dialled, or whose id, as phones have it; null: nobody's. */
  async dialled(account: string, to: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      'SELECT id FROM agent WHERE account = $1 AND active AND (extension = $2 OR id = $2) ORDER BY extension = $2 DESC LIMIT 1',
      account,
      to,
    );
    return row?.id ?? null;
  }

  /** They are not rung any more, whatever presence has said or says; a ring that is being decided is decided anew. */
  async deactivate(sql: Sql, account: string, agentId: string): Promise<void> {
    await sql.query('UPDATE agent SET active = false, rev = rev + 1 WHERE account = $1 AND id = $2', account, agentId);
  }

  /** A transfer to the team that is being decided is decided anew. */
  async touchMembers(sql: Sql, account: string, teamId: string): Promise<void> {
    await sql.query(
      'UPDATE agent SET rev = rev + 1 WHERE account = $1 AND id = ANY(ARRAY(SELECT agent_id FROM team_member WHERE account = $1 AND team_id = $2 ORDER BY 1))',
      account,
      teamId,
    );
  }

  /** The conversation that rings this agent now; null: none does. */
  async rungBy(account: string, agentId: string): Promise<string | null> {
    const [row] = await this.database.query<{ engaged_by: string | null }>(
      `SELECT engaged_by FROM agent WHERE account = $1 AND id = $2 AND engaged_as = 'RINGING'`,
      account,
      agentId,
    );
    return row?.engaged_by ?? null;
  }

  /** Whether they have a leg in a call, or are kept for one that may come back to them. What only rings them does not count. */
  async hasCall(account: string, agentId: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM agent WHERE account = $1 AND id = $2 AND (engaged_as = 'IN_CALL' OR reserved_by <> '{}')`,
      account,
      agentId,
    );
    return rows.length > 0;
  }

  /** They are active, too. */
  async save(sql: Sql, account: string, agent: AgentEntry): Promise<void> {
    await sql.query(
      `INSERT INTO agent (id, account, name, search, extension, may_dial_out, default_number_id, dedicated_number_id, forwarding) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, search = excluded.search, extension = excluded.extension, may_dial_out = excluded.may_dial_out,
         default_number_id = excluded.default_number_id, dedicated_number_id = excluded.dedicated_number_id, forwarding = excluded.forwarding, active = true,
         rev = CASE WHEN agent.active THEN agent.rev ELSE agent.rev + 1 END`,
      agent.id,
      account,
      agent.name,
      searchText(agent.name, agent.extension),
      agent.extension,
      agent.mayDialOut,
      agent.defaultNumberId,
      agent.dedicatedNumberId,
      agent.forwarding,
    );
  }
}

/** Those who may be rung, with the revisions that this was decided on. */
export function whoMayBeRung(
  what: 'CALL' | 'TRANSFER' | 'RETURN',
  agents: readonly KnownAgent[],
): {
  readonly candidates: readonly { readonly agentId: string; readonly forwardedTo: string | null }[];
  readonly revs: ReadonlyMap<string, number>;
  readonly hindrances: readonly Hindrance[];
} {
  const free = agents.filter((agent) => hindranceFor(what, agent.standing) === null);
  return {
    candidates: free.map((agent) => ({ agentId: agent.id, forwardedTo: agent.forwarding })),
    revs: new Map(free.map((agent) => [agent.id, agent.rev])),
    hindrances: agents.flatMap((agent) => hindranceFor(what, agent.standing) ?? []),
  };
}
