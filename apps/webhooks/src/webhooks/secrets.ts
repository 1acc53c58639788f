import { randomBytes } from 'node:crypto';

/** A secret that was rotated away, and until when it signs too. */
export interface OldSecret {
  readonly secret: string;
  /** ISO-8601. */
  readonly until: string;
}

/** How long a receiver has to learn its new secret. */
const OVERLAP_MS = 24 * 3_600_000;

/** 256 random bits, as Standard Webhooks writes them. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The former secrets after a rotation: the present one joins those that still hold. */
export const rotatedAway = (present: string, former: readonly OldSecret[], now: Date): readonly OldSecret[] => [
  { secret: present, until: new Date(now.getTime() + OVERLAP_MS).toISOString() },
  ...stillHolding(former, now),
];

export const stillHolding = (former: readonly OldSecret[], now: Date): readonly OldSecret[] =>
  former.filter(({ until }) => Date.parse(until) > now.getTime());
