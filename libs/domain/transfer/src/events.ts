import type {
  Announcement,
  Call,
  CallEndHow,
  Conversation,
  EndReason,
  Leg,
  Offer,
  OnLeg,
  Party,
  OfferOutcome,
  SoundFile,
  Target,
  Transfer,
  TransferMode,
} from './conversation.ts';

/** What happened in a conversation. */
export type Event =
  | {
      readonly type: 'conversationBegan';
      readonly id: string;
      readonly account: string;
      readonly caller: Leg;
      readonly music?: SoundFile | null;
    }
  | { readonly type: 'callBegan'; readonly call: Call }
  | {
      readonly type: 'outsideDialled';
      readonly callId: string;
      readonly agentId: string;
      /** The agent's own. */
      readonly leg: Leg;
      /** What the outside party's phone shows. */
      readonly shownAs: string;
      readonly until: string;
    }
  | { readonly type: 'announced'; readonly callId: string; readonly transferId: string | null; readonly announcement: Announcement }
  | { readonly type: 'greetingBrokeOff'; readonly at: string }
  | { readonly type: 'greeted' }
  | { readonly type: 'callTakenByAnnouncement'; readonly callId: string; readonly what: 'voicemail' | 'unavailable-message' }
  | { readonly type: 'callerRefused'; readonly legId: string }
  | { readonly type: 'offered'; readonly offer: Offer }
  | {
      readonly type: 'offerEnded';
      readonly offerId: string;
      readonly outcome: OfferOutcome;
      readonly reason: EndReason | null;
      readonly at: string;
    }
  | {
      readonly type: 'connectionBegan';
      readonly callId: string;
      readonly offerId: string;
      readonly agentId: string | null;
      readonly legId: string;
    }
  | { readonly type: 'callAnswered'; readonly callId: string; readonly agentId: string | null; readonly legId: string; readonly at: string }
  | { readonly type: 'holdChanged'; readonly callId: string; readonly by: 'AGENT' | 'CALLER'; readonly hold: boolean }
  | { readonly type: 'callEnded'; readonly callId: string; readonly how: CallEndHow; readonly at: string }
  | {
      readonly type: 'transferStarted';
      readonly transferId: string;
      readonly callId: string;
      readonly mode: TransferMode;
      readonly target: Target;
      readonly transferorId: string;
      readonly note: string | null;
      readonly shownAs: Transfer['shownAs'];
      readonly at: string;
    }
  | {
      readonly type: 'transferCompleted';
      readonly transferId: string;
      readonly newCallId: string;
      readonly agentId: string | null;
      readonly at: string;
    }
  | { readonly type: 'transferConsulting'; readonly transferId: string; readonly at: string }
  | { readonly type: 'partySwitched'; readonly transferId: string; readonly callId: string; readonly to: Party }
  | { readonly type: 'transferTurnedCold'; readonly transferId: string }
  | {
      readonly type: 'connectionLost';
      readonly callId: string;
      readonly transferId: string | null;
      readonly kind: Offer['kind'];
    }
  | { readonly type: 'completionBegan'; readonly transferId: string }
  | { readonly type: 'broughtTogether'; readonly callId: string; readonly agentId: string; readonly legId: string; readonly hold: boolean }
  | { readonly type: 'colleaguesLeft' }
  | { readonly type: 'colleaguesTalkOn'; readonly callId: string; readonly both: readonly [OnLeg, OnLeg] }
  | { readonly type: 'transferReturning'; readonly transferId: string; readonly reason: EndReason }
  | { readonly type: 'transferReturned'; readonly transferId: string; readonly at: string }
  | {
      readonly type: 'transferEnded';
      readonly transferId: string;
      readonly status: 'CANCELLED' | 'ABANDONED' | 'FAILED';
      readonly reason: EndReason;
      readonly at: string;
    }
  | { readonly type: 'legReleased'; readonly legId: string; readonly reason: Conversation['ending'][number]['reason'] }
  | { readonly type: 'legCameUp'; readonly legId: string }
  | { readonly type: 'legMoved'; readonly legId: string; readonly room: 'main' | 'consultation' | null }
  | { readonly type: 'legHeld'; readonly legId: string; readonly held: boolean }
  | { readonly type: 'legGone'; readonly legId: string };

