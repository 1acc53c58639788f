/** What an agent chose to be. `TRANSFERS_ONLY`: gets transfers, no new calls. */
export type ChosenStatus = 'AVAILABLE' | 'TRANSFERS_ONLY' | 'BUSY' | 'UNAVAILABLE';
/** What others see. */
export type Availability = 'AVAILABLE' | 'RINGING' | 'IN_CALL' | 'WRAP_UP' | 'BUSY' | 'UNAVAILABLE' | 'OFFLINE';
/** How a conversation holds an agent: rung, on a leg, or softly reserved for a call that may come back (D6). */
export type Engagement = 'RINGING' | 'IN_CALL' | 'RESERVED';

/** The facts that availability follows from; nothing else decides it. */
export interface Standing {
  readonly status: ChosenStatus;
  /** Calls can reach them; see `isReachable`. */
  readonly reachable: boolean;
  readonly inWrapUp: boolean;
  readonly engagements: readonly Engagement[];
}

/** What an agent is, derived and never stored as a flag. A leg outweighs everything; a soft reservation shows nothing (D6). */
export function availabilityOf(standing: Standing): Availability {
  if (standing.engagements.includes('IN_CALL')) return 'IN_CALL';
  if (standing.engagements.includes('RINGING')) return 'RINGING';
  if (!standing.reachable) return 'OFFLINE';
  if (standing.inWrapUp) return 'WRAP_UP';
  switch (standing.status) {
    case 'AVAILABLE':
      return 'AVAILABLE';
    case 'TRANSFERS_ONLY':
    case 'BUSY':
      return 'BUSY';
    case 'UNAVAILABLE':
      return 'UNAVAILABLE';
  }
}

/** Why an agent may not be rung. */
export type Hindrance = Exclude<Availability, 'AVAILABLE'>;

/**
 * Why an agent may not be rung with a new call, a transfer, or a transfer that comes back to them; null where they may (D0, D6).
 * Softly reserved agents get no new call, so that the return they are kept for finds them.
 */
export function hindranceFor(what: 'CALL' | 'TRANSFER' | 'RETURN', standing: Standing): Hindrance | null {
  const availability = availabilityOf(standing);
  if (what === 'CALL' && standing.engagements.includes('RESERVED')) return availability === 'AVAILABLE' ? 'BUSY' : availability;
  if (availability === 'AVAILABLE') return null;
  const transfersOnly = what !== 'CALL' && availability === 'BUSY' && standing.status === 'TRANSFERS_ONLY';
  return transfersOnly ? null : availability;
}
