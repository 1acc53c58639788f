import { hindranceFor, type ChosenStatus, type Hindrance, type Standing } from '@cordboard/domain-presence';
import { PolicyEntry, type AgentEntry, type AgentStanding } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { RoutingDatabase } from '../database.store.ts';

/** An agent as routing knows them: whom the rules ask about, and the revision that a ring is decided on. */
export interface KnownAgent {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly rev: number;
  readonly standing: Standing;
}

/** A target's people. */
export interface Behind {
  readonly label: string;
  readonly members: readonly KnownAgent[];
  readonly policy: PolicyEntry;
  /** What the transferor's colleagues are shown of them. */
  readonly transferor: { readonly number: string; readonly name: string };
}

/** The account's policy until the directory has told one. */
const USUAL: PolicyEntry = {
  ringSeconds: 30,
  wrapUpSeconds: 30,
  tagRequired: false,
  allowedCountries: [],
  blockedNumbers: [],
  recording: 'ON_DEMAND',
};

export const policyOf = (body: unknown): PolicyEntry => (body ? PolicyEntry.parse(body) : USUAL);

interface Row {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly search: string;
  readonly rev: number;
  readonly status: ChosenStatus;
  readonly reachable: boolean;
  readonly in_wrap_up: boolean;
  readonly engaged_by: string | null;
  readonly engaged_as: 'RINGING' | 'IN_CALL' | null;
  readonly reserved_by: readonly string[];
  readonly settling_conversation: string | null;
}

type BehindRow = Partial<Row> & { readonly label: string; readonly policy: unknown; readonly transferor: Behind['transferor'] | null };

const COLUMNS = 'id, account, name, search, rev, status, reachable, in_wrap_up, engaged_by, engaged_as, reserved_by, settling_conversation';

/** The row per agent that calls are decided on. */
export class AgentStore {
  constructor(private readonly database: RoutingDatabase) {}

  async find(account: string, ids: readonly string[]): Promise<readonly KnownAgent[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<Row>(`SELECT ${COLUMNS} FROM agent WHERE account = $1 AND id = ANY($2)`, account, ids);
    const byId = new Map(rows.map((row) => [row.id, known(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /**
   * Everybody behind a target, the account's ring time and who transfers, in one round trip.
   * @returns null where there is no such agent or team
   */
  async behind(
    account: string,
    transferorId: string,
    target: { readonly agentId: string } | { readonly teamId: string },
  ): Promise<Behind | null> {
    const columns = COLUMNS.split(', ')
      .map((column) => `a.${column}`)
      .join(', ');
    const policy = `(SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1) AS policy,
      (SELECT jsonb_build_object('number', extension, 'name', name) FROM agent WHERE account = $1 AND id = $3) AS transferor`;
    const rows =
      'agentId' in target
        ? await this.database.query<BehindRow>(
            `SELECT ${columns}, a.name AS label, ${policy} FROM agent a WHERE a.account = $1 AND a.id = $2`,
            account,
            target.agentId,
            transferorId,
          )
        : await this.database.query<BehindRow>(
            `SELECT ${columns}, t.name AS label, ${policy} FROM directory_entry t
               LEFT JOIN LATERAL jsonb_array_elements_text(t.body->'memberIds') AS m(id) ON true LEFT JOIN agent a ON a.account = $1 AND a.id = m.id
             WHERE t.account = $1 AND t.kind = 'team' AND t.id = $2`,
            account,
            target.teamId,
            transferorId,
          );
    const [first] = rows;
    return first
      ? {
          label: first.label,
          members: rows.flatMap((row) => (row.id ? [known(row as Row)] : [])),
          policy: policyOf(first.policy),
          transferor: first.transferor ?? { number: '', name: transferorId },
        }
      : null;
  }

  /** Whether this agent may be rung with a call that comes back to them: they are reserved for it. */
  async canTakeBack(account: string, agentId: string): Promise<{ available: boolean; rev: number }> {
    const [agent] = await this.find(account, [agentId]);
    return { available: agent !== undefined && hindranceFor('RETURN', agent.standing) === null, rev: agent?.rev ?? 0 };
  }

  /** All whose name fits, in order of name. `search` is as `searchable` writes it. */
  async byName(account: string, search: string): Promise<readonly (KnownAgent & { readonly search: string })[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM agent WHERE account = $1 AND search LIKE $2 ORDER BY search, id`,
      account,
      `%${escapeLike(search)}%`,
    );
    return rows.map((row) => ({ ...known(row), search: row.search }));
  }

  /**
   * Takes presence's word for what an agent's standing is; what is older than what is known changes nothing.
   * @returns the conversation that rings them with something that they may not be rung with any more, if there is one
   */
  async told(sql: Sql, account: string, standing: AgentStanding): Promise<{ readonly rescindIn: string | null }> {
    const [row] = await sql.query<Row>(
      `INSERT INTO agent (account, id, standing_rev, status, reachable, in_wrap_up, name, search) VALUES ($1, $2, $3, $4, $5, $6, $2, $2)
       ON CONFLICT (id) DO UPDATE SET standing_rev = excluded.standing_rev, status = excluded.status, reachable = excluded.reachable, in_wrap_up = excluded.in_wrap_up, rev = agent.rev + 1,
         settling_conversation = CASE WHEN agent.settling_conversation = $7 AND agent.settling_seq <= $8 THEN NULL ELSE agent.settling_conversation END
       WHERE agent.account = $1 AND agent.standing_rev < $3 RETURNING ${COLUMNS}`,
      account,
      standing.agentId,
      standing.rev,
      standing.status,
      standing.reachable,
      standing.inWrapUp,
      standing.seen?.conversationId ?? null,
      standing.seen?.seq ?? 0,
    );
    return { rescindIn: row?.engaged_as === 'RINGING' ? row.engaged_by : null };
  }

  async save(sql: Sql, account: string, agent: AgentEntry): Promise<void> {
    await sql.query(
      'INSERT INTO agent (id, account, name, search, extension) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET name = excluded.name, search = excluded.search, extension = excluded.extension',
      agent.id,
      account,
      agent.name,
      searchable(`${agent.name} ${agent.extension}`),
      agent.extension,
    );
  }
}

/** Lower case, no accents: what names are searched in and by. */
export const searchable = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (c) => `\\${c}`);

/** Settling (a call of theirs just ended, presence has not yet said what follows) counts as in call: they are not rung. */
const known = (row: Row): KnownAgent => ({
  id: row.id,
  account: row.account,
  name: row.name,
  rev: row.rev,
  standing: {
    status: row.status,
    reachable: row.reachable,
    inWrapUp: row.in_wrap_up,
    engagements: [
      ...(row.engaged_as ? [row.engaged_as] : []),
      ...(row.settling_conversation ? ['IN_CALL' as const] : []),
      ...(row.reserved_by.length > 0 ? ['RESERVED' as const] : []),
    ],
  },
});

/** Those who may be rung, with the revisions that this was decided on. */
export function whoMayBeRung(
  what: 'CALL' | 'TRANSFER' | 'RETURN',
  agents: readonly KnownAgent[],
): {
  readonly candidates: readonly { agentId: string }[];
  readonly revs: ReadonlyMap<string, number>;
  readonly hindrances: readonly Hindrance[];
} {
  const free = agents.filter((agent) => hindranceFor(what, agent.standing) === null);
  return {
    candidates: free.map((agent) => ({ agentId: agent.id })),
    revs: new Map(free.map((agent) => [agent.id, agent.rev])),
    hindrances: agents.flatMap((agent) => hindranceFor(what, agent.standing) ?? []),
  };
}
