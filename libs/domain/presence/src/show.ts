import { availabilityOf } from './availability.ts';
import type { Presence } from './presence.ts';

/**
 * What others see after a change: one step, however many events it took; the version grows only when something is seen to
 * change (availability, chosen status, its reason and how long it holds, wrap-up).
 */
export function show(before: Presence, after: Presence, at: string): Presence {
  const availability = availabilityOf({
    status: after.status,
    reachable: after.reachable,
    inWrapUp: after.wrapUp !== null,
    engagements: Object.values(after.engagements),
  });
  const same = availability === before.shown.availability;
  if (same && JSON.stringify(seen(before)) === JSON.stringify(seen(after))) return after;
  return { ...after, shown: { availability, since: same ? before.shown.since : at, version: before.shown.version + 1 } };
}

const seen = ({ status, reason, busy, wrapUp }: Presence) => [status, reason, busy?.until, wrapUp?.callId, wrapUp?.until, wrapUp?.tag];
