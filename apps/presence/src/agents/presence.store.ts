import { initialPresence, type Presence } from '@cordboard/domain-presence';
import { PolicyEntry, usualPolicy, type PresenceEvent, type PresenceView } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { PresenceDatabase } from '../database.store.ts';
import { viewOf } from './presence.messages.ts';

/** What a resolver is given for an agent or a team. */
export interface AgentRef {
  readonly id: string;
}
export type TeamRef = AgentRef;

/** An agent's row. `seen`: the routing event that was last taken into account. */
export interface AgentRow {
  readonly id: string;
  readonly account: string;
  readonly rev: number;
  readonly told: number;
  readonly state: Presence;
  /** Whether the directory has not deactivated them. */
  readonly active: boolean;
  readonly seen: { readonly conversationId: string; readonly seq: number } | null;
}

const COLUMNS = 'id, account, rev, told, state, active, seen';
/** A page of a snapshot, in agents: some 300 bytes each, and NATS carries a megabyte. */
const PAGE = 2_000;

/** Everybody's presence, in PostgreSQL. */
export class PresenceStore {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly outbox: Outbox,
  ) {}

  /** The agent's row, held until the transaction ends: one writer at a time. */
  async hold(tx: Sql, account: string, agentId: string): Promise<AgentRow | null> {
    const [row] = await tx.query<AgentRow>(`SELECT ${COLUMNS} FROM agent WHERE account = $1 AND id = $2 FOR UPDATE`, account, agentId);
    return row ?? null;
  }

  /** Makes sure that there is a row: the directory's word and others' may come in any order. */
  async know(tx: Sql, account: string, agentId: string, name: string | null): Promise<void> {
    await tx.query(
      `INSERT INTO agent (id, account, name, state) VALUES ($1, $2, coalesce($3, $1), $4::jsonb) ON CONFLICT (id) DO UPDATE SET name = coalesce($3, agent.name)`,
      agentId,
      account,
      name,
      JSON.stringify(initialPresence(new Date().toISOString())),
    );
  }

  /** Whether the directory has the agent among the active ones. */
  async setActive(tx: Sql, account: string, agentId: string, active: boolean): Promise<void> {
    await tx.query('UPDATE agent SET active = $3 WHERE account = $1 AND id = $2 AND active <> $3', account, agentId, active);
  }

  /** Saves a change with its timers and what is told of it. Give the returned row to the outbox after the commit. */
  async save(tx: Sql, before: AgentRow, after: AgentRow, events: readonly PresenceEvent[], at: string): Promise<OutboxRow> {
    await tx.query(
      'UPDATE agent SET rev = $2, told = $3, state = $4::jsonb, seen = $5::jsonb WHERE id = $1',
      after.id,
      after.rev,
      after.told,
      JSON.stringify(after.state),
      JSON.stringify(after.seen),
    );
    const [were, are] = [timersOf(before), timersOf(after)];
    const gone = were.filter((timer) => !are.some((other) => isSame(timer, other)));
    if (gone.length > 0)
      await tx.query(
        'DELETE FROM timer WHERE id = ANY($1::text[])',
        gone.map(({ id }) => id),
      );
    for (const { id, dueAt, body } of are.filter((timer) => !were.some((other) => isSame(timer, other))))
      await tx.query(
        'INSERT INTO timer (id, due_at, subject, body) VALUES ($1, $2::timestamptz, $3, $4::jsonb)',
        id,
        dueAt,
        after.id,
        JSON.stringify(body),
      );
    return this.outbox.add(tx, { account: after.account, key: after.id, from: before.told + 1, seq: after.told, at, events: [...events] });
  }

  /** In the transaction of the timer's effect. */
  async endTimer(tx: Sql, id: string): Promise<void> {
    await tx.query('DELETE FROM timer WHERE id = $1', id);
  }

  /** Those who were deactivated, too. */
  async find(account: string, ids: readonly string[]): Promise<ReadonlyMap<string, AgentRow>> {
    const rows = await this.database.query<AgentRow>(`SELECT ${COLUMNS} FROM agent WHERE account = $1 AND id = ANY($2)`, account, ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Everybody active of the account, or of these teams or agents, with the teams that each is in. */
  async snapshot(
    account: string,
    o: { agentIds: readonly string[] | null; teamIds: readonly string[] | null; after: string | null },
  ): Promise<{ readonly agents: readonly { agentId: string; teamIds: string[]; presence: PresenceView }[]; readonly next: string | null }> {
    const rows = await this.database.query<AgentRow & { team_ids: string[] }>(
      `SELECT * FROM (
         SELECT ${COLUMNS}, ARRAY(SELECT e.id FROM directory_entry e WHERE e.account = a.account AND e.kind = 'team' AND e.body->'memberIds' @> to_jsonb(a.id)) AS team_ids
         FROM agent a WHERE account = $1 AND active AND id > $2
       ) AS known
       WHERE ($3::text[] IS NULL AND $4::text[] IS NULL) OR id = ANY($3) OR team_ids && $4 ORDER BY id LIMIT ${PAGE}`,
      account,
      o.after ?? '',
      o.agentIds,
      o.teamIds,
    );
    return {
      agents: rows.map((row) => ({ agentId: row.id, teamIds: row.team_ids, presence: viewOf(row.state) })),
      next: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null,
    };
  }

  /** Which of these agents and teams the account does not have. */
  async unknown(account: string, o: { agentIds: readonly string[] | null; teamIds: readonly string[] | null }): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($2::text[]) AS asked(id) WHERE NOT EXISTS (SELECT 1 FROM agent WHERE account = $1 AND active AND agent.id = asked.id)
       UNION ALL SELECT id FROM unnest($3::text[]) AS asked(id) WHERE NOT EXISTS (SELECT 1 FROM directory_entry e WHERE e.account = $1 AND e.kind = 'team' AND e.id = asked.id AND NOT e.deleted)`,
      account,
      o.agentIds ?? [],
      o.teamIds ?? [],
    );
    return rows.map(({ id }) => id);
  }

  /** A team that was deleted has none; null: there never was such a team. */
  async membersOf(account: string, teamId: string): Promise<readonly string[] | null> {
    const [row] = await this.database.query<{ members: string[] }>(
      `SELECT body->'memberIds' AS members FROM directory_entry WHERE account = $1 AND kind = 'team' AND id = $2`,
      account,
      teamId,
    );
    return row?.members ?? null;
  }

  async put(tx: Sql, account: string, kind: 'team' | 'policy', id: string, body: object): Promise<void> {
    await tx.query(
      'INSERT INTO directory_entry (account, kind, id, body) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT (account, kind, id) DO UPDATE SET body = excluded.body',
      account,
      kind,
      id,
      JSON.stringify(body),
    );
  }

  async deleteTeam(tx: Sql, account: string, id: string): Promise<void> {
    await tx.query(
      `UPDATE directory_entry SET deleted = true, body = body || '{"memberIds":[]}' WHERE account = $1 AND kind = 'team' AND id = $2`,
      account,
      id,
    );
  }

  /** What holds for the account; the usual until the directory has told. */
  async policy(tx: Sql, account: string): Promise<PolicyEntry> {
    const [row] = await tx.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1`,
      account,
    );
    return row ? PolicyEntry.parse(row.body) : usualPolicy;
  }
}

interface AgentTimer {
  readonly id: string;
  readonly dueAt: string;
  readonly body: object;
}

/** What is due at a time for an agent in this state; what is overdue waits for no time. */
function timersOf({ id, account, state: { wrapUp, busy } }: AgentRow): readonly AgentTimer[] {
  const timers: AgentTimer[] = [];
  if (wrapUp && !wrapUp.overdue)
    timers.push({
      id: `wrap-up-${id}`,
      dueAt: wrapUp.until,
      body: { kind: 'wrap-up', account, agentId: id, callId: wrapUp.callId, until: wrapUp.until },
    });
  if (busy) timers.push({ id: `busy-${id}`, dueAt: busy.until, body: { kind: 'busy', account, agentId: id, until: busy.until } });
  return timers;
}

const isSame = (one: AgentTimer, other: AgentTimer): boolean => JSON.stringify(one) === JSON.stringify(other);
