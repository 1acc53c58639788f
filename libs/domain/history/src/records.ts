/** A call as it was: one row a call, from its beginning. Times are ISO-8601, spans are in ms. */
export interface CallRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL';
  /** The outside party, E.164; null on an internal call. */
  readonly caller: string | null;
  /** What people are shown where a caller has no number; null where there is one. */
  readonly callerText: string | null;
  /** The colleague who calls, on an internal call. */
  readonly callerAgentId: string | null;
  readonly lineId: string | null;
  /** The first Number dialled in the flow; null on a call that a transfer made. */
  readonly entryNumberId: string | null;
  /** The agent whose call it is; null where nobody of the account took it: an outside number, a voicemail or a message did. */
  readonly agentId: string | null;
  /** The transfer that made this call. */
  readonly viaTransferId: string | null;
  /** Null while the call lives. */
  readonly outcome: Outcome | null;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly clock: Clock;
  /** What transfers of it were tried to, as it was chosen. */
  readonly transferKinds: readonly Target['kind'][];
  /** Whose call it is: they may read the row. */
  readonly participants: readonly string[];
}

/**
 * What became of a call: `MISSED` nobody answered, `VOICEMAIL` a voicemail took the caller (whether a message was left is another
 * matter), `ABANDONED` whoever called left before, `FAILED` the engine lost it.
 */
export type Outcome = 'ANSWERED' | 'TRANSFERRED' | 'MISSED' | 'VOICEMAIL' | 'ABANDONED' | 'FAILED';

/** Where a call's time went: each moment of its life is in at most one of the three spans. */
export interface Clock {
  /** `announced`: a voicemail or a message has the caller, and nobody talks with a machine; `over` once the call has ended. */
  readonly phase: 'ringing' | 'talking' | 'held' | 'announced' | 'over';
  readonly since: string;
  readonly ringMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
}

/** A transfer as it was. */
export interface TransferRecord {
  readonly id: string;
  readonly conversationId: string;
  /** The call that was transferred. */
  readonly callId: string;
  readonly mode: 'COLD' | 'WARM';
  /** What it was started as, where it ended as the other. */
  readonly convertedFrom: 'COLD' | 'WARM' | null;
  readonly status: 'RINGING' | 'CONSULTING' | 'COMPLETED' | 'RETURNING' | 'RETURNED' | 'CANCELLED' | 'ABANDONED' | 'FAILED';
  readonly endReason: EndReason | null;
  readonly transferorId: string;
  readonly target: Target;
  /** The agent who took the caller, where one did. */
  readonly targetAgentId: string | null;
  /** The call that it made. */
  readonly newCallId: string | null;
  readonly startedAt: string;
  /** When a person took it: the consultation began, or whoever has the caller now answered. Null where nobody did, or a machine. */
  readonly answeredAt: string | null;
  /** When it began to come back to the transferor; null where it did not. */
  readonly returningAt: string | null;
  readonly connectedAt: string | null;
  readonly endedAt: string | null;
  /** Whether it counts as initiated by the transferor (S36). */
  readonly initiated: boolean;
}

/** Why a transfer did not complete. */
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

/** Whom a transfer was meant for, as it was asked; a contact with what it stood for then: a Number of the account or a phone number. */
export interface Target {
  readonly kind: 'AGENT' | 'TEAM' | 'NUMBER' | 'EXTERNAL' | 'CONTACT';
  readonly agentId: string | null;
  readonly teamId: string | null;
  readonly numberId: string | null;
  readonly contactId: string | null;
  readonly phoneNumber: string | null;
  /** The name it had when it was chosen. */
  readonly label: string;
}

/** One attempt to reach somebody for a call. */
export interface OfferRecord {
  readonly id: string;
  readonly kind: 'DIRECT' | 'COLD_TRANSFER' | 'WARM_TRANSFER' | 'TRANSFER_RETURN';
  readonly callId: string;
  readonly transferId: string | null;
  readonly agentId: string;
  readonly offeredAt: string;
  /** Null while it rings. */
  readonly outcome: 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT' | 'ANSWERED_ELSEWHERE' | 'RESCINDED' | null;
  readonly reason: string | null;
  readonly endedAt: string | null;
}

/** All that is kept of one conversation. */
export interface Flow {
  readonly conversationId: string;
  readonly calls: readonly CallRecord[];
  readonly transfers: readonly TransferRecord[];
  readonly offers: readonly OfferRecord[];
}
