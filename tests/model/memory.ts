import type { DueTimer } from '@cordboard/platform-database';
import type { OutboxRow } from '@cordboard/platform-messaging';
import { MemoryAgents } from './memory.agents.ts';
import { MemoryDirectory } from './memory.directory.ts';
import type { AgentRow, Commit, ConversationStore, RoutingDatabase, Saved, Stored } from './routing.ts';

/** Routing's tables in memory, for more runs than PostgreSQL has time for. Both pass store.contract.ts. */
export class Memory implements Pick<ConversationStore, 'load' | 'save' | 'repeated' | 'holding'> {
  readonly outbox: OutboxRow[] = [];
  readonly timers = new Map<string, DueTimer & { readonly dueAt: string }>();
  readonly rows = new Map<string, AgentRow & { standing_rev: number; settling_seq: number | null }>();
  private readonly conversations = new Map<string, { readonly json: string; readonly version: number; readonly told: number }>();
  private readonly inbox = new Map<string, number>();
  private readonly keys = new Map<string, { hash: string; result: string }>();
  readonly agents: MemoryAgents;
  readonly directory = new MemoryDirectory(this);

  constructor(unused: RoutingDatabase) {
    this.agents = new MemoryAgents(unused, this);
  }

  async load(id: string): Promise<Stored | null> {
    const row = this.conversations.get(id);
    return row ? { state: JSON.parse(row.json), version: row.version, told: row.told } : null;
  }

  async save(commit: Commit): Promise<Saved> {
    const { id, cursor, once, change, expected, account } = commit;
    const place = `${cursor?.source}/${cursor?.key}`;
    if (cursor && cursor.seq <= (this.inbox.get(place) ?? 0)) return { outcome: 'duplicate' };
    if (cursor && cursor.from > (this.inbox.get(place) ?? 0) + 1) return { outcome: 'gap' };
    const key = `${account}/${once?.agentId}/${once?.key}`;
    const known = once && this.keys.get(key);
    if (known) return { outcome: 'repeated', ...known };
    if (change && (this.conversations.get(id)?.version ?? 0) !== expected) return { outcome: 'conflict' };
    if (change && !change.agents.every(({ id: agentId, rev }) => this.isAsDecidedOn(account, agentId, rev))) return { outcome: 'agents' };

    if (change) this.conversations.set(id, { json: JSON.stringify(change.state), version: expected + 1, told: change.told });
    for (const agent of change?.agents ?? []) this.hold(agent, commit);
    for (const ended of change?.timers.end ?? []) this.timers.delete(ended);
    for (const { id: timer, ...set } of change?.timers.set ?? []) this.timers.set(timer, { id: timer, subject: id, ...set });
    if (change && once) this.keys.set(key, { hash: once.hash, result: once.result });
    if (cursor) this.inbox.set(place, cursor.seq);
    if (!change?.outbox) return { outcome: 'saved', row: null };
    const row = { id: String(this.outbox.length + 1), key: id, seq: change.told, subject: change.outbox.subject, body: change.outbox.body };
    this.outbox.push(JSON.parse(JSON.stringify(row)) as OutboxRow);
    return { outcome: 'saved', row };
  }

  async repeated(account: string, agentId: string, key: string): Promise<{ hash: string; result: string } | null> {
    return this.keys.get(`${account}/${agentId}/${key}`) ?? null;
  }

  async holding(account: string, agentId: string): Promise<readonly Stored[]> {
    const row = this.rows.get(agentId);
    const ids = row?.account === account ? [...new Set([...(row.engaged_by ? [row.engaged_by] : []), ...row.reserved_by])] : [];
    const held = await Promise.all(ids.map((id) => this.load(id)));
    return held.flatMap((stored) => stored ?? []);
  }

  private isAsDecidedOn(account: string, agentId: string, rev: number | null): boolean {
    const row = this.rows.get(agentId);
    return row?.account === account && (rev === null || rev === row.rev);
  }

  private hold(agent: NonNullable<Commit['change']>['agents'][number], { id, at, change }: Commit): void {
    const row = this.rows.get(agent.id);
    if (!row) return;
    const others = row.reserved_by.filter((by) => by !== id);
    const ours = row.engaged_by === id;
    this.rows.set(agent.id, {
      ...row,
      rev: row.rev + 1,
      engaged_by: agent.engagedAs ? id : ours ? null : row.engaged_by,
      engaged_as: agent.engagedAs ?? (ours ? null : row.engaged_as),
      reserved_by: agent.reserved ? [...others, id] : others,
      settling_conversation: agent.settle ? id : row.settling_conversation,
      settling_seq: agent.settle ? (change?.told ?? 0) : row.settling_seq,
      idle_since: !agent.engagedAs && ours && row.engaged_as === 'IN_CALL' ? new Date(at) : row.idle_since,
      last_offered_at: agent.engagedAs === 'RINGING' ? new Date(at) : row.last_offered_at,
    });
  }
}
