import type { ChosenStatus } from './availability.ts';
import { after, latest } from './after-call-work.ts';
import type { Presence, PresenceEvent } from './presence.ts';
import type { CallEnd } from './wrap-up.ts';

/** Being busy by itself for a while, and what the agent had chosen before. */
export interface BusySpell {
  readonly until: string;
  readonly back: { readonly status: ChosenStatus; readonly reason: string | null };
}

/** The reason that colleagues see meanwhile. */
export const AFTER_TRANSFER = 'after transfer';

/**
 * Time for notes where S32 gives no wrap-up: the account lets the transferor be busy for so many seconds. Who has chosen not to be
 * rung stays what they are; what they choose meanwhile holds.
 * @rule S35 after a cold transfer to a colleague one goes busy, then back to what one was
 */
export function busyAfter({ status, reason, busy }: Presence, end: CallEnd, seconds: number, at: string): readonly PresenceEvent[] {
  const toColleague = end.how === 'TRANSFERRED' && end.mode === 'COLD' && (end.targetKind === 'AGENT' || end.targetKind === 'TEAM');
  if (!toColleague || seconds === 0) return [];
  const until = after(at, seconds);
  if (busy) return [{ type: 'busyBegan', busy: { ...busy, until: latest(until, busy.until) } }];
  return status === 'AVAILABLE' || status === 'TRANSFERS_ONLY' ? [{ type: 'busyBegan', busy: { until, back: { status, reason } } }] : [];
}

/** Its time is up. `until` tells a time that another transfer has drawn out since. */
export const busyTimeUp = ({ busy }: Presence, until: string): readonly PresenceEvent[] =>
  busy?.until === until ? [{ type: 'busyOver' }] : [];
