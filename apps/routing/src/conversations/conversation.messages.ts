import {
  callOf,
  engagements,
  ringing,
  transferOf,
  whyNotTransferable,
  wiring,
  type Call,
  type Conversation,
  type Event,
  type Offer,
  type Transfer,
} from '@cordboard/domain-transfer';
import type { CallView, OfferView, RoutingEvent, TargetRef, TransferView, Wiring } from '@cordboard/contracts';

/** What the others are told of a commit: what happened, whom it holds now, who should hear whom, and the pictures that changed. */
export function messagesOf(before: Conversation, after: Conversation, events: readonly Event[]): readonly RoutingEvent[] {
  return [
    ...events.flatMap((event) => told(after, event)),
    ...engagementChanges(before, after),
    ...wiringChange(before, after),
    ...pictures(before, after),
  ];
}

function told(state: Conversation, event: Event): readonly RoutingEvent[] {
  switch (event.type) {
    case 'callBegan': {
      const { id: callId, direction, caller, callerText, lineId, entryNumberId, agentId, viaTransferId, callerAgentId } = event.call;
      return [{ type: 'call.began', callId, direction, caller, callerText, lineId, entryNumberId, agentId, viaTransferId, callerAgentId }];
    }
    case 'callAnswered':
      return callOf(state, event.callId)?.answeredAt === event.at
        ? [{ type: 'call.answered', callId: event.callId, agentId: event.agentId }]
        : [{ type: 'call.resumed', callId: event.callId }];
    case 'holdChanged':
      return isHeldByOther(state, event.by) ? [] : [{ type: event.hold ? 'call.held' : 'call.resumed', callId: event.callId }];
    case 'callEnded': {
      const call = callOf(state, event.callId);
      const via = state.transfers.find((transfer) => transfer.callId === event.callId && transfer.newCallId !== null);
      return [
        {
          type: 'call.ended',
          callId: event.callId,
          agentId: call?.agentId ?? null,
          answered: call?.answeredAt != null,
          direction: call?.direction ?? null,
          how: event.how,
          viaTransferId: event.how === 'TRANSFERRED' ? (via?.id ?? null) : null,
        },
      ];
    }
    case 'offered':
      return offersOf([event.offer]).map((offer) => ({ type: 'offer.made', offer }));
    case 'offerEnded':
      return offersOf(state.offers.filter((offer) => offer.id === event.offerId)).map((offer) => ({ type: 'offer.ended', offer }));
    case 'callTakenByAnnouncement':
      return [{ type: 'call.announced', callId: event.callId, what: event.what }];
    case 'transferStarted':
      return [
        {
          type: 'transfer.started',
          transferId: event.transferId,
          callId: event.callId,
          transferorId: event.transferorId,
          mode: event.mode,
          target: targetRef(event.target),
        },
      ];
    case 'transferCompleted':
    case 'transferReturning':
    case 'transferReturned':
    case 'transferEnded': {
      const transfer = transferOf(state, event.transferId);
      return transfer ? [progress(transfer, event)] : [];
    }
    case 'transferConsulting':
      return transferOf(state, event.transferId) ? [{ type: 'transfer.consulting', ...namesOf(state, event.transferId) }] : [];
    case 'partySwitched':
      return [{ type: event.to === 'CALLER' ? 'call.resumed' : 'call.held', callId: event.callId }];
    case 'broughtTogether':
      return event.hold ? [] : [{ type: 'call.resumed', callId: event.callId }];
    case 'transferTurnedCold':
      return offersOf(ringing(state).filter((offer) => offer.transferId === event.transferId)).map((offer) => ({
        type: 'offer.made',
        offer,
      }));
    case 'outsideDialled':
    case 'announced':
    case 'greetingBrokeOff':
    case 'greeted':
    case 'connectionLost':
    case 'completionBegan':
    case 'colleaguesTalkOn':
    case 'colleaguesLeft':
    case 'conversationBegan':
    case 'callerRefused':
    case 'connectionBegan':
    case 'legReleased':
    case 'legCameUp':
    case 'legMoved':
    case 'legHeld':
    case 'legGone':
      return [];
  }
}

