import { isNeeded, onlyRings, rungOfTeam } from '@cordboard/domain-transfer';
import type { AgentStore } from '../agents/agent.store.ts';
import type { CallHandler } from '../calls/call.handler.ts';
import type { ConversationStore } from '../conversations/conversation.store.ts';
import type { PresenceListener } from '../listeners/presence.listener.ts';

/** What the directory removes, as far as calls are concerned (D21). */
export class RemovalHandler {
  constructor(
    private readonly store: Pick<ConversationStore, 'load' | 'naming'>,
    private readonly agents: Pick<AgentStore, 'hasCall' | 'rungBy'>,
    private readonly calls: Pick<CallHandler, 'happen'>,
    private readonly presence: Pick<PresenceListener, 'rescind'>,
  ) {}

  /** Whether a live call needs it. */
  async isNeeded(account: string, kind: 'AGENT' | 'TEAM' | 'NUMBER', id: string): Promise<boolean> {
    if (kind === 'AGENT') return (await this.agents.hasCall(account, id)) || this.isMoreThanRung(account, id);
    const what = kind === 'TEAM' ? { teamId: id } : { numberId: id };
    return (await this.store.naming(account, what)).some((state) => isNeeded(state, what));
  }

  /** They have accepted an offer and are not connected yet, or are rung with what comes back to them. */
  private async isMoreThanRung(account: string, agentId: string): Promise<boolean> {
    const conversationId = await this.agents.rungBy(account, agentId);
    const stored = conversationId === null ? null : await this.store.load(conversationId);
    return stored !== null && !onlyRings(stored.state, agentId);
  }

  /** What rings an agent who is deactivated is rescinded (D18). */
  async agentDeactivated(account: string, agentId: string): Promise<void> {
    const conversationId = await this.agents.rungBy(account, agentId);
    if (conversationId) await this.presence.rescind(conversationId, account, agentId);
  }

  /** A transfer that began to ring the team while it was being deleted finds nobody there. */
  async teamDeleted(account: string, teamId: string): Promise<void> {
    for (const state of await this.store.naming(account, { teamId }))
      for (const agentId of rungOfTeam(state, teamId))
        await this.calls.happen(state.id, account, { type: 'agentUnavailable', agentId }, { at: new Date().toISOString() });
  }
}
