export { noFlow, recordsAfter } from './flow.ts';
export type { CallEvent, HistoryEvent, OfferEvent, TransferEvent } from './events.ts';
export type { CallRecord, Clock, EndReason, Flow, OfferRecord, Outcome, Target, TransferRecord } from './records.ts';