/** Whether the other one on an internal call has the call on hold as well: for both it is held until both have resumed it. */
const isHeldByOther = ({ situation }: Conversation, by: 'AGENT' | 'CALLER'): boolean =>
  situation.is === 'talking' && (by === 'AGENT' ? situation.callerHolds === true : situation.hold);

const namesOf = (state: Conversation, transferId: string): { transferId: string; callId: string; transferorId: string } => {
  const transfer = transferOf(state, transferId);
  return { transferId, callId: transfer?.callId ?? '', transferorId: transfer?.transferorId ?? '' };
};

function progress(
  transfer: Transfer,
  event: Extract<Event, { type: 'transferCompleted' | 'transferReturning' | 'transferReturned' | 'transferEnded' }>,
): RoutingEvent {
  const { id: transferId, callId, transferorId, mode } = transfer;
  switch (event.type) {
    case 'transferCompleted':
      return {
        type: 'transfer.completed',
        transferId,
        callId,
        transferorId,
        mode,
        target: targetRef(transfer.target),
        newCallId: event.newCallId,
        targetAgentId: event.agentId,
      };
    case 'transferReturning':
      return { type: 'transfer.returning', transferId, callId, transferorId, reason: event.reason };
    case 'transferReturned':
      return { type: 'transfer.ended', transferId, callId, transferorId, mode, status: 'RETURNED', reason: transfer.reason ?? 'NO_ANSWER' };
    case 'transferEnded':
      return { type: 'transfer.ended', transferId, callId, transferorId, mode, status: event.status, reason: event.reason };
  }
}

function engagementChanges(before: Conversation, after: Conversation): readonly RoutingEvent[] {
  const [then, now] = [engagements(before), engagements(after)];
  const callId =
    after.situation.is === 'ended' || after.situation.is === 'nothing' ? (after.calls.at(-1)?.id ?? '') : after.situation.callId;
  const engaged = [...now]
    .filter(([agentId, as]) => then.get(agentId) !== as)
    .map(([agentId, as]): RoutingEvent => ({ type: 'agent.engaged', agentId, as, callId }));
  return [
    ...engaged,
    ...[...then.keys()].filter((agentId) => !now.has(agentId)).map((agentId): RoutingEvent => ({ type: 'agent.freed', agentId })),
  ];
}

function wiringChange(before: Conversation, after: Conversation): readonly RoutingEvent[] {
  const now = wiring(after);
  return JSON.stringify(wiring(before)) === JSON.stringify(now) ? [] : [{ type: 'wiring.changed', wiring: now as Wiring }];
}

function pictures(before: Conversation, after: Conversation): readonly RoutingEvent[] {
  const changed = after.calls
    .map((call) => callView(after, call))
    .filter((view) => {
      const call = callOf(before, view.id);
      return !call || JSON.stringify(callView(before, call)) !== JSON.stringify(view);
    });
  return changed.length === 0 ? [] : [{ type: 'calls.changed', calls: changed }];
}

const targetRef = (target: Transfer['target']): TargetRef => ({
  kind: 'contactId' in target && target.contactId !== null ? 'CONTACT' : target.kind,
  label: target.label,
  agentId: target.kind === 'AGENT' ? target.agentId : null,
  teamId: target.kind === 'TEAM' ? target.teamId : null,
  numberId: target.kind === 'NUMBER' ? target.numberId : null,
  contactId: 'contactId' in target ? target.contactId : null,
  phoneNumber: 'phoneNumber' in target ? target.phoneNumber : null,
});

/** What agents are rung with; outside parties are offered nothing that they could see. */
export const offersOf = (offers: readonly Offer[]): OfferView[] =>
  offers.flatMap((offer) => (offer.agentId === null ? [] : [offerView(offer, offer.agentId)]));

