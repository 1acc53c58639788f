import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber as LibraryNumber,
} from 'libphonenumber-js';
import { parsePhoneNumberFromString as parseWithTypes } from 'libphonenumber-js/max';
import { normalize } from './normalize.ts';

/** What kind of number it is, as far as it matters to whoever pays for a call. */
export type Tariff = 'ORDINARY' | 'PREMIUM_RATE' | 'SHARED_COST' | 'SATELLITE';

/** A phone number that numbering plans can have. */
export interface PhoneNumber {
  /** The one writing by which it is kept and compared (ITU-T E.164), like +33612345678. */
  readonly e164: string;
  /** Whether the plan of its country has such a number; one that it has not is at least of a possible length. */
  readonly isValid: boolean;
  /** ISO 3166-1; null where it belongs to no country, like a satellite phone's. */
  readonly country: string | null;
  readonly tariff: Tariff;
  /** As it is written for people anywhere, like +33 6 12 34 56 78. */
  readonly international: string;
  /** As it is written at home, like 06 12 34 56 78. */
  readonly national: string;
}

/** Why a text is no phone number, as a sentence for people. */
export interface NoPhoneNumber {
  readonly problem: string;
}

/** The networks that no country has: Inmarsat, and the satellite operators that share +881 to +883 (ITU-T E.164, list of codes). */
const SATELLITE = new Set(['870', '881', '882', '883']);

/**
 * Reads a phone number in any of the ways in which people and programs write it. Trunk prefixes (`+33 06…`, `+44 (0)20…`) belong to
 * no E.164 number and are left out.
 * @param written with its country's code, or as it is dialled in `country` (ISO 3166-1; null: there is none)
 */
export function readPhoneNumber(written: string, country: string | null = null): PhoneNumber | NoPhoneNumber {
  const text = normalize(written);
  if (!/\d/.test(text)) return { problem: `${quoted(text)} ${NOT_A_NUMBER}` };
  if (SHORTENED.test(text)) return { problem: `${quoted(text)} ${DIGITS_ARE_LOST}` };
  const odd = /[^+\d\s().\-/]/u.exec(text)?.[0];
  if (odd !== undefined) return { problem: `${quoted(text)} holds ${named(odd)}, which no phone number has.` };
  const at: At = country !== null && isSupportedCountry(country) ? { defaultCountry: country } : {};
  const { read, isValid } = parse(text, at);
  if (!read) return { problem: `${quoted(text)} ${LENGTHS[validatePhoneNumberLength(text, at) ?? 'NOT_A_NUMBER'] ?? NOT_A_NUMBER}` };
  if (!isValid && !read.isPossible())
    return { problem: `${quoted(text)} ${LENGTHS[validatePhoneNumberLength(read.number) ?? ''] ?? NOT_A_NUMBER}` };
  return {
    e164: read.number,
    isValid,
    country: read.country ?? null,
    // a file of contacts asks for none of these
    get tariff() {
      return tariffOf(read.number);
    },
    get international() {
      return read.formatInternational();
    },
    get national() {
      return read.formatNational();
    },
  };
}

type At = Readonly<{ defaultCountry?: CountryCode }>;

/** Reads a text as it stands; where that is no number of its country's plan, without what belonged into it once, if that is one. */
function parse(text: string, at: At): { readonly read: LibraryNumber | undefined; readonly isValid: boolean } {
  const read = parsePhoneNumberFromString(text, { ...at, extract: false });
  const isValid = read?.isValid() ?? false;
  if (isValid || !INTERNATIONAL.test(text)) return { read, isValid };
  for (const other of withoutFormerDigits(text, read)) {
    const better = parsePhoneNumberFromString(other, { ...at, extract: false });
    if (better?.isValid()) return { read: better, isValid: true };
  }
  return { read, isValid };
}

const INTERNATIONAL = /^(?:\+|00)/;
/**
 * A trunk prefix where the plan has none (any more), as in `+48 (0)22…` of Poland, and the 1 that Mexico's mobile phones had behind +52
 * until August 2019 (IFT, Plan Técnico Fundamental de Numeración).
 */
