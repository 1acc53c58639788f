import type { CallView, RoutingEvent, Told, TransferView } from '@cordboard/contracts';
import type { CallPayload, DataOf, Message } from './payloads.ts';

/** What is told of a commit of routing, and the calls as they are after it. */
export interface CallsTold {
  readonly messages: readonly Message[];
  readonly calls: readonly CallPayload[];
}

/** The order that is kept: all that happens in a conversation. */
export const keyOfCall = (conversationId: string): string => `call/${conversationId}`;

/**
 * A commit's events in the words of webhooks. `known`: the calls as they were before, by id. Hold and its end are told where the
 * picture of a call shows them, however it came to it: routing says of a consultation that it began, and not that somebody holds.
 * @throws Error for an event of a call of which there is no picture: routing shows every call that it says something of
 */
export function tellOfCalls(told: Told<RoutingEvent>, known: ReadonlyMap<string, CallPayload>): CallsTold {
  const views = new Map(told.events.flatMap((event) => (event.type === 'calls.changed' ? event.calls : [])).map((view) => [view.id, view]));
  const callOf = (id: string): CallPayload => {
    const view = views.get(id);
    const call = view ? payloadOf(view) : known.get(id);
    if (!call) throw new Error(`nothing is known of call ${id}`);
    return call;
  };
  const transferOf = (id: string, callId: string): DataOf<'call.unsuccessful_transfer'>['transfer'] => {
    const transfer = views.get(callId)?.transfers.find((one) => one.id === id);
    if (!transfer) throw new Error(`nothing is shown of transfer ${id}`);
    return transferPayload(transfer);
  };
  const say = (message: Pick<Message, 'type' | 'data'>): Message =>
    ({ ...message, key: keyOfCall(told.key), timestamp: told.at }) as Message;

  const messages = told.events.flatMap((event): Message[] => {
    switch (event.type) {
      case 'call.began': {
        const { callId, entryNumberId, viaTransferId, callerAgentId } = event;
        return [say({ type: 'call.created', data: { call: callOf(callId), entryNumberId, viaTransferId, callerAgentId } })];
      }
      case 'call.answered':
        return [say({ type: 'call.answered', data: { call: callOf(event.callId) } })];
      case 'transfer.completed': {
        const [call, transfer] = [callOf(event.callId), transferOf(event.transferId, event.callId)];
        return isOutside(transfer.target)
          ? [say({ type: 'call.external_transferred', data: { call, transfer } })]
          : [say({ type: 'call.transferred', data: { call, transfer, takenByAgentId: event.targetAgentId } })];
      }
      case 'transfer.ended': {
        const data = { call: callOf(event.callId), transfer: transferOf(event.transferId, event.callId) };
        return [say({ type: 'call.unsuccessful_transfer', data })];
      }
      case 'call.ended': {
        const [call, by] = [callOf(event.callId), HUNG_UP[event.how]];
        const hungUp = by ? [say({ type: 'call.hungup', data: { call, by } })] : [];
        return [...hungUp, say({ type: 'call.ended', data: { call, how: event.how } })];
      }
      case 'calls.changed':
        return event.calls.flatMap((view) =>
          view.state !== 'ENDED' && view.hold !== (known.get(view.id)?.hold ?? false)
            ? [say({ type: view.hold ? 'call.hold' : 'call.unhold', data: { call: payloadOf(view) } })]
            : [],
        );
      case 'call.announced':
      case 'call.held':
      case 'call.resumed':
      case 'offer.made':
      case 'offer.ended':
      case 'transfer.started':
      case 'transfer.consulting':
      case 'transfer.returning':
      case 'agent.engaged':
      case 'agent.freed':
      case 'wiring.changed':
        return [];
    }
  });
  return { messages, calls: [...views.values()].map(payloadOf) };
}

/** Who, where somebody hung up. */
const HUNG_UP: Partial<Record<string, DataOf<'call.hungup'>['by']>> = {
  CALLER_HUNG_UP: 'CALLER',
  AGENT_HUNG_UP: 'AGENT',
  TARGET_HUNG_UP: 'TARGET',
};

/** A contact may stand for a Number of the account or for an outside number. */
const isOutside = ({ kind, numberId, phoneNumber }: TransferView['target']): boolean =>
  kind === 'EXTERNAL' || (kind === 'CONTACT' && numberId === null && phoneNumber !== null);

const payloadOf = (view: CallView): CallPayload => {
  const {
    id,
    conversationId,
    direction,
    state,
    lineId: numberId,
    caller,
    callerText = null,
    agentId,
    hold,
    startedAt,
    answeredAt,
    endedAt,
  } = view;
  return { id, conversationId, direction, state, numberId, caller, callerText, agentId, hold, startedAt, answeredAt, endedAt };
};

const transferPayload = (view: TransferView): DataOf<'call.unsuccessful_transfer'>['transfer'] => {
  const { id, mode, status, endReason, transferorId, target, newCallId, startedAt, endedAt } = view;
  return { id, mode, status, endReason, transferorId, target, newCallId, startedAt, endedAt };
};
