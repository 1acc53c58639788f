import { hindranceFor } from '@cordboard/domain-presence';
import { ringing } from '@cordboard/domain-transfer';
import { eventsOf, PresenceEvent, type AgentStanding, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { AgentStore } from '../agents/agent.store.ts';
import type { CallHandler } from '../calls/call.handler.ts';
import type { ConversationHandler } from '../conversations/conversation.handler.ts';
import type { RoutingDatabase } from '../database.store.ts';

/** Takes presence's word for who may be rung, on the stream and, before presence answers its agent, at once. */
export class PresenceListener {
  constructor(
    private readonly database: RoutingDatabase,
    private readonly agents: AgentStore,
    private readonly conversations: ConversationHandler,
    private readonly calls: CallHandler,
  ) {}

  async take(told: Told<{ type: string }>): Promise<Taken> {
    const rescinds: string[] = [];
    const taken = await once(this.database, told, async (tx) => {
      for (const event of eventsOf(PresenceEvent, told)) {
        if (event.type !== 'standing.changed') continue;
        const { rescindIn } = await this.agents.told(tx, told.account, event.standing);
        if (rescindIn) rescinds.push(rescindIn);
      }
    });
    if (taken === 'duplicate')
      for (const event of eventsOf(PresenceEvent, told))
        if (event.type === 'standing.changed') await this.tell(told.account, event.standing);
    for (const conversationId of rescinds) await this.rescind(conversationId, told.account, told.key);
    return taken;
  }

  async tell(account: string, standing: AgentStanding): Promise<void> {
    const { rescindIn } = await this.agents.told(this.database, account, standing);
    if (rescindIn) await this.rescind(rescindIn, account, standing.agentId);
  }

  /** What rings an agent who may not be rung with it any more stops ringing (D12). */
  async rescind(conversationId: string, account: string, agentId: string): Promise<void> {
    const stored = await this.conversations.current(conversationId);
    const offer = stored && ringing(stored.state).find((o) => o.agentId === agentId);
    const [agent] = await this.agents.find(account, [agentId]);
    if (!offer || !agent) return;
    const what = offer.kind === 'DIRECT' ? 'CALL' : offer.kind === 'TRANSFER_RETURN' ? 'RETURN' : 'TRANSFER';
    const idle = { ...agent.standing, engagements: [] };
    if (hindranceFor(what, idle) !== null)
      await this.calls.happen(conversationId, account, { type: 'agentUnavailable', agentId }, { at: new Date().toISOString() });
  }
}