const withoutFormerDigits = (text: string, read: LibraryNumber | undefined): readonly string[] => [
  ...(/\(\s*0\s*\)/.test(text) ? [text.replace(/\(\s*0\s*\)/, ' ')] : []),
  ...(read?.nationalNumber.startsWith('0') ? [`+${read.countryCallingCode}${read.nationalNumber.slice(1)}`] : []),
  ...(/^(?:\+|00)\s*52[\s().-]*1/.test(text) ? [text.replace(/^(?:\+|00)\s*52[\s().-]*1/, '+52')] : []),
];

/** What people and programs write between several numbers of one field; Google Contacts writes ` ::: `. */
const BETWEEN_NUMBERS = /\s*(?::::|[\r\n;|,/]|\s(?:or|ou|oder|und|and|et|y|o|e|of|en)\s)\s*/iu;
/** A field with more numbers than this is a list of something else. */
const MAX_NUMBERS_IN_FIELD = 10;

/** The numbers of a field, which may hold several. What is a number as a whole is not taken apart: `030/123456` is one. */
export function readPhoneNumbers(written: string, country: string | null = null): readonly (PhoneNumber | NoPhoneNumber)[] {
  const whole = readPhoneNumber(written, country);
  if (!('problem' in whole)) return [whole];
  const parts = written.split(BETWEEN_NUMBERS);
  if (parts.length < 2) return [whole];
  const read = parts
    .filter((part) => /\d/.test(part))
    .slice(0, MAX_NUMBERS_IN_FIELD)
    .map((part) => readPhoneNumber(part, country));
  return read.some((number) => !('problem' in number)) ? read : [whole];
}

/** The E.164 number that a text means; null where it is none. */
export function toE164(written: string, country: string | null = null): string | null {
  const read = readPhoneNumber(written, country);
  return 'problem' in read ? null : read.e164;
}

/** What a text is as a short number, which is dialled as it stands: 2 to 6 digits; null where it cannot be one. */
export function shortDigits(written: string): string | null {
  const digits = normalize(written).replace(/[\s.\-/]/gu, '');
  return /^\d{2,6}$/.test(digits) ? digits : null;
}

/** Whether a number in E.164 exists in its country's plan. */
export function isPhoneNumber(e164: string): boolean {
  const read = readPhoneNumber(e164);
  return !('problem' in read) && read.isValid;
}

/** Whether there is a country of this code (ISO 3166-1, capitals) that has phone numbers. */
export const isCountry = (code: string): boolean => isSupportedCountry(code);

/** The country that most of these E.164 numbers are in, the first of them where two have as many; null where none is in one. */
export function countryOf(numbers: readonly string[]): string | null {
  const countries = numbers.flatMap((e164) => parsePhoneNumberFromString(e164)?.country ?? []);
  const times = (country: CountryCode): number => countries.filter((other) => other === country).length;
  return countries.reduce<CountryCode | null>((most, country) => (most && times(most) >= times(country) ? most : country), null);
}

/** Only the larger of the library's tables knows kinds of numbers; by it, numbers of a range that a plan has opened since would not exist. */
function tariffOf(e164: string): Tariff {
  const read = parseWithTypes(e164);
  if (read && SATELLITE.has(read.countryCallingCode)) return 'SATELLITE';
  const type = read?.getType();
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST' ? type : 'ORDINARY';
}

/** Scientific notation, in which spreadsheets write long numbers: its digits may be rounded, so that it could be another number. */
const SHORTENED = /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$/i;
const DIGITS_ARE_LOST =
  'is a number that a spreadsheet has shortened (scientific notation), so that digits may be lost: format the column as text and export it again.';
const NOT_A_NUMBER = 'is not a phone number.';
const LENGTHS: Readonly<Record<string, string>> = {
  TOO_SHORT: 'has too few digits for a phone number.',
  TOO_LONG: 'has too many digits for a phone number.',
  INVALID_LENGTH: 'has a number of digits that no phone number there has.',
  INVALID_COUNTRY: 'begins with no country code that there is: write it like +33 6 12 34 56 78.',
};

const quoted = (text: string): string => `"${[...text].slice(0, 40).join('')}"`;
const named = (character: string): string =>
  `"${character}" (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;
