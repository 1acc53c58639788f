/** The state of one conversation: every call that one caller's contact became, its legs, offers and transfers. One writer at a time. */
export interface Conversation {
  readonly id: string;
  readonly account: string;
  readonly situation: Situation;
  readonly calls: readonly Call[];
  /** The external party whose call it is; on an internal call, the colleague who calls. */
  readonly caller: Leg | null;
  /** The agents' legs that live. */
  readonly legs: readonly Leg[];
  /** Legs that were told to end and have not yet, with what their phones may be told. */
  readonly ending: readonly {
    readonly legId: string;
    readonly reason: 'hangup' | 'answered_elsewhere' | 'cancelled' | 'no_answer' | 'invalid_number';
  }[];
  readonly offers: readonly Offer[];
  readonly transfers: readonly Transfer[];
  /** How many announcements there were. */
  readonly announced: number;
  /** What those hear who are on hold: of the Number that the call came to or went out from; without it, what is usual. */
  readonly music?: SoundFile | null;
}

/** What goes on. `connecting` waits for the engine: COMPLETED means that the two hear each other, not that it was sent. */
export type Situation =
  | { readonly is: 'nothing' }
  | { readonly is: 'ringing'; readonly callId: string }
  | {
      readonly is: 'dialling';
      readonly callId: string;
      readonly agentId: string;
      readonly legId: string;
      readonly shownAs: string;
      readonly until: string;
    }
  | { readonly is: 'transferring'; readonly callId: string; readonly transferId: string }
  | { readonly is: 'returning'; readonly callId: string; readonly transferId: string }
  | ({ readonly is: 'connecting'; readonly callId: string; readonly offerId: string } & OnLeg)
  | ({
      readonly is: 'talking';
      readonly callId: string;
      /** The agent has the caller on hold. */
      readonly hold: boolean;
      /** On an internal call: the colleague who called has the other one on hold. */
      readonly callerHolds?: boolean;
    } & OnLeg)
  | ({ readonly is: 'calling'; readonly talkingTo: Party } & Consultation)
  | ({ readonly is: 'consulting'; readonly offerId: string; readonly target: OnLeg; readonly talkingTo: Party } & Consultation)
  | {
      /** A Number speaks to the caller. `transferId`: the transfer that is pending meanwhile; `begun`: the caller hears it. */
      readonly is: 'announcing';
      readonly callId: string;
      readonly transferId: string | null;
      readonly announcement: Announcement;
      readonly begun: boolean;
      /** A greeting broke off at this time: most often the caller has hung up, which the engine tells next. ISO-8601. */
      readonly brokenOffAt?: string;
    }
  | { readonly is: 'colleagues'; readonly callId: string; readonly both: readonly [OnLeg, OnLeg] }
  | { readonly is: 'ended' };

/** Somebody on the other side of the caller, with their leg. */
export interface OnLeg {
  /** Null for an outside party. */
  readonly agentId: string | null;
  readonly legId: string;
}
/** A warm transfer that is not settled: the transferor keeps their leg. */
interface Consultation {
  readonly agentId: string;
  readonly legId: string;
  readonly callId: string;
  readonly transferId: string;
}
/** With whom the transferor talks. */
export type Party = 'CALLER' | 'TARGET';

/** A sound that an account has uploaded, and where it lies in the storage for media. */
export interface SoundFile {
  readonly id: string;
  readonly key: string;
}

/** A message of a Number's own: a text that is spoken, or a file that is played. */
export interface Words {
  readonly text: string | null;
  readonly file: SoundFile | null;
}

/** What a Number says to a caller instead of a person; without text and file: the usual words. */
export interface Announcement extends Words {
  readonly id: string;
  readonly what: 'greeting' | 'voicemail' | 'unavailable-message';
  readonly numberId: string;
  /** The language that the words are in (BCP 47); null: what is usual. */
  readonly language: string | null;
}

/** One party's connection to the engine, as the engine last told it. */
export interface Leg {
  readonly id: string;
  /** An agent's id, or an E.164 number. */
  readonly address: string;
  readonly agentId: string | null;
  readonly engine: { readonly as: 'ringing' } | { readonly as: 'up'; readonly room: Room | null; readonly held: boolean };
}
export type Room = 'main' | 'consultation';

