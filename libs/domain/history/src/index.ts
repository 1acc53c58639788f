export { noFlow, recordsAfter } from './flow.ts';
export { countedKind, type CountedKind } from './initiated.ts';
export type { CallEvent, HistoryEvent, OfferEvent, TransferEvent } from './events.ts';
export type { CallRecord, Clock, EndReason, Flow, OfferRecord, Outcome, Target, TransferRecord } from './records.ts';
