import type { EndReason, OfferRecord, Target } from './records.ts';

type Mode = 'COLD' | 'WARM';
/** How a call ended, in routing's words. */
export type CallEnd =
  | 'CALLER_HUNG_UP'
  | 'AGENT_HUNG_UP'
  | 'TARGET_HUNG_UP'
  | 'TRANSFERRED'
  | 'NOBODY_ANSWERED'
  | 'TRANSFER_UNANSWERED'
  | 'VOICEMAIL'
  | 'UNAVAILABILITY_MESSAGE'
  | 'ENGINE_LOST';

/** What history takes from a conversation; more may be said in it, which is not its concern. */
export type CallEvent =
  | {
      readonly type: 'call.began';
      readonly callId: string;
      readonly direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL';
      readonly caller: string | null;
      readonly callerText?: string | null | undefined;
      readonly lineId: string | null;
      readonly entryNumberId: string | null;
      readonly agentId: string | null;
      readonly viaTransferId: string | null;
      readonly callerAgentId: string | null;
    }
  | { readonly type: 'call.answered'; readonly callId: string; readonly agentId: string | null }
  | { readonly type: 'call.announced'; readonly callId: string }
  | { readonly type: 'call.held'; readonly callId: string }
  | { readonly type: 'call.resumed'; readonly callId: string }
  | {
      readonly type: 'call.ended';
      readonly callId: string;
      readonly agentId: string | null;
      readonly answered: boolean;
      readonly how: CallEnd;
    };

/** What history takes from a transfer. */
export type TransferEvent =
  | {
      readonly type: 'transfer.started';
      readonly transferId: string;
      readonly callId: string;
      readonly transferorId: string;
      readonly mode: Mode;
      readonly target: Target;
    }
  | { readonly type: 'transfer.consulting'; readonly transferId: string; readonly callId: string }
  | {
      readonly type: 'transfer.completed';
      readonly transferId: string;
      readonly callId: string;
      readonly mode: Mode;
      readonly newCallId: string | null;
      readonly targetAgentId: string | null;
    }
  | { readonly type: 'transfer.returning'; readonly transferId: string; readonly callId: string; readonly reason: EndReason }
  | {
      readonly type: 'transfer.ended';
      readonly transferId: string;
      readonly callId: string;
      readonly mode: Mode;
      readonly status: 'RETURNED' | 'CANCELLED' | 'ABANDONED' | 'FAILED';
      readonly reason: EndReason;
    };

/** What history takes from an offer: the whole of it, each time. */
export interface OfferEvent {
  readonly type: 'offer.made' | 'offer.ended';
  readonly offer: OfferRecord;
}

/** What makes history, and when it happened. */
export type HistoryEvent = CallEvent | TransferEvent | OfferEvent;