export interface Call {
  readonly id: string;
  readonly direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL';
  readonly lineId: string | null;
  /** The first Number dialled in the flow; only on the first call (S38). */
  readonly entryNumberId: string | null;
  readonly caller: string | null;
  /** What people are shown where a caller has no number: withheld, or what the carrier sent instead. */
  readonly callerText?: string | null;
  /** The colleague who calls, on an internal call. */
  readonly callerAgentId: string | null;
  /** Who answered it, or dialled it. */
  readonly agentId: string | null;
  readonly viaTransferId: string | null;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly ended: { readonly at: string; readonly how: CallEndHow } | null;
}
export type CallEndHow =
  | 'CALLER_HUNG_UP'
  | 'AGENT_HUNG_UP'
  | 'TARGET_HUNG_UP'
  | 'TRANSFERRED'
  | 'NOBODY_ANSWERED'
  | 'TRANSFER_UNANSWERED'
  | 'VOICEMAIL'
  | 'UNAVAILABILITY_MESSAGE'
  | 'ENGINE_LOST';

export type OfferKind = 'DIRECT' | 'COLD_TRANSFER' | 'WARM_TRANSFER' | 'TRANSFER_RETURN';
export type OfferOutcome = 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT' | 'ANSWERED_ELSEWHERE' | 'RESCINDED';
export interface Offer {
  readonly id: string;
  readonly kind: OfferKind;
  readonly callId: string;
  readonly transferId: string | null;
  /** Offers of one group ring at the same time and one of them wins. */
  readonly group: number;
  /** The step of the Number's distribution that rings; null where no Number does. */
  readonly step: number | null;
  /** Null: an outside party is rung. */
  readonly agentId: string | null;
  /** What is dialled: the agent's device by their id, or a phone number. */
  readonly address: string;
  readonly legId: string;
  readonly displayNumber: string;
  readonly displayName: string;
  readonly notice: string | null;
  readonly caller: string | null;
  readonly callerText?: string | null;
  readonly transferorId: string | null;
  readonly lineId: string | null;
  readonly note: string | null;
  readonly offeredAt: string;
  readonly expiresAt: string;
  readonly end: { readonly outcome: OfferOutcome; readonly reason: EndReason | null; readonly at: string } | null;
}

export type TransferMode = 'COLD' | 'WARM';
export type TransferStatus = 'RINGING' | 'CONSULTING' | 'COMPLETED' | 'RETURNING' | 'RETURNED' | 'CANCELLED' | 'ABANDONED' | 'FAILED';
export type EndReason =
  | 'REJECTED'
  | 'NO_ANSWER'
  | 'BUSY'
  | 'TARGET_UNAVAILABLE'
  | 'INVALID_DESTINATION'
  | 'CANCELLED_BY_TRANSFEROR'
  | 'CALLER_HUNG_UP'
  | 'TARGET_HUNG_UP'
  | 'TRANSFEROR_UNAVAILABLE'
  | 'HOP_LIMIT'
  | 'TELEPHONY_ERROR';
/** Whom a transfer goes to; `label` is the name it had when it was chosen. */
export type Target =
  | { readonly kind: 'AGENT'; readonly agentId: string; readonly label: string }
  | { readonly kind: 'TEAM'; readonly teamId: string; readonly label: string }
  | {
      readonly kind: 'NUMBER';
      readonly numberId: string;
      readonly phoneNumber: string;
      /** The contact that was chosen and stands for it. */
      readonly contactId: string | null;
      readonly label: string;
    }
  | { readonly kind: 'EXTERNAL'; readonly phoneNumber: string; readonly contactId: string | null; readonly label: string };
export interface Transfer {
  readonly id: string;
  readonly callId: string;
  readonly mode: TransferMode;
  /** What it began as, where the transferor left before anybody answered (D13). */
  readonly convertedFrom: TransferMode | null;
  readonly status: TransferStatus;
  readonly reason: EndReason | null;
  readonly target: Target;
  readonly transferorId: string;
  readonly note: string | null;
  /** What phones show of the transferor, or, at an outside party, of the account. */
  readonly shownAs: { readonly number: string; readonly name: string };
  /** The caller was on hold when the transfer began, and is again once it is cancelled or comes to nothing (D17). */
  readonly wasOnHold?: boolean;
  readonly newCallId: string | null;
  readonly startedAt: string;
  readonly connectedAt: string | null;
  readonly endedAt: string | null;
}

export const noConversation: Conversation = {
  id: '',
  account: '',
  situation: { is: 'nothing' },
  calls: [],
  caller: null,
  legs: [],
  ending: [],
  offers: [],
  transfers: [],
  announced: 0,
};

export const callOf = (state: Conversation, callId: string): Call | undefined => state.calls.find((call) => call.id === callId);
export const transferOf = (state: Conversation, transferId: string): Transfer | undefined =>
  state.transfers.find((transfer) => transfer.id === transferId);
export const offerOf = (state: Conversation, offerId: string): Offer | undefined => state.offers.find((offer) => offer.id === offerId);
/** Whether a call is this agent's: theirs who answered or dialled it, and on a call between colleagues also theirs who called (D20). */
export const isAgentOf = (agentId: string, call: Pick<Call, 'agentId' | 'callerAgentId'>): boolean =>
  call.agentId === agentId || call.callerAgentId === agentId;
