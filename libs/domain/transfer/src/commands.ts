import type { Party, Target, TransferMode } from './conversation.ts';

/** An agent who may be rung, with what their phone is to be told. The handler read it just before. */
export interface Candidate {
  readonly agentId: string;
}

/** Whether the transferor could take the call back now (S7, S8). Read just before, for every command that may need it. */
interface WithTransferor {
  readonly transferorAvailable: boolean;
  /** Seconds (D1, D5). */
  readonly ringSeconds: number;
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
        readonly from: string;
        readonly line: { readonly id: string } | null;
        readonly candidates: readonly Candidate[];
        readonly ringSeconds: number;
      }
    | { readonly type: 'acceptOffer'; readonly offerId: string }
    | ({ readonly type: 'rejectOffer'; readonly offerId: string } & WithTransferor)
    | ({ readonly type: 'ringTimeEnded'; readonly group: number } & WithTransferor)
    | ({ readonly type: 'agentUnavailable'; readonly agentId: string } & WithTransferor)
    | {
        readonly type: 'startTransfer';
        readonly callId: string;
        readonly mode: TransferMode;
        readonly target: Target;
        readonly note: string | null;
        /** What the target's phone shows of the transferor during a consultation. */
        readonly transferor: { readonly number: string; readonly name: string };
        /** Whom to ring; empty, with why, when the target cannot be reached. */
        readonly candidates: readonly Candidate[];
        readonly unavailableBecause: string | null;
        readonly ringSeconds: number;
      }
    | { readonly type: 'switchParty'; readonly transferId: string; readonly to: Party }
    | { readonly type: 'completeTransfer'; readonly transferId: string }
    | { readonly type: 'cancelTransfer'; readonly transferId: string }
    | { readonly type: 'holdCall'; readonly callId: string }
    | { readonly type: 'resumeCall'; readonly callId: string }
    | { readonly type: 'hangUp'; readonly callId: string }
    | ({ readonly type: 'legAnswered'; readonly legId: string } & WithTransferor)
    | { readonly type: 'legJoined'; readonly legId: string; readonly room: 'main' | 'consultation' }
    | { readonly type: 'legLeft'; readonly legId: string }
    | { readonly type: 'legHeld'; readonly legId: string; readonly held: boolean }
    | ({ readonly type: 'legEnded'; readonly legId: string; readonly reason: LegEndReason } & WithTransferor)
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
  | 'TRANSFER_IN_PROGRESS'
  | 'ALREADY_ENDED'
  | 'OFFER_TAKEN'
  | 'HOP_LIMIT'
  | 'NOT_READY';