const offerView = (offer: Offer, agentId: string): OfferView => {
  const { id, kind, callId, transferId, displayNumber, notice, caller, callerText, transferorId, lineId, note, offeredAt, expiresAt, end } =
    offer;
  const shown = {
    id,
    kind,
    callId,
    transferId,
    agentId,
    displayNumber,
    notice,
    caller,
    callerText,
    transferorId,
    lineId,
    note,
    offeredAt,
    expiresAt,
  };
  return { ...shown, outcome: end?.outcome ?? null, reason: end?.reason ?? null, endedAt: end?.at ?? null };
};

export const transferView = (state: Conversation, transfer: Transfer): TransferView => ({
  id: transfer.id,
  callId: transfer.callId,
  mode: transfer.mode,
  convertedFrom: transfer.convertedFrom,
  status: transfer.status,
  endReason: transfer.reason,
  target: targetRef(transfer.target),
  talkingTo: talkingTo(state, transfer),
  transferorId: transfer.transferorId,
  note: transfer.note,
  offers: offersOf(state.offers.filter((offer) => offer.transferId === transfer.id)),
  newCallId: transfer.newCallId,
  startedAt: transfer.startedAt,
  connectedAt: transfer.connectedAt,
  endedAt: transfer.endedAt,
});

const isOnHold = (situation: Conversation['situation']): boolean =>
  (situation.is === 'talking' && (situation.hold || situation.callerHolds === true)) ||
  ((situation.is === 'calling' || situation.is === 'consulting') && situation.talkingTo === 'TARGET');

/** A voicemail or a message has the caller. */
const isTaken = (situation: Conversation['situation']): boolean => situation.is === 'announcing' && situation.begun;

const talkingTo = ({ situation }: Conversation, transfer: Transfer): 'CALLER' | 'TARGET' | null =>
  (situation.is === 'calling' || situation.is === 'consulting') && situation.transferId === transfer.id ? situation.talkingTo : null;

/** A call as it is in this state. The legs shown are those of the conversation, on the call that they belong to now. */
export function callView(state: Conversation, call: Call): CallView {
  const { situation } = state;
  const current = situation.is !== 'ended' && situation.is !== 'nothing' && situation.callId === call.id;
  const hindrance = whyNotTransferable(state, call.id);
  const offers = state.offers.filter((offer) => offer.callId === call.id);
  return {
    id: call.id,
    conversationId: state.id,
    direction: call.direction,
    state: call.ended ? 'ENDED' : call.answeredAt || (current && isTaken(situation)) ? 'IN_PROGRESS' : 'RINGING',
    lineId: call.lineId,
    caller: call.caller,
    callerText: call.callerText ?? null,
    agentId: call.agentId,
    hold: current && isOnHold(situation),
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    endedAt: call.ended?.at ?? null,
    transfers: state.transfers.filter((transfer) => transfer.callId === call.id).map((transfer) => transferView(state, transfer)),
    legs: current
      ? [...(state.caller ? [state.caller] : []), ...state.legs].map((leg) => ({
          id: leg.id,
          agentId: leg.agentId,
          address: leg.address,
          state: leg.engine.as === 'up' ? 'UP' : 'RINGING',
        }))
      : [],
    untransferable: hindrance && { code: hindrance.refused, message: hindrance.message, remedy: hindrance.remedy ?? null },
    participants: [
      ...new Set([
        ...(call.agentId ? [call.agentId] : []),
        ...(call.callerAgentId ? [call.callerAgentId] : []),
        ...offers.flatMap((offer) => offer.agentId ?? []),
        ...state.transfers.filter((transfer) => transfer.callId === call.id).map((transfer) => transfer.transferorId),
      ]),
    ],
  };
}

/** The pictures of the live calls, and of what rings, that this agent is part of. */
export const liveFor = (state: Conversation, agentId: string): { calls: readonly CallView[]; offers: readonly OfferView[] } => ({
  calls: state.calls
    .filter((call) => !call.ended)
    .map((call) => callView(state, call))
    .filter((view) => view.participants.includes(agentId)),
  offers: offersOf(ringing(state).filter((offer) => offer.agentId === agentId)),
});
