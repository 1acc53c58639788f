import type { AgentStanding } from '@cordboard/contracts';

interface Standing extends Omit<AgentStanding, 'agentId'> {
  /** Stream messages that were not delivered yet. */
  readonly queue: AgentStanding[];
  delivering: boolean;
}

/** Presence as routing hears it: each agent's standing as it changes, numbered, and on the agent's stream in order. */
export class Presence {
  private readonly standings = new Map<string, Standing>();

  constructor(
    private readonly step: (what: string) => Promise<void>,
    private readonly deliver: (standing: AgentStanding) => Promise<void>,
  ) {}

  /** @returns the standing, for who tells it at once as well; `start` goes on with the stream */
  change(agentId: string, is: Partial<AgentStanding>, start: (work: Promise<void>) => void): AgentStanding {
    const fresh = { rev: 0, status: 'AVAILABLE', reachable: true, inWrapUp: false, wrapUpCallId: null, seen: null } as const;
    const before = this.standings.get(agentId) ?? { ...fresh, queue: [], delivering: false };
    const { queue, delivering, ...standing } = { ...before, ...is, rev: before.rev + 1 };
    const told = { ...standing, agentId };
    queue.push(told);
    this.standings.set(agentId, { ...standing, queue, delivering });
    if (!delivering) start(this.drain(agentId));
    return told;
  }

  private async drain(agentId: string): Promise<void> {
    const agent = (): Standing => this.standings.get(agentId) as Standing;
    agent().delivering = true;
    for (let told = agent().queue.shift(); told; told = agent().queue.shift()) {
      await this.step('presence');
      await this.deliver(told);
    }
    agent().delivering = false;
  }
}
