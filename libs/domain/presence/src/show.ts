import { availabilityOf } from './availability.ts';
import type { Presence } from './presence.decider.ts';

/**
 * What others see after a change: one step, however many events it took; the version grows only when something is seen to
 * change (availability, chosen status or its reason, wrap-up).
 */
export function show(before: Presence, after: Presence, at: string): Presence {
  const availability = availabilityOf({
    status: after.status,
    reachable: after.reachable,
    inWrapUp: after.wrapUp !== null,
    engagements: Object.values(after.engagements),
  });
  const same = availability === before.shown.availability;
  const sameWrapUp = after.wrapUp?.callId === before.wrapUp?.callId && after.wrapUp?.until === before.wrapUp?.until;
  if (same && sameWrapUp && after.status === before.status && after.reason === before.reason) return after;
  return { ...after, shown: { availability, since: same ? before.shown.since : at, version: before.shown.version + 1 } };
}
