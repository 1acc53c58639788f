import type { ConnectionFacts, DedicatedNumber, LineFacts, TransferFacts } from '@cordboard/domain-advice';
import type { Conversation, Transfer } from '@cordboard/domain-transfer';
import { agentFacts, type PolicyEntry } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { KnownAgent } from '../agents/agent.row.ts';
import type { AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import type { TargetStore } from '../targets/target.store.ts';

/** What a diagnosis is made from: routing's own rows and copy of the directory, and what presence knows of devices. */
export class DiagnosisFacts {
  constructor(
    private readonly o: {
      readonly bus: Pick<Bus, 'ask'>;
      readonly agents: Pick<AgentStore, 'find'>;
      readonly directory: Pick<DirectoryStore, 'policy' | 'team' | 'number'>;
      readonly targets: Pick<TargetStore, 'directWays'>;
      /** The oldest app that the installation still wants; null: any. */
      readonly minimumAppVersion: string | null;
    },
  ) {}

  policy(account: string): Promise<PolicyEntry> {
    return this.o.directory.policy(account);
  }

  /** How the agent's devices are connected; devices null where presence does not answer. */
  async connection(account: string, agentId: string): Promise<ConnectionFacts> {
    const [[agent], devices] = await Promise.all([
      this.o.agents.find(account, [agentId]),
      this.o.bus.ask(agentFacts, { account, agentId }).then(
        (answer) => answer.agent?.devices ?? [],
        (error: unknown) => {
          log.warn({ err: error, agent: agentId }, 'what devices report is not known');
          return null;
        },
      ),
    ]);
    return { name: agent?.name ?? agentId, devices, minimumAppVersion: this.o.minimumAppVersion, at: new Date().toISOString() };
  }

  /** The Number of an agent's or a team's own, as one would transfer to it. */
  async dedicated(account: string, numberId: string | null): Promise<DedicatedNumber | null> {
    if (numberId === null) return null;
    const [number, [way]] = await Promise.all([this.o.directory.number(account, numberId), this.o.targets.directWays(account, [numberId])]);
    return number && { e164: number.e164, voicemail: number.voicemail, contact: way?.contact ?? null };
  }

  /** How transfers reach this agent. */
  async line(agent: KnownAgent): Promise<LineFacts> {
    const { account } = agent;
    const [connection, dedicated, number] = await Promise.all([
      this.connection(account, agent.id),
      this.dedicated(account, agent.dedicatedNumberId),
      agent.defaultNumberId === null ? null : this.o.directory.number(account, agent.defaultNumberId),
    ]);
    const { dedicatedAgentId, dedicatedTeamId } = number ?? { dedicatedAgentId: null, dedicatedTeamId: null };
    const owner = dedicatedAgentId === agent.id ? null : await this.nameOf(account, dedicatedAgentId, dedicatedTeamId);
    return { ...connection, dedicated, defaultNumber: number && { e164: number.e164, belongsTo: owner }, forwarding: agent.forwarding };
  }

  /** How this transfer reached the agent whom it was meant for: forwarded or not as they were then; null: it was meant for no agent. */
  async lineOf(state: Conversation, { id, target }: Transfer): Promise<LineFacts | null> {
    const [agent] = target.kind === 'AGENT' ? await this.o.agents.find(state.account, [target.agentId]) : [];
    if (!agent) return null;
    const rung = state.offers.find((offer) => offer.transferId === id && offer.agentId === agent.id && offer.kind !== 'TRANSFER_RETURN');
    const line = await this.line(agent);
    return rung ? { ...line, forwarding: rung.address === agent.id ? null : rung.address } : line;
  }

  async transfer(state: Conversation, transfer: Transfer): Promise<TransferFacts> {
    const { account } = state;
    const { target, status, reason, mode, convertedFrom, transferorId } = transfer;
    const offers = state.offers.filter((offer) => offer.transferId === transfer.id);
    const ids = [transferorId, ...offers.flatMap(({ agentId }) => agentId ?? []), ...(target.kind === 'AGENT' ? [target.agentId] : [])];
    const agents = new Map((await this.o.agents.find(account, [...new Set(ids)])).map((agent) => [agent.id, agent]));
    const numberId =
      target.kind === 'AGENT'
        ? (agents.get(target.agentId)?.dedicatedNumberId ?? null)
        : target.kind === 'TEAM'
          ? ((await this.o.directory.team(account, target.teamId))?.dedicatedNumberId ?? null)
          : null;
    return {
      status,
      reason,
      mode,
      convertedFrom,
      transferor: agents.get(transferorId)?.name ?? transferorId,
      target: { kind: target.kind, name: target.label, dedicated: await this.dedicated(account, numberId) },
      offers: offers.map(({ agentId, address, kind, end }) => ({
        name: agentId === null ? address : (agents.get(agentId)?.name ?? agentId),
        isAgent: agentId !== null,
        isReturn: kind === 'TRANSFER_RETURN',
        end,
      })),
    };
  }

  private async nameOf(account: string, agentId: string | null, teamId: string | null): Promise<string | null> {
    if (agentId !== null) return (await this.o.agents.find(account, [agentId]))[0]?.name ?? agentId;
    return teamId === null ? null : ((await this.o.directory.team(account, teamId))?.name ?? teamId);
  }
}
