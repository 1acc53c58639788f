import type { RoutingEvent } from '@cordboard/contracts';
import type { Telling } from '../history.running.ts';

/** Statistics as one would count them by hand, from what was said, one event after another: nothing of ours takes part in it. */
export interface Recounted {
  readonly transfers: readonly RecountedTransfer[];
  readonly inbound: readonly RecountedCall[];
  readonly agents: ReadonlyMap<string, { readonly calls: number }>;
}
interface RecountedTransfer {
  readonly transferorId: string;
  readonly startedAt: string;
  readonly kind: string;
  status: string;
  endReason: string | null;
  initiated: boolean;
  returned: boolean;
  ended: boolean;
  answerMs: number | null;
}
interface RecountedCall {
  readonly direction: string;
  readonly startedAt: string;
  readonly entryNumberId: string | null;
  readonly via: string | null;
  answeredAt: string | null;
  answeredBy: string | null;
  outcome: string | null;
}

/** @param told in the order in which it happened, each once */
export function recount(told: readonly Telling[]): Recounted {
  const calls = new Map<string, RecountedCall>();
  const transfers = new Map<string, RecountedTransfer & { newCallId: string | null }>();
  for (const { events, at } of told) for (const event of events) if ('type' in event) count(event as RoutingEvent, at);
  const agents = new Map<string, { calls: number }>();
  for (const { answeredBy, direction } of calls.values())
    if (answeredBy !== null && direction !== 'INTERNAL') agents.set(answeredBy, { calls: (agents.get(answeredBy)?.calls ?? 0) + 1 });
  return {
    transfers: [...transfers.values()],
    inbound: [...calls.values()].filter((call) => call.direction === 'INBOUND' && call.via === null),
    agents,
  };

  function count(event: RoutingEvent, at: string): void {
    const call = 'callId' in event ? calls.get(event.callId) : undefined;
    const transfer = 'transferId' in event ? transfers.get(event.transferId) : undefined;
    const taken = (one: RecountedTransfer | undefined): void => {
      if (one && one.answerMs === null) one.answerMs = Date.parse(at) - Date.parse(one.startedAt);
    };
    if (event.type === 'call.began')
      calls.set(event.callId, {
        direction: event.direction,
        startedAt: at,
        entryNumberId: event.entryNumberId,
        via: event.viaTransferId,
        answeredAt: null,
        answeredBy: null,
        outcome: null,
      });
    if (event.type === 'call.answered' && call) {
      call.answeredAt ??= at;
      call.answeredBy = event.agentId;
      taken([...transfers.values()].find(({ newCallId }) => newCallId === event.callId));
    }
    if (event.type === 'call.ended' && call) {
      const unanswered = event.how === 'CALLER_HUNG_UP' ? 'abandoned' : 'missed';
      const known = { TRANSFERRED: 'transferred', VOICEMAIL: 'voicemail', ENGINE_LOST: 'failed' } as Record<string, string>;
      call.outcome = known[event.how] ?? (call.answeredAt === null ? unanswered : 'answered');
    }
    if (event.type === 'transfer.started') {
      const { kind, numberId } = event.target;
      transfers.set(event.transferId, {
        transferorId: event.transferorId,
        startedAt: at,
        kind: kind === 'CONTACT' ? (numberId ? 'NUMBER' : 'EXTERNAL') : kind,
        ...{ status: 'RINGING', endReason: null, initiated: false, returned: false, ended: false, answerMs: null, newCallId: null },
      });
    }
    if (!transfer) return;
    if (event.type === 'transfer.consulting') {
      transfer.status = 'CONSULTING';
      taken(transfer);
    }
    if (event.type === 'transfer.returning') Object.assign(transfer, { status: 'RETURNING', endReason: event.reason, returned: true });
    if (event.type === 'transfer.ended') Object.assign(transfer, { status: event.status, endReason: event.reason, ended: true });
    if (event.type === 'transfer.completed')
      Object.assign(transfer, {
        status: 'COMPLETED',
        ended: true,
        newCallId: event.newCallId,
        initiated: call?.direction === 'INBOUND' && call.answeredBy === event.transferorId,
      });
  }
}

/** How many there are of each, under the name that `of` gives. */
export const tally = <Thing>(things: readonly Thing[], of: (thing: Thing) => string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const thing of things) counts[of(thing)] = (counts[of(thing)] ?? 0) + 1;
  return counts;
};

/** When the hour or day that a moment is in began in a time zone: looked for back through the quarters of an hour, by the clock on the wall. */
export function bucketOf(at: string, by: 'HOUR' | 'DAY', timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const wall = (ms: number): Record<string, string> => Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = ({ year, month, day: date }: Record<string, string>): string => `${year}-${month}-${date}`;
  const hour = (parts: Record<string, string>): string => `${day(parts)} ${parts['hour']} ${parts['timeZoneName']}`;
  const same = by === 'DAY' ? day : hour;
  const quarter = 15 * 60_000;
  let start = Math.floor(Date.parse(at) / quarter) * quarter;
  const name = same(wall(start));
  while (same(wall(start - quarter)) === name) start -= quarter;
  return new Date(start).toISOString();
}
