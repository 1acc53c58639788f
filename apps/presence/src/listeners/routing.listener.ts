import type { CallEnd, PresenceCommand } from '@cordboard/domain-presence';
import { eventsOf, RoutingEvent, type Told } from '@cordboard/contracts';
import { once, type Outbox, type OutboxRow, type Taken } from '@cordboard/platform-messaging';
import type { Sql } from '@cordboard/platform-database';
import type { PresenceHandler } from '../agents/presence.handler.ts';
import type { PresenceStore } from '../agents/presence.store.ts';
import type { PresenceDatabase } from '../database.store.ts';

/** What calls make of the agents: rung, in a call, free, in wrap-up. One commit of a call is one step for each of its agents. */
export class RoutingListener {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly store: PresenceStore,
    private readonly handler: PresenceHandler,
    private readonly outbox: Outbox,
  ) {}

  async take(told: Told<{ type: string }>): Promise<Taken> {
    const rows: OutboxRow[] = [];
    const events = eventsOf(RoutingEvent, told);
    const taken = await once(this.database, told, async (tx) => {
      const commands = await this.commandsByAgent(tx, told, events);
      // in order of id: two envelopes that change the same agents then wait for each other instead of both failing
      for (const agentId of [...commands.keys()].sort()) {
        await this.store.know(tx, told.account, agentId, null);
        const changed = await this.handler.changeIn(tx, {
          account: told.account,
          agentId,
          at: told.at,
          commands: async () => commands.get(agentId) ?? [],
          seen: { conversationId: told.key, seq: told.seq },
        });
        if (changed.is === 'changed' && changed.row) rows.push(changed.row);
      }
    });
    void this.outbox.publish(rows);
    return taken;
  }

  private async commandsByAgent(
    tx: Sql,
    { account, key, at }: Told<unknown>,
    events: readonly RoutingEvent[],
  ): Promise<ReadonlyMap<string, readonly PresenceCommand[]>> {
    const byAgent = new Map<string, PresenceCommand[]>();
    const add = (agentId: string, command: PresenceCommand): void => {
      byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), command]);
    };
    for (const event of events) {
      if (event.type === 'agent.engaged') add(event.agentId, { type: 'engage', conversationId: key, as: event.as, at });
      if (event.type === 'agent.freed') add(event.agentId, { type: 'free', conversationId: key, at });
      if (event.type === 'call.ended' && event.answered && event.agentId)
        add(event.agentId, {
          type: 'callEnded',
          callId: event.callId,
          end: endOf(event, events),
          wrapUpSeconds: await this.store.wrapUpSeconds(tx, account),
          at,
        });
    }
    return byAgent;
  }
}

/** How the call ended, with the transfer that ended it. */
function endOf(ended: Extract<RoutingEvent, { type: 'call.ended' }>, events: readonly RoutingEvent[]): CallEnd {
  const transfer = events.find((event) => event.type === 'transfer.completed' && event.transferId === ended.viaTransferId);
  return transfer?.type === 'transfer.completed'
    ? { how: 'TRANSFERRED', mode: transfer.mode, targetKind: transfer.target.kind }
    : { how: 'ENDED', direction: ended.direction ?? 'INBOUND' };
}
