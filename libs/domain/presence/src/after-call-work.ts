import { refuse, type Refusal } from '@cordboard/decider';
import type { Presence, PresenceEvent } from './presence.ts';
import type { WrapUpReason } from './wrap-up.ts';

/** Whether a call must be tagged: not at all, yet, or it is. */
export type TagNeed = 'NONE' | 'DUE' | 'GIVEN';

/** After-call work for one call that has not begun: the agent is in a call still, or at an earlier call's. */
export interface WorkToDo {
  readonly callId: string;
  readonly reason: WrapUpReason;
  /** How long it lasts once it begins. */
  readonly seconds: number;
  readonly tag: TagNeed;
}

/** After-call work for one call; times are ISO-8601. */
export interface WrapUp {
  readonly callId: string;
  readonly startedAt: string;
  readonly until: string;
  readonly reason: WrapUpReason;
  readonly tag: TagNeed;
  /** Its time is up, and only its tag is missing (D4). */
  readonly overdue: boolean;
}

/** The longest that one call's wrap-up can be drawn out at once, in seconds. */
const MOST_SECONDS = 600;

/**
 * Begins the work that waits, once the agent has no leg and no other wrap-up that needs them: never beside a call, and never shorter
 * than configured. One without a tag due gives way to the next, which lasts as long as it would have at least.
 */
export function beginWork({ wrapUp, toDo, engagements }: Presence, at: string): readonly PresenceEvent[] {
  const [next, ...later] = toDo;
  if (!next || wrapUp?.tag === 'DUE' || Object.values(engagements).includes('IN_CALL')) return [];
  const until = latest(after(at, next.seconds), wrapUp?.until ?? at);
  return [
    ...(wrapUp ? [{ type: 'wrapUpEnded' as const, callId: wrapUp.callId }] : []),
    {
      type: 'wrapUpStarted',
      wrapUp: { callId: next.callId, startedAt: at, until, reason: next.reason, tag: next.tag, overdue: false },
      toDo: later,
    },
  ];
}

/** The agent ends the wrap-up before its time: not without a tag that is due (D4). */
export function endWork(
  state: Presence,
  callId: string,
): readonly PresenceEvent[] | Refusal<'ALREADY_ENDED' | 'NOT_READY' | 'TAG_REQUIRED'> {
  const refusal = notAt(state, callId);
  if (refusal) return refusal;
  return state.wrapUp?.tag === 'DUE'
    ? refuse('TAG_REQUIRED', 'This call must be tagged before its wrap-up ends.', 'Give it a tag with tagCall, then end the wrap-up.')
    : [{ type: 'wrapUpEnded', callId }];
}

/** The agent needs longer. It only ever lengthens: what is overdue goes on from now. */
export function extendWork(
  state: Presence,
  { callId, seconds, at }: { readonly callId: string; readonly seconds: number; readonly at: string },
): readonly PresenceEvent[] | Refusal<'ALREADY_ENDED' | 'NOT_READY' | 'INVALID_DURATION'> {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS)
    return refuse(
      'INVALID_DURATION',
      `A wrap-up can be extended by 1 to ${MOST_SECONDS} seconds.`,
      'Choose a number of seconds in that range.',
    );
  const refusal = notAt(state, callId);
  if (refusal) return refusal;
  const { wrapUp } = state;
  return wrapUp ? [{ type: 'wrapUpExtended', until: after(wrapUp.overdue ? latest(at, wrapUp.until) : wrapUp.until, seconds) }] : [];
}

/** The time that the wrap-up had is up: it ends, unless its tag is missing. `until` tells a time that was drawn out meanwhile. */
export function workTimeUp({ wrapUp }: Presence, callId: string, until: string): readonly PresenceEvent[] {
  if (wrapUp?.callId !== callId || wrapUp.until !== until || wrapUp.overdue) return [];
  return wrapUp.tag === 'DUE' ? [{ type: 'wrapUpOverdue', callId }] : [{ type: 'wrapUpEnded', callId }];
}

/** The call has a tag now: what was only waiting for it ends at once. */
export function workTagged({ wrapUp, toDo }: Presence, callId: string): readonly PresenceEvent[] {
  const isDue = [wrapUp, ...toDo].some((work) => work?.callId === callId && work.tag === 'DUE');
  if (!isDue) return [];
  return [{ type: 'tagGiven', callId }, ...(wrapUp?.callId === callId && wrapUp.overdue ? [{ type: 'wrapUpEnded' as const, callId }] : [])];
}

/** Why the agent is not at this call's wrap-up. */
function notAt({ wrapUp, toDo }: Presence, callId: string): Refusal<'ALREADY_ENDED' | 'NOT_READY'> | null {
  if (wrapUp?.callId === callId) return null;
  return toDo.some((work) => work.callId === callId)
    ? refuse('NOT_READY', "This call's wrap-up has not begun.", "End your call, or an earlier call's wrap-up, first.")
    : refuse('ALREADY_ENDED', 'There is no wrap-up for this call any more.');
}

/** So many seconds after a time. */
export const after = (at: string, seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();
/** The later of two times. */
export const latest = (one: string, other: string): string => (Date.parse(one) >= Date.parse(other) ? one : other);
