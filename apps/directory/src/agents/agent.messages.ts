import type { DirectoryEvent } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { AgentStore } from './agent.store.ts';

/** Tells, in the transaction that deactivated the agent, that they are not active any more. */
export async function tellOfDeactivated(tx: Sql, agents: AgentStore, outbox: Outbox, id: string): Promise<OutboxRow> {
  const { seq, account } = await agents.next(tx, id);
  return outbox.add<DirectoryEvent>(tx, {
    account,
    key: `agent-${id}`,
    from: seq,
    seq,
    events: [{ type: 'agent.deactivated', agentId: id }],
  });
}

/** Tells, in the transaction that saved the agent, what they are now, and what happened to them besides. */
export async function tellOfAgent(
  tx: Sql,
  agents: AgentStore,
  outbox: Outbox,
  id: string,
  besides: readonly DirectoryEvent[] = [],
): Promise<OutboxRow> {
  const { seq, account, name, extension, role, defaultNumberId, dedicatedNumberId, forwarding, mayDialOut } = await agents.next(tx, id);
  const saved: DirectoryEvent = {
    type: 'agent.saved',
    agent: { id, name, extension, role, defaultNumberId, dedicatedNumberId, forwarding, mayDialOut },
  };
  return outbox.add<DirectoryEvent>(tx, { account, key: `agent-${id}`, from: seq, seq, events: [saved, ...besides] });
}

export const tokensRevoked = (agentId: string): DirectoryEvent => ({ type: 'agent.tokensRevoked', agentId });
