import type { Clock } from './records.ts';

/** A call's clock at its beginning. */
export const startClock = (at: string): Clock => ({ phase: 'ringing', since: at, ringMs: 0, talkMs: 0, holdMs: 0 });

/** The clock from `at` on in another phase; the time since the last change goes to the phase that ends. A clock that is over stays so. */
export function turnClock(clock: Clock, phase: Clock['phase'], at: string): Clock {
  const spent = Math.max(0, Date.parse(at) - Date.parse(clock.since));
  switch (clock.phase) {
    case 'ringing':
      return { ...clock, phase, since: at, ringMs: clock.ringMs + spent };
    case 'talking':
      return { ...clock, phase, since: at, talkMs: clock.talkMs + spent };
    case 'held':
      return { ...clock, phase, since: at, holdMs: clock.holdMs + spent };
    case 'announced':
      return { ...clock, phase, since: at };
    case 'over':
      return clock;
  }
}
