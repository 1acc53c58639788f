import { startClock, turnClock } from './clock.ts';
import type { CallEvent, TransferEvent } from './events.ts';
import type { CallRecord, Clock, Outcome } from './records.ts';

type Began = Extract<CallEvent, { type: 'call.began' }>;

/** @rule S37 the entry number is the first Number dialled in the flow: the call that a flow begins with has it, for ever */
const entryNumberOf = (began: Began): string | null => (isMadeByTransfer(began) ? null : began.entryNumberId);

/** @rule S38 a call that a transfer made is a row of its own; the entry number stays on the first and does not apply to it */
const isMadeByTransfer = (began: Began): boolean => began.viaTransferId !== null;

/** The row of a call that has just begun. */
export const beginRecord = (conversationId: string, began: Began, at: string): CallRecord => ({
  id: began.callId,
  conversationId,
  direction: began.direction,
  caller: began.caller,
  callerText: began.callerText ?? null,
  callerAgentId: began.callerAgentId,
  lineId: began.lineId,
  entryNumberId: entryNumberOf(began),
  agentId: began.agentId,
  viaTransferId: began.viaTransferId,
  outcome: null,
  startedAt: at,
  answeredAt: null,
  endedAt: null,
  clock: startClock(at),
  transferKinds: [],
  participants: [],
});

/** The row after something happened to its call or to a transfer of it. */
export function evolveRecord(record: CallRecord, event: Exclude<CallEvent, Began> | TransferEvent, at: string): CallRecord {
  const turn = (phase: Clock['phase']): CallRecord => ({ ...record, clock: turnClock(record.clock, phase, at) });
  switch (event.type) {
    case 'call.answered':
      return { ...turn('talking'), agentId: event.agentId ?? record.agentId, answeredAt: record.answeredAt ?? at };
    case 'call.announced':
      return turn('announced');
    case 'call.held':
    case 'transfer.consulting': // S10
      return turn('held');
    case 'call.resumed':
      return turn('talking');
    case 'call.ended':
      return { ...turn('over'), agentId: event.agentId ?? record.agentId, endedAt: at, outcome: outcomeOf(event, record) };
    case 'transfer.started': // S5: a cold transfer takes the transferor away at once; a warm one puts the caller on hold
      return turn(event.mode === 'COLD' ? 'ringing' : 'held');
    case 'transfer.returning':
      return turn('ringing');
    case 'transfer.ended': // after a warm one caller and transferor are together again, unless the caller has left
      return record.clock.phase === 'held' && event.status !== 'ABANDONED' ? turn('talking') : record;
    case 'transfer.completed':
      return record;
  }
}

function outcomeOf(ended: Extract<CallEvent, { type: 'call.ended' }>, record: CallRecord): Outcome {
  const answered = ended.answered || record.answeredAt !== null;
  switch (ended.how) {
    case 'TRANSFERRED':
      return 'TRANSFERRED';
    case 'ENGINE_LOST':
      return 'FAILED';
    case 'CALLER_HUNG_UP':
    case 'AGENT_HUNG_UP':
    case 'TARGET_HUNG_UP':
      return answered ? 'ANSWERED' : 'ABANDONED';
    case 'NOBODY_ANSWERED':
    case 'TRANSFER_UNANSWERED':
      return answered ? 'ANSWERED' : 'MISSED';
    case 'VOICEMAIL':
      return 'VOICEMAIL';
    case 'UNAVAILABILITY_MESSAGE':
      return 'MISSED';
  }
}