/** What was dialled to reach this agent in this conversation: it is dialled again to bring them back. */
export const addressOf = (state: Conversation, agentId: string): string =>
  state.offers.findLast((offer) => offer.agentId === agentId && offer.end?.outcome === 'ACCEPTED')?.address ?? agentId;
/** Whether an agent's or a target's phone is picked up, as the engine last told it. */
export const isUp = (state: Conversation, legId: string): boolean => state.legs.find((leg) => leg.id === legId)?.engine.as === 'up';

/** Whether this leg was let go by ourselves: its end decides nothing. */
export const isLetGo = (state: Conversation, legId: string): boolean => state.ending.some((leg) => leg.legId === legId);
/** Offers that still ring. */
export const ringing = (state: Conversation): readonly Offer[] => state.offers.filter((offer) => offer.end === null);
/** Whether transferor and target hear each other, as the engine last told it. */
export const consult = (state: Conversation, legIds: readonly string[]): boolean =>
  legIds.every((id) => {
    const engine = state.legs.find((leg) => leg.id === id)?.engine;
    return engine?.as === 'up' && engine.room === 'consultation' && !engine.held;
  });
/** Whether the caller and the agent on this leg hear each other, as the engine last told it. */
export const hearEachOther = (state: Conversation, legId: string): boolean =>
  [state.caller, state.legs.find((leg) => leg.id === legId)].every(
    (leg) => leg?.engine.as === 'up' && leg.engine.room === 'main' && !leg.engine.held,
  );
/** A consultation whose transferor has left, until caller and target hear each other or one of them is gone. */
export const isBeingCompleted = ({ situation, offers }: Conversation): boolean =>
  situation.is === 'connecting' && offers.some(({ id, kind }) => id === situation.offerId && kind === 'WARM_TRANSFER');
/** Whether the engine has done what is wanted of a call that is connected: who is on hold is, and otherwise the two hear each other. */
export function isAsWanted(state: Conversation): boolean {
  const { situation } = state;
  if (situation.is !== 'talking') return false;
  const isHeld = (leg: Leg | null | undefined): boolean => leg?.engine.as === 'up' && leg.engine.held;
  if (!situation.hold && !situation.callerHolds) return hearEachOther(state, situation.legId);
  const agent = state.legs.find((leg) => leg.id === situation.legId);
  return (!situation.hold || isHeld(state.caller)) && (!situation.callerHolds || isHeld(agent));
}
/** The Number whose settings the call follows now: the one that was dialled, or that it was transferred to. Null: it follows none. */
export function numberFollowed(state: Conversation): string | null {
  const { situation } = state;
  switch (situation.is) {
    case 'ringing':
      return lineOf(state, situation.callId);
    case 'announcing':
      return situation.announcement.numberId;
    case 'transferring':
    case 'calling':
    case 'consulting':
      return targetNumber(state, situation.transferId);
    case 'connecting': {
      const offer = offerOf(state, situation.offerId);
      if (!offer || offer.kind === 'TRANSFER_RETURN') return null;
      return offer.transferId === null ? lineOf(state, situation.callId) : targetNumber(state, offer.transferId);
    }
    case 'nothing':
    case 'dialling':
    case 'returning':
    case 'talking':
    case 'colleagues':
    case 'ended':
      return null;
  }
}
const lineOf = (state: Conversation, callId: string): string | null => {
  const call = callOf(state, callId);
  return call?.direction === 'INBOUND' ? call.lineId : null;
};
const targetNumber = (state: Conversation, transferId: string): string | null => {
  const target = transferOf(state, transferId)?.target;
  return target?.kind === 'NUMBER' ? target.numberId : null;
};
/** True when nothing lives any more, not even a leg on its way out. */
export const isOver = (state: Conversation): boolean =>
  state.situation.is === 'ended' && state.ending.length === 0 && state.caller === null && state.legs.length === 0;

/** Ids inside a conversation follow from what it already has, so the rules need no randomness and every id tells its conversation. */
export const nextCallId = (state: Conversation): string => `${state.id}-c${state.calls.length + 1}`;
export const nextAnnouncementId = (state: Conversation): string => `${state.id}-a${state.announced + 1}`;
export const nextTransferId = (state: Conversation): string => `${state.id}-t${state.transfers.length + 1}`;
/** The conversation that a call's, a transfer's or an offer's id belongs to; null for what is no such id. */
export const conversationIdOf = (id: string): string | null => /^([a-z0-9]{20})-[ctol]\d+$/.exec(id)?.[1] ?? null;
