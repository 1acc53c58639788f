import { normalize } from './normalize.ts';
import { readPhoneNumber } from './phone-number.ts';

/** How a number begins that is written in full: with `+` or a trunk prefix. Other digits may be any part of a number. */
const BEGINS = /^(?:\+|\(?\+?0)/;

/**
 * What was typed into a search, as numbers are kept: a whole phone number in any writing becomes its E.164 number, so that it is found by
 * the form in which it came in. Anything else, parts of numbers too, stays as it is, without what nobody sees.
 * @param country whose national numbers are typed, ISO 3166-1
 */
export function readSearch(typed: string, country: string | null): string {
  const text = normalize(typed);
  if (!BEGINS.test(text)) return text;
  const read = readPhoneNumber(text, country);
  return 'problem' in read || !read.isValid ? text : read.e164;
}
