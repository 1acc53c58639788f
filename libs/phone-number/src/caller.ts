import { normalize } from './normalize.ts';
import { readPhoneNumber } from './phone-number.ts';

/** Who calls, as a carrier tells it. */
export interface Caller {
  /** E.164; null: withheld, or nothing that can be read. */
  readonly e164: string | null;
  /** What people are shown in its place; null where there is a number. */
  readonly shown: string | null;
}

/** What people are shown where a caller's number is withheld. */
export const WITHHELD = 'Withheld number';

/** What carriers send in the place of a number that they must not, or cannot, tell (RFC 3323, and their own words). */
const ABSENT = /^(anonymous|restricted|unavailable|unknown|private|withheld|none|no number|asserted|\+?0*|-+)$/i;

/**
 * Reads the number of a caller: national, `00…`, with `+`, or with the country's code alone are the same caller.
 * @param country of the trunk or of the account, ISO 3166-1: the one whose national numbers the carrier sends
 */
export function readCaller(from: string, country: string | null): Caller {
  const text = normalize(from);
  if (ABSENT.test(text)) return { e164: null, shown: WITHHELD };
  const e164 = fromCarrier(text, country);
  return e164 === null ? { e164: null, shown: text.slice(0, 40) } : { e164, shown: null };
}

/** A number that a carrier tells, called or calling, in E.164; null where it is none. */
export function fromCarrier(told: string, country: string | null): string | null {
  const text = normalize(told);
  const here = readPhoneNumber(text, country);
  if (!('problem' in here) && here.isValid) return here.e164;
  const abroad = /^\d/.test(text) ? readPhoneNumber(`+${text.replace(/^00/, '')}`) : here;
  if (!('problem' in abroad) && abroad.isValid) return abroad.e164;
  return 'problem' in here ? null : here.e164;
}
