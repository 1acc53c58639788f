const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long after an attempt that failed the next one is made, in ms: the schedule of the Standard Webhooks specification. */
const DELAYS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/** The attempts of one delivery, the first at once. */
export const ATTEMPTS = DELAYS.length + 1;
/** So much of a delay is added at most, by chance: what failed together does not come back together. Never less than the schedule says. */
const JITTER = 0.2;

/** Later events of the same call wait for this many attempts of an earlier one, then they go on without it. */
export const WAITED_FOR = 2;
/** A webhook to which nothing at all could be delivered for this long is disabled. */
export const GIVEN_UP_AFTER_MS = 5 * DAY;
/** The longest that a receiver may ask to be left alone. */
const LONGEST_PAUSE_MS = DAY;

/** @param tries how many have failed; @param chance 0 to 1. @returns null: no more */
export function nextAttempt(tries: number, now: Date, chance: number): Date | null {
  const delay = DELAYS[tries - 1];
  return delay === undefined ? null : new Date(now.getTime() + Math.round(delay * (1 + JITTER * chance)));
}

/** Until when `Retry-After` (RFC 9110 §10.2.3: seconds, or a date) asks for nothing more. Null: it asks for nothing that is to come. */
export function pauseUntil(retryAfter: string | null, now: Date): Date | null {
  if (retryAfter === null) return null;
  const at = /^\d+$/.test(retryAfter) ? now.getTime() + Number(retryAfter) * SECOND : Date.parse(retryAfter);
  return at > now.getTime() ? new Date(Math.min(at, now.getTime() + LONGEST_PAUSE_MS)) : null;
}
