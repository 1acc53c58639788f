import type { CallView, PresenceEvent } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { PresenceDatabase } from '../database.store.ts';

/** A call as presence keeps it: whose it is, who may see it, how it is tagged. */
export interface CallRow {
  readonly id: string;
  readonly account: string;
  readonly agentId: string | null;
  readonly callerAgentId: string | null;
  readonly participants: readonly string[];
  readonly tags: readonly string[];
  readonly mustHaveTag: boolean;
  readonly told: number;
}

const COLUMNS = `id, account, agent_id AS "agentId", caller_agent_id AS "callerAgentId", participants, tags, must_have_tag AS "mustHaveTag", told`;

/** The calls that routing told of. */
export class CallStore {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly outbox: Outbox,
  ) {}

  byIds(account: string, ids: readonly string[]): Promise<CallRow[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM call WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  /** Held until the transaction ends, with the tags that the account lets one choose. */
  async hold(tx: Sql, account: string, id: string): Promise<(CallRow & { readonly list: readonly string[] }) | null> {
    const [row] = await tx.query<CallRow & { list: string[] | null }>(
      `SELECT ${COLUMNS}, (SELECT body->'tags' FROM directory_entry e WHERE e.account = $1 AND e.kind = 'policy' AND e.id = $1) AS list
       FROM call WHERE account = $1 AND id = $2 FOR UPDATE`,
      account,
      id,
    );
    return row ? { ...row, list: row.list ?? [] } : null;
  }

  /** Keeps whose these calls are now, as routing showed them; what is as it was is not written. */
  async seen(tx: Sql, account: string, calls: readonly CallView[], callers: ReadonlyMap<string, string>): Promise<void> {
    if (calls.length === 0) return;
    await tx.query(
      `INSERT INTO call (id, account, agent_id, caller_agent_id, participants)
       SELECT id, $1, agent_id, caller_agent_id, participants
       FROM jsonb_to_recordset($2::jsonb) AS seen(id text, agent_id text, caller_agent_id text, participants text[]) ORDER BY id
       ON CONFLICT (id) DO UPDATE SET agent_id = coalesce(excluded.agent_id, call.agent_id), participants = excluded.participants
       WHERE (call.agent_id, call.participants) IS DISTINCT FROM (coalesce(excluded.agent_id, call.agent_id), excluded.participants)`,
      account,
      JSON.stringify(
        calls.map(({ id, agentId, participants }) => ({ id, agent_id: agentId, caller_agent_id: callers.get(id) ?? null, participants })),
      ),
    );
  }

  /** Keeps whether the call, which has ended, may be left without a tag. @returns whether it has one already */
  async ended(tx: Sql, account: string, id: string, mustHaveTag: boolean): Promise<boolean> {
    const [row] = await tx.query<{ tagged: boolean }>(
      'UPDATE call SET must_have_tag = $3 WHERE account = $1 AND id = $2 RETURNING cardinality(tags) > 0 AS tagged',
      account,
      id,
      mustHaveTag,
    );
    return row?.tagged ?? false;
  }

  /** Saves the tags and what is told of them, by whom. Give the returned row to the outbox after the commit. */
  async tag(tx: Sql, { id, account, told }: CallRow, tags: readonly string[], agentId: string): Promise<OutboxRow> {
    const seq = told + 1;
    await tx.query('UPDATE call SET tags = $2::text[], told = $3 WHERE id = $1', id, tags, seq);
    const event: PresenceEvent = { type: 'call.tagged', callId: id, agentId, tags: [...tags] };
    return this.outbox.add(tx, { account, key: id, from: seq, seq, events: [event] });
  }
}