export const evolve = (state: Conversation, event: Event): Conversation => {
  switch (event.type) {
    case 'conversationBegan':
      return { ...state, id: event.id, account: event.account, caller: event.caller, ...(event.music ? { music: event.music } : {}) };
    case 'callBegan':
      return {
        ...state,
        calls: [...state.calls, event.call],
        situation: state.situation.is === 'nothing' ? { is: 'ringing', callId: event.call.id } : state.situation,
      };
    case 'outsideDialled':
      return {
        ...state,
        legs: [...state.legs, event.leg],
        situation: {
          is: 'dialling',
          callId: event.callId,
          agentId: event.agentId,
          legId: event.leg.id,
          shownAs: event.shownAs,
          until: event.until,
        },
      };
    case 'announced': {
      const { callId, transferId, announcement } = event;
      return { ...state, announced: state.announced + 1, situation: { is: 'announcing', callId, transferId, announcement, begun: false } };
    }
    case 'greetingBrokeOff':
      return state.situation.is === 'announcing' ? { ...state, situation: { ...state.situation, brokenOffAt: event.at } } : state;
    case 'greeted': {
      if (state.situation.is !== 'announcing') return state;
      const { callId, transferId } = state.situation;
      return { ...state, situation: transferId === null ? { is: 'ringing', callId } : { is: 'transferring', callId, transferId } };
    }
    case 'callTakenByAnnouncement':
      return state.situation.is === 'announcing'
        ? { ...state, situation: { ...state.situation, callId: event.callId, transferId: null, begun: true } }
        : state;
    case 'callerRefused':
      return {
        ...state,
        caller: null,
        ending: [...state.ending, { legId: event.legId, reason: 'invalid_number' }],
        situation: { is: 'ended' },
      };
    case 'offered':
      return {
        ...state,
        offers: [...state.offers, event.offer],
        legs: [
          ...state.legs,
          { id: event.offer.legId, address: event.offer.address, agentId: event.offer.agentId, engine: { as: 'ringing' } },
        ],
      };
    case 'offerEnded':
      return {
        ...state,
        offers: state.offers.map((offer) =>
          offer.id === event.offerId ? { ...offer, end: { outcome: event.outcome, reason: event.reason, at: event.at } } : offer,
        ),
      };
    case 'connectionBegan':
      if (state.situation.is === 'calling') {
        const target = { agentId: event.agentId, legId: event.legId };
        return { ...state, situation: { ...state.situation, is: 'consulting', target, offerId: event.offerId, talkingTo: 'TARGET' } };
      }
      return {
        ...state,
        situation: { is: 'connecting', callId: event.callId, offerId: event.offerId, agentId: event.agentId, legId: event.legId },
      };
    case 'callAnswered':
      return {
        ...withCall(state, event.callId, (call) => ({ ...call, agentId: event.agentId, answeredAt: call.answeredAt ?? event.at })),
        situation: { is: 'talking', callId: event.callId, agentId: event.agentId, legId: event.legId, hold: false },
      };
    case 'holdChanged':
      return {
        ...state,
        situation:
          state.situation.is === 'talking'
            ? { ...state.situation, ...(event.by === 'AGENT' ? { hold: event.hold } : { callerHolds: event.hold }) }
            : state.situation,
      };
    case 'callEnded': {
      const after = withCall(state, event.callId, (call) => ({ ...call, ended: { at: event.at, how: event.how } }));
      return after.calls.every((call) => call.ended !== null) ? { ...after, situation: { is: 'ended' } } : after;
    }
    case 'transferStarted': {
      const { transferId: id, callId, mode, target, transferorId, note, shownAs } = event;
      const transfer: Transfer = {
        id,
        callId,
        mode,
        convertedFrom: null,
        target,
        transferorId,
        note,
        shownAs,
        ...(state.situation.is === 'talking' && state.situation.hold ? { wasOnHold: true } : {}),
        status: 'RINGING',
        reason: null,
        newCallId: null,
        startedAt: event.at,
        connectedAt: null,
        endedAt: null,
      };
      const after = { ...state, transfers: [...state.transfers, transfer] };
      if (mode === 'COLD' || state.situation.is !== 'talking')
        return { ...after, situation: { is: 'transferring', callId, transferId: id } };
      const { legId } = state.situation;
      return { ...after, situation: { is: 'calling', callId, transferId: id, agentId: transferorId, legId, talkingTo: 'TARGET' } };
    }
    case 'transferConsulting':
      return withTransfer(state, event.transferId, (transfer) => ({ ...transfer, status: 'CONSULTING' }));
    case 'partySwitched':
      return {
        ...state,
        situation:
          state.situation.is === 'calling' || state.situation.is === 'consulting'
            ? { ...state.situation, talkingTo: event.to }
            : state.situation,
      };
    case 'transferTurnedCold': {
      const cold = withTransfer(state, event.transferId, (transfer) => ({ ...transfer, mode: 'COLD', convertedFrom: 'WARM' }));
      const offers = state.offers.map((offer) =>
        offer.transferId === event.transferId && offer.end === null ? { ...showingCaller(offer), kind: 'COLD_TRANSFER' as const } : offer,
      );
      if (state.situation.is !== 'calling') return { ...cold, offers };
      const { callId, transferId } = state.situation;
      return { ...cold, offers, situation: { is: 'transferring', callId, transferId } };
    }
    case 'connectionLost': {
      const { callId, transferId } = event;
      if (state.situation.is === 'consulting') {
        const { target: _, offerId: __, ...consultation } = state.situation;
        return { ...state, situation: { ...consultation, is: 'calling' } };
      }
      if (transferId === null) return { ...state, situation: { is: 'ringing', callId } };
      return { ...state, situation: { is: event.kind === 'TRANSFER_RETURN' ? 'returning' : 'transferring', callId, transferId } };
    }
    case 'completionBegan': {
      if (state.situation.is !== 'consulting') return state;
      const { callId, offerId, target } = state.situation;
      return { ...state, situation: { is: 'connecting', callId, offerId, ...target } };
    }
    case 'broughtTogether': {
      const { callId, agentId, legId, hold } = event;
      return { ...state, situation: { is: 'talking', callId, agentId, legId, hold } };
    }
    case 'colleaguesLeft':
      return { ...state, situation: { is: 'ended' } };
    case 'colleaguesTalkOn':
      return { ...state, situation: { is: 'colleagues', callId: event.callId, both: event.both } };
    case 'transferCompleted':
      return withTransfer(
        { ...state, offers: state.offers.map((offer) => (offer.transferId === event.transferId ? showingCaller(offer) : offer)) },
        event.transferId,
        (transfer) => ({
          ...transfer,
          status: 'COMPLETED',
          newCallId: event.newCallId,
          connectedAt: event.at,
          endedAt: event.at,
        }),
      );
    case 'transferReturning': {
      const after = withTransfer(state, event.transferId, (transfer) => ({ ...transfer, status: 'RETURNING', reason: event.reason }));
      const callId = after.transfers.find((transfer) => transfer.id === event.transferId)?.callId ?? '';
      return { ...after, situation: { is: 'returning', callId, transferId: event.transferId } };
    }
    case 'transferReturned':
      return withTransfer(state, event.transferId, (transfer) => ({ ...transfer, status: 'RETURNED', endedAt: event.at }));
    case 'transferEnded':
      return withTransfer(state, event.transferId, (transfer) => ({
        ...transfer,
        status: event.status,
        reason: event.reason,
        endedAt: event.at,
      }));
    case 'legReleased':
      return { ...withoutLeg(state, event.legId), ending: [...state.ending, { legId: event.legId, reason: event.reason }] };
    case 'legCameUp':
      return withLeg(state, event.legId, (leg) => ({ ...leg, engine: { as: 'up', room: null, held: false } }));
    case 'legMoved':
      return withLeg(state, event.legId, (leg) => ({
        ...leg,
        engine: { as: 'up', room: event.room, held: leg.engine.as === 'up' && leg.engine.held },
      }));
    case 'legHeld':
      return withLeg(state, event.legId, (leg) => ({
        ...leg,
        engine: { as: 'up', room: leg.engine.as === 'up' ? leg.engine.room : null, held: event.held },
      }));
    case 'legGone':
      return { ...withoutLeg(state, event.legId), ending: state.ending.filter((leg) => leg.legId !== event.legId) };
  }
};

/** What a colleague's phone shows once the caller is on the other side (S12); an outside party goes on seeing the account. */
const showingCaller = (offer: Offer): Offer =>
  offer.agentId === null
    ? offer
    : { ...offer, displayNumber: offer.caller ?? 'anonymous', displayName: offer.caller ?? offer.callerText ?? 'anonymous', notice: null };

const withCall = (state: Conversation, id: string, change: (call: Call) => Call): Conversation => ({
  ...state,
  calls: state.calls.map((call) => (call.id === id ? change(call) : call)),
});
const withTransfer = (state: Conversation, id: string, change: (transfer: Transfer) => Transfer): Conversation => ({
  ...state,
  transfers: state.transfers.map((transfer) => (transfer.id === id ? change(transfer) : transfer)),
});
const withLeg = (state: Conversation, id: string, change: (leg: Leg) => Leg): Conversation => ({
  ...state,
  caller: state.caller?.id === id ? change(state.caller) : state.caller,
  legs: state.legs.map((leg) => (leg.id === id ? change(leg) : leg)),
});
const withoutLeg = (state: Conversation, id: string): Conversation => ({
  ...state,
  caller: state.caller?.id === id ? null : state.caller,
  legs: state.legs.filter((leg) => leg.id !== id),
});
