import type { TransferEvent } from './events.ts';
import type { TransferRecord } from './records.ts';

type Started = Extract<TransferEvent, { type: 'transfer.started' }>;

/** The row of a transfer that has just begun. */
export const beginTransfer = (conversationId: string, started: Started, at: string): TransferRecord => ({
  id: started.transferId,
  conversationId,
  callId: started.callId,
  mode: started.mode,
  convertedFrom: null,
  status: 'RINGING',
  endReason: null,
  transferorId: started.transferorId,
  target: started.target,
  targetAgentId: null,
  newCallId: null,
  startedAt: at,
  answeredAt: null,
  returningAt: null,
  connectedAt: null,
  endedAt: null,
  initiated: false,
});

/** The row after something happened to its transfer. */
export function evolveTransfer(record: TransferRecord, event: Exclude<TransferEvent, Started>, at: string): TransferRecord {
  switch (event.type) {
    case 'transfer.consulting':
      return { ...answeredBy(record, at), status: 'CONSULTING' };
    case 'transfer.completed':
      return {
        ...converted(record, event.mode),
        status: 'COMPLETED',
        newCallId: event.newCallId,
        targetAgentId: event.targetAgentId,
        connectedAt: at,
        endedAt: at,
      };
    case 'transfer.returning':
      return { ...record, status: 'RETURNING', endReason: event.reason, returningAt: at };
    case 'transfer.ended':
      return { ...converted(record, event.mode), status: event.status, endReason: event.reason, endedAt: at };
  }
}

/** The row once a person has taken the transfer; the first one counts. */
export const answeredBy = (record: TransferRecord, at: string): TransferRecord => ({ ...record, answeredAt: record.answeredAt ?? at });

/** D13: a warm transfer may end as a cold one. */
const converted = (record: TransferRecord, mode: TransferRecord['mode']): TransferRecord =>
  mode === record.mode ? record : { ...record, mode, convertedFrom: record.mode };
