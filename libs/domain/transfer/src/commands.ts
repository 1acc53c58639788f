import type { Refusal } from '@cordboard/decider';
import type { Party, SoundFile, Target, TransferMode, Words } from './conversation.ts';

/** An agent who may be rung, with what their phone is to be told. The handler read it just before. */
export interface Candidate {
  readonly agentId: string;
  /** The phone number that rings instead of their device. */
  readonly forwardedTo: string | null;
}

/** Who is rung next for a Number, all at once. */
export interface Round {
  /** The step of its distribution, counted from 0. */
  readonly step: number;
  readonly candidates: readonly Candidate[];
  readonly ringSeconds: number;
}

/** What a Number does with a call that is with it: its settings, and who may be rung next, read just before. */
export interface NumberFacts {
  readonly id: string;
  /** Said before anybody is rung; null: nothing is, or the Number is closed. */
  readonly greeting: Words | null;
  /** Null: nobody is left who may be rung, or the Number is closed. */
  readonly next: Round | null;
  readonly voicemail: boolean;
  /** What is said before somebody leaves a message; null: the usual words. */
  readonly voicemailMessage: Words | null;
  /** What is said where there is no voicemail; null: the usual words. */
  readonly message: Words | null;
  /** The language of its words (BCP 47); null: what is usual. */
  readonly language: string | null;
  /** What those hear who are on hold in a call to it; null: what is usual. */
  readonly music: SoundFile | null;
}

/** How a target is reached. */
export type Reach =
  | {
      readonly by: 'COLLEAGUES';
      /** Whom to ring; empty, with why, when the target cannot be reached. */
      readonly candidates: readonly Candidate[];
      readonly unavailableBecause: string | null;
      readonly ringSeconds: number;
    }
  | { readonly by: 'NUMBER'; readonly number: NumberFacts }
  | {
      readonly by: 'OUTSIDE';
      readonly phoneNumber: string;
      /** Why it must not be dialled; null: it may be. */
      readonly notDialled: Refusal<'INVALID_DESTINATION' | 'FORBIDDEN_DESTINATION'> | null;
      readonly ringSeconds: number;
    };

/** What decides how it goes on when nobody takes a call. Read just before, for every command that may need it. */
export interface Onward {
  /** Whether the transferor could take the call back now (S7, S8). */
  readonly transferorAvailable: boolean;
  /** Seconds (D1, D5). */
  readonly ringSeconds: number;
  /** The Number that the call follows now, if it follows one. */
  readonly number: NumberFacts | null;
}

interface At {
  /** ISO-8601, read by the handler. */
  readonly at: string;
}

/** What happens to a conversation: what people ask for, what the engine tells, and what time brings. */
export type Command = At &
  (
    | {
        readonly type: 'callCame';
        readonly conversationId: string;
        readonly account: string;
        readonly legId: string;
        /** What people are shown of a caller without a number. */
        readonly callerText?: string | null;
        /** The caller, E.164; null: withheld. */
        readonly from: string | null;
        /** The Number that was dialled; null: there is none. */
        readonly number: NumberFacts | null;
      }
    | {
        readonly type: 'dial';
        readonly conversationId: string;
        readonly account: string;
        readonly agentId: string;
        readonly to: string;
        readonly notDialled: Refusal<'INVALID_DESTINATION' | 'FORBIDDEN_DESTINATION'> | null;
        /** The Number that it goes out from, which the other side is shown. */
        readonly line: { readonly id: string; readonly e164: string; readonly music: SoundFile | null } | null;
        readonly isFree: boolean;
        readonly ringSeconds: number;
      }
    | {
        readonly type: 'callAgent';
        readonly conversationId: string;
        readonly account: string;
        readonly agentId: string;
        readonly shownAs: { readonly number: string; readonly name: string };
        readonly isFree: boolean;
        /** Null, with why: they may not be rung. */
        readonly colleague: Candidate | null;
        readonly unavailableBecause: string | null;
        readonly ringSeconds: number;
      }
    | { readonly type: 'acceptOffer'; readonly offerId: string }
    | ({ readonly type: 'rejectOffer'; readonly offerId: string } & Onward)
    | ({ readonly type: 'ringTimeEnded'; readonly group: number } & Onward)
    | ({ readonly type: 'agentUnavailable'; readonly agentId: string } & Onward)
    | {
        readonly type: 'startTransfer';
        readonly callId: string;
        readonly mode: TransferMode;
        readonly target: Target;
        readonly note: string | null;
        /** What the target's phone shows of the transferor during a consultation, and an outside party's at any time. */
        readonly shownAs: { readonly number: string; readonly name: string };
        readonly reach: Reach;
      }
    | { readonly type: 'switchParty'; readonly transferId: string; readonly to: Party }
    | { readonly type: 'completeTransfer'; readonly transferId: string }
    | {
        readonly type: 'cancelTransfer';
        readonly transferId: string;
        /** Whether the transferor of a cold transfer, who has left the call, can be put back to the caller: they are in no other call. */
        readonly transferorIsFree: boolean;
        readonly ringSeconds: number;
      }
    | { readonly type: 'holdCall'; readonly callId: string; readonly agentId: string }
    | { readonly type: 'resumeCall'; readonly callId: string; readonly agentId: string }
    | {
        readonly type: 'hangUp';
        readonly callId: string;
        /** Who hangs up; null: somebody who is not on the call ends it for everybody. */
        readonly agentId: string | null;
      }
    | { readonly type: 'legAnswered'; readonly legId: string }
    | { readonly type: 'announcementBegan'; readonly announcementId: string }
    | ({ readonly type: 'announcementEnded'; readonly announcementId: string; readonly whole: boolean } & Onward)
    | { readonly type: 'legJoined'; readonly legId: string; readonly room: 'main' | 'consultation' }
    | { readonly type: 'legLeft'; readonly legId: string }
    | { readonly type: 'legHeld'; readonly legId: string; readonly held: boolean }
    | ({ readonly type: 'legEnded'; readonly legId: string; readonly reason: LegEndReason } & Onward)
  );
export type CommandType = Command['type'];
export type CommandOf<Type extends CommandType> = Extract<Command, { type: Type }>;

/** In the call engine's words. */
export type LegEndReason =
  'hangup' | 'cancelled' | 'answered_elsewhere' | 'busy' | 'no_answer' | 'rejected' | 'unreachable' | 'invalid_number' | 'failed' | 'lost';

/** Ten transfers a conversation (D11). */
export const MOST_HOPS = 10;

export type RefusalCode =
  | 'INTERNAL_CALL'
  | 'TARGET_UNAVAILABLE'
  | 'INVALID_DESTINATION'
  | 'FORBIDDEN_DESTINATION'
  | 'TRANSFER_IN_PROGRESS'
  | 'ALREADY_ENDED'
  | 'AMBIGUOUS_CALL'
  | 'OFFER_TAKEN'
  | 'HOP_LIMIT'
  | 'NOT_READY';
