import type { AgentEntry, AgentStanding, PolicyEntry } from '@cordboard/contracts';
import type { Memory } from './memory.ts';
import { AgentStore, knownAgent, type AgentRow, type Behind, type KnownAgent, type RoutingDatabase } from './routing.ts';

const NEW = {
  rev: 0,
  standing_rev: 0,
  extension: '',
  active: true,
  status: 'AVAILABLE',
  reachable: false,
  in_wrap_up: false,
  engaged_by: null,
  engaged_as: null,
  reserved_by: [],
  settling_conversation: null,
  settling_seq: null,
  may_dial_out: false,
  default_number_id: null,
  dedicated_number_id: null,
  forwarding: null,
  last_offered_at: null,
} as const;

/** The row per agent, in memory. A subclass, since presence's listener asks for the store by its class. */
export class MemoryAgents extends AgentStore {
  constructor(
    unused: RoutingDatabase,
    private readonly memory: Memory,
  ) {
    super(unused);
  }

  override async find(account: string, ids: readonly string[]): Promise<readonly KnownAgent[]> {
    return ids.flatMap((id) => {
      const row = this.memory.rows.get(id);
      return row?.account === account ? [knownAgent(row)] : [];
    });
  }

  override async behind(account: string, transferorId: string, target: { agentId: string } | { teamId: string }): Promise<Behind | null> {
    const team = 'teamId' in target ? this.memory.directory.entry('team', target.teamId) : null;
    const ids = 'agentId' in target ? [target.agentId] : [...(team?.memberIds ?? [])].sort();
    const members = (await this.find(account, ids)).filter(({ active }) => active);
    const label = 'agentId' in target ? members[0]?.name : team?.name;
    if (label === undefined) return null;
    const [transferor] = await this.find(account, [transferorId]);
    const policy: PolicyEntry = await this.memory.directory.policy(account);
    return { label, members, policy, transferor: { number: transferor?.extension ?? '', name: transferor?.name ?? transferorId } };
  }

  override async told(_sql: unknown, account: string, standing: AgentStanding): Promise<{ readonly rescindIn: string | null }> {
    const { agentId, rev, status, reachable, inWrapUp, seen } = standing;
    const row = this.memory.rows.get(agentId) ?? { ...NEW, id: agentId, account, name: agentId, idle_since: new Date() };
    if (row.account !== account) return { rescindIn: null };
    const isSettled = row.settling_conversation === seen?.conversationId && (row.settling_seq ?? 0) <= (seen?.seq ?? 0);
    if (this.memory.rows.has(agentId) && row.standing_rev >= rev) {
      if (isSettled) this.memory.rows.set(agentId, { ...row, settling_conversation: null });
      return { rescindIn: row.engaged_as === 'RINGING' ? row.engaged_by : null };
    }
    this.memory.rows.set(agentId, {
      ...row,
      standing_rev: rev,
      rev: this.memory.rows.has(agentId) ? row.rev + 1 : row.rev,
      status,
      reachable,
      in_wrap_up: inWrapUp,
      settling_conversation: isSettled ? null : row.settling_conversation,
    });
    return { rescindIn: row.engaged_as === 'RINGING' ? row.engaged_by : null };
  }

  override async deactivate(_sql: unknown, account: string, agentId: string): Promise<void> {
    const row = this.memory.rows.get(agentId);
    if (row?.account === account) this.memory.rows.set(agentId, { ...row, active: false, rev: row.rev + 1 });
  }

  override async save(_sql: unknown, account: string, agent: AgentEntry): Promise<void> {
    const known = this.memory.rows.get(agent.id);
    if (known && known.account !== account) return;
    const directorys: Partial<AgentRow> = {
      name: agent.name,
      extension: agent.extension,
      may_dial_out: agent.mayDialOut,
      default_number_id: agent.defaultNumberId,
      dedicated_number_id: agent.dedicatedNumberId,
      forwarding: agent.forwarding,
    };
    this.memory.rows.set(agent.id, {
      ...NEW,
      id: agent.id,
      account,
      name: agent.name,
      idle_since: new Date(),
      ...known,
      ...directorys,
      active: true,
    });
  }
}
