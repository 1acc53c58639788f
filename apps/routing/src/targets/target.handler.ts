import { agentChoice, teamChoice, type Choice } from '@cordboard/domain-transfer';
import { searchable, type AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';

/** Something that a call can be transferred to, with the place that it has in the list. */
export interface ListedTarget {
  readonly kind: 'AGENT' | 'TEAM';
  readonly id: string;
  readonly label: string;
  readonly choice: Choice;
  readonly place: readonly [string, string];
}

export interface TargetSearch {
  readonly account: string;
  /** Who asks: nobody transfers to themselves. */
  readonly agentId: string;
  readonly search: string;
  readonly kinds: readonly string[] | null;
  readonly includeUnavailable: boolean;
}

/** Whom a call can go to, colleagues and teams, by name. */
export class TargetHandler {
  constructor(
    private readonly agents: AgentStore,
    private readonly directory: DirectoryStore,
  ) {}

  async list(o: TargetSearch): Promise<readonly ListedTarget[]> {
    const wanted = (kind: 'AGENT' | 'TEAM'): boolean => o.kinds === null || o.kinds.includes(kind);
    const search = searchable(o.search);
    const [agents, teams] = await Promise.all([
      wanted('AGENT') ? this.colleagues(o, search) : [],
      wanted('TEAM') ? this.teams(o, search) : [],
    ]);
    return [...agents, ...teams]
      .filter((target) => o.includeUnavailable || target.choice.available)
      .sort((a, b) => compare(a.place, b.place));
  }

  private async colleagues(o: TargetSearch, search: string): Promise<readonly ListedTarget[]> {
    const found = await this.agents.byName(o.account, search);
    return found
      .filter((agent) => agent.id !== o.agentId)
      .map((agent) => ({
        kind: 'AGENT',
        id: agent.id,
        label: agent.name,
        choice: agentChoice(agent.name, agent.standing),
        place: [agent.search, `agent-${agent.id}`],
      }));
  }

  private async teams(o: TargetSearch, search: string): Promise<readonly ListedTarget[]> {
    const found = await this.directory.teamsByName(o.account, search);
    const members = new Map(
      (await this.agents.find(o.account, [...new Set(found.flatMap((team) => team.memberIds))])).map((agent) => [agent.id, agent.standing]),
    );
    return found.map((team) => ({
      kind: 'TEAM',
      id: team.id,
      label: team.name,
      choice: teamChoice(
        team.name,
        team.memberIds.filter((id) => id !== o.agentId).flatMap((id) => members.get(id) ?? []),
      ),
      place: [searchable(team.name), `team-${team.id}`],
    }));
  }
}

export const compare = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : String(a[at]) < String(b[at]) ? -1 : 1;
};
