import {
  noFlow,
  recordsAfter,
  type CallEvent,
  type CallRecord,
  type EndReason,
  type Flow,
  type HistoryEvent,
  type OfferRecord,
  type Target,
  type TransferEvent,
} from './index.ts';

/** The cast of the specs: a caller on Number main, whom alice answers and passes on. Seconds count from the call's beginning. */
const START = Date.parse('2026-01-05T10:00:00.000Z');
export const at = (second: number): string => new Date(START + second * 1_000).toISOString();
export type Moment = readonly [second: number, ...events: HistoryEvent[]];

export const history = (...moments: readonly Moment[]): Flow =>
  moments.reduce((flow, [second, ...events]) => recordsAfter(flow, events, at(second)), noFlow('k1'));
export const row = (flow: Flow, id: string): CallRecord | undefined => flow.calls.find((call) => call.id === id);
/** Ring, talk and hold of a row, in seconds. */
export const spans = (flow: Flow, id: string): readonly number[] | undefined => {
  const clock = row(flow, id)?.clock;
  return clock && [clock.ringMs, clock.talkMs, clock.holdMs].map((ms) => ms / 1_000);
};

export const began = (callId = 'c1', more: Partial<Extract<CallEvent, { type: 'call.began' }>> = {}): HistoryEvent => ({
  type: 'call.began',
  callId,
  direction: 'INBOUND',
  caller: '+33611111111',
  lineId: 'main',
  entryNumberId: 'main',
  agentId: null,
  viaTransferId: null,
  callerAgentId: null,
  ...more,
});
export const answered = (agentId: string | null = 'alice', callId = 'c1'): HistoryEvent => ({ type: 'call.answered', callId, agentId });
export const announced = (callId = 'c1'): HistoryEvent => ({ type: 'call.announced', callId });
export const held = (callId = 'c1'): HistoryEvent => ({ type: 'call.held', callId });
export const resumed = (callId = 'c1'): HistoryEvent => ({ type: 'call.resumed', callId });
export const ended = (
  how: Extract<CallEvent, { type: 'call.ended' }>['how'],
  more: { callId?: string; answered?: boolean; agentId?: string | null } = {},
): HistoryEvent => ({
  type: 'call.ended',
  callId: 'c1',
  agentId: null,
  answered: true,
  how,
  ...more,
});

const transfer = { transferId: 't1', callId: 'c1' };
const nowhere = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
const BOB: Target = { ...nowhere, kind: 'AGENT', agentId: 'bob', label: 'Bob' };
export const OUTSIDE: Target = { ...nowhere, kind: 'EXTERNAL', phoneNumber: '+33622222222', label: '+33622222222' };
/** A contact that stands for Number bob. */
export const BOB_DIRECT: Target = { ...nowhere, kind: 'CONTACT', contactId: 'k-bob', numberId: 'bob', label: 'Bob (direct)' };
export const started = (mode: 'COLD' | 'WARM', target: Target = BOB): HistoryEvent => ({
  type: 'transfer.started',
  ...transfer,
  transferorId: 'alice',
  mode,
  target,
});
export const consulting: HistoryEvent = { type: 'transfer.consulting', ...transfer };
export const returning: HistoryEvent = { type: 'transfer.returning', ...transfer, reason: 'NO_ANSWER' };
export const transferEnded = (
  status: Extract<TransferEvent, { type: 'transfer.ended' }>['status'],
  mode: 'COLD' | 'WARM',
  reason: EndReason,
): HistoryEvent => ({
  type: 'transfer.ended',
  ...transfer,
  mode,
  status,
  reason,
});
/** What one commit says when somebody else has the caller: alice's call has ended, another has begun. */
const handedOn = (mode: 'COLD' | 'WARM', agentId: string | null, more: Parameters<typeof began>[1] = {}): readonly HistoryEvent[] => [
  { type: 'transfer.completed', ...transfer, mode, newCallId: 'c2', targetAgentId: agentId },
  began('c2', { viaTransferId: 't1', entryNumberId: 'main', agentId, ...more }),
  ended('TRANSFERRED'),
];
export const completed = (mode: 'COLD' | 'WARM', agentId: string | null = 'bob'): readonly HistoryEvent[] => [
  ...handedOn(mode, agentId),
  answered(agentId, 'c2'),
];
/** The same where Number bob's voicemail or message has the caller. */
export const takenByMachine = (mode: 'COLD' | 'WARM'): readonly HistoryEvent[] => [
  ...handedOn(mode, null, { lineId: 'bob', entryNumberId: null }),
  announced('c2'),
];
export const offer = (agentId: string, outcome: OfferRecord['outcome'], more: Partial<OfferRecord> = {}): HistoryEvent => ({
  type: outcome === null ? 'offer.made' : 'offer.ended',
  offer: {
    id: `o-${agentId}`,
    kind: 'DIRECT',
    callId: 'c1',
    transferId: null,
    agentId,
    offeredAt: at(0),
    outcome,
    reason: null,
    endedAt: null,
    ...more,
  },
});
