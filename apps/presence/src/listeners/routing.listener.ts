import { mustBeTagged, type CallEnd, type PresenceCommand, type WentTo } from '@cordboard/domain-presence';
import { eventsOf, RoutingEvent, type TargetRef, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { Sql } from '@cordboard/platform-database';
import type { Changed, PresenceHandler } from '../agents/presence.handler.ts';
import type { PresenceStore } from '../agents/presence.store.ts';
import type { CallStore } from '../calls/call.store.ts';
import type { PresenceDatabase } from '../database.store.ts';

/** What calls make of the agents: rung, in a call, free, in wrap-up. One commit of a call is one step for each of its agents. */
export class RoutingListener {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly store: PresenceStore,
    private readonly calls: CallStore,
    private readonly handler: PresenceHandler,
  ) {}

  async take(told: Told<{ type: string }>): Promise<Taken> {
    const done: Changed[] = [];
    const events = eventsOf(RoutingEvent, told);
    const taken = await once(this.database, told, async (tx) => {
      await this.keepCalls(tx, told.account, events);
      const commands = await this.commandsByAgent(tx, told, events);
      // calls before agents, and these of id: two envelopes that change the same agents then wait for each other instead of both failing
      for (const agentId of [...commands.keys()].sort()) {
        await this.store.know(tx, told.account, agentId, null);
        done.push(
          await this.handler.changeIn(tx, {
            account: told.account,
            agentId,
            at: told.at,
            commands: async () => commands.get(agentId) ?? [],
            seen: { conversationId: told.key, seq: told.seq },
          }),
        );
      }
    });
    this.handler.publish(done);
    return taken;
  }

  private async keepCalls(tx: Sql, account: string, events: readonly RoutingEvent[]): Promise<void> {
    const callers = new Map(
      events.flatMap((event) => (event.type === 'call.began' && event.callerAgentId ? [[event.callId, event.callerAgentId]] : [])),
    );
    for (const event of events) if (event.type === 'calls.changed') await this.calls.seen(tx, account, event.calls, callers);
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
      if (event.type === 'call.ended' && event.answered && event.agentId) {
        const customs = await this.store.policy(tx, account);
        const end = endOf(event, events);
        const tagged = await this.calls.ended(tx, account, event.callId, mustBeTagged(end, customs.tagRequired));
        add(event.agentId, { type: 'callEnded', callId: event.callId, end, customs, tagged, at });
      }
    }
    return byAgent;
  }
}

type Ended = Extract<RoutingEvent, { type: 'call.ended' }>;

/** How the call ended, with the transfer that ended it or that ended with it. */
export function endOf(ended: Ended, events: readonly RoutingEvent[]): CallEnd {
  for (const event of events) {
    if (event.type === 'transfer.completed' && event.transferId === ended.viaTransferId)
      return { how: 'TRANSFERRED', mode: event.mode, targetKind: wentTo(event.target) };
    if (event.type === 'transfer.ended' && event.callId === ended.callId && event.status === 'ABANDONED') return { how: 'ABANDONED' };
  }
  return ended.how === 'TRANSFER_UNANSWERED' ? { how: 'UNANSWERED' } : { how: 'ENDED', direction: ended.direction ?? 'INBOUND' };
}

/** A contact is what it stands for: a Number of the account, or a number outside of it. */
const wentTo = ({ kind, numberId }: TargetRef): WentTo => (kind !== 'CONTACT' ? kind : numberId === null ? 'EXTERNAL' : 'NUMBER');
