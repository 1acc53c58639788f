import { eventsOf, RoutingEvent, type Told } from '@cordboard/contracts';
import { recording, type Conversation, type Happened } from '@cordboard/domain-recording';
import type { Database, Sql } from '@cordboard/platform-database';
import { once, type Outbox, type OutboxRow, type Taken } from '@cordboard/platform-messaging';
import type { Conversations } from '../calls/conversation.handler.ts';
import type { ConversationStore } from '../calls/conversation.store.ts';
import { policyFor } from '../policy/policy.store.ts';

/** What routing said of a conversation, and what follows for its recording, in one transaction with how far we have heard it. */
export const takeRouting =
  (database: Database, parts: { readonly conversations: Conversations; readonly store: ConversationStore; readonly outbox: Outbox }) =>
  async (told: Told<{ type: string }>): Promise<Taken> => {
    const events = eventsOf(RoutingEvent, told);
    let rows: readonly OutboxRow[] = [];
    const taken = await once(database, told, async (tx) => {
      const hear = (state: Conversation): Promise<Conversation> => after(tx, told.account, state, events);
      if (events.some(isHeard)) ({ rows } = await parts.conversations.change(tx, told.account, told.key, hear));
      for (const event of events)
        if (event.type === 'calls.changed')
          for (const { id, participants } of event.calls) await parts.store.saveParticipants(tx, told.account, id, participants);
    });
    if (taken === 'applied') await parts.outbox.publish(rows);
    return taken;
  };

/** The conversation after these events; the policy of an answered call is the one that holds now. */
async function after(tx: Sql, account: string, before: Conversation, events: readonly RoutingEvent[]): Promise<Conversation> {
  let state = before;
  for (const event of events) {
    const lineId = event.type === 'call.answered' ? (state.calls.find(({ id }) => id === event.callId)?.lineId ?? null) : null;
    const happened =
      event.type === 'call.answered'
        ? { type: 'answered' as const, callId: event.callId, agentId: event.agentId, policy: await policyFor(tx, account, lineId) }
        : happenedIn(event);
    if (happened) state = recording.evolve(state, happened);
  }
  return state;
}

const isHeard = (event: RoutingEvent): boolean => event.type === 'call.answered' || happenedIn(event) !== null;

/** What an event means for recordings; null: nothing. */
function happenedIn(event: RoutingEvent): Happened | null {
  switch (event.type) {
    case 'call.began': {
      const { callId, lineId, agentId, callerAgentId } = event;
      const agentIds = [callerAgentId, agentId].filter((id) => id !== null);
      return { type: 'began', callId, lineId, agentIds, internal: event.direction === 'INTERNAL' };
    }
    case 'call.announced':
      return { type: 'announced', callId: event.callId };
    case 'transfer.started':
      return event.mode === 'COLD' ? { type: 'leaving', callId: event.callId, cold: true } : null;
    case 'offer.made': // of a warm transfer that has turned cold, too
      return event.offer.kind === 'COLD_TRANSFER' ? { type: 'leaving', callId: event.offer.callId, cold: true } : null;
    case 'transfer.ended':
      return { type: 'leaving', callId: event.callId, cold: false };
    case 'transfer.completed':
      return { type: 'transferred', callId: event.callId, mode: event.mode, newCallId: event.newCallId };
    case 'call.ended':
      return { type: 'ended', callId: event.callId };
    case 'call.answered':
    case 'call.held':
    case 'call.resumed':
    case 'offer.ended':
    case 'transfer.consulting':
    case 'transfer.returning':
    case 'agent.engaged':
    case 'agent.freed':
    case 'wiring.changed':
    case 'calls.changed':
      return null;
  }
}
