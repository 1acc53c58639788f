import type { CallRecord, Target, TransferRecord } from './records.ts';

/**
 * @rule S36 an agent has initiated a transfer when an inbound call that they answered was transferred by them and somebody, or a
 * Number's voicemail or message, has the caller (D10): outbound, returned, cancelled, abandoned and failed ones are not counted
 */
export const isInitiated = (transfer: TransferRecord, call: CallRecord | undefined): boolean =>
  transfer.status === 'COMPLETED' && call?.direction === 'INBOUND' && call.answeredAt !== null && call.agentId === transfer.transferorId;

/** What a transfer is counted as (D10): a contact is the Number or the external number that it stood for. */
export type CountedKind = Exclude<Target['kind'], 'CONTACT'>;
export const countedKind = ({ kind, numberId }: Pick<Target, 'kind' | 'numberId'>): CountedKind =>
  kind === 'CONTACT' ? (numberId === null ? 'EXTERNAL' : 'NUMBER') : kind;
