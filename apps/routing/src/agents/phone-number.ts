import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** A phone number as the numbering plans of the world know it. */
export interface PhoneNumber {
  readonly e164: string;
  /** Whether such a number can exist; one that cannot has at least a length that could. */
  readonly valid: boolean;
  /** ISO 3166; null where it belongs to no country. */
  readonly country: string | null;
  /** As it is written for people anywhere, like +33 6 11 22 33 44. */
  readonly international: string;
  /** As it is written at home, like 06 11 22 33 44. */
  readonly national: string;
}

/**
 * What somebody typed, as a phone number; what is typed without a country's code is of `home` (ISO 3166).
 * @returns null for what cannot be one, by its letters or its length
 */
export function readPhoneNumber(typed: string, home: string | null = null): PhoneNumber | null {
  if (!/^[+\d\s().\-/]+$/.test(typed)) return null;
  const asDialled = typed.trim().replace(/^00/, '+').replace('(0)', '');
  const read = parsePhoneNumberFromString(asDialled, home === null ? {} : { defaultCountry: home as CountryCode });
  return read?.isPossible()
    ? {
        e164: read.number,
        valid: read.isValid(),
        country: read.country ?? null,
        international: read.formatInternational(),
        national: read.formatNational(),
      }
    : null;
}

/** The ways in which a phone number may be searched for: its digits with and without the country's code. */
export function searchedAs(e164: string): readonly string[] {
  const digits = (text: string): string => text.replace(/\D/g, '');
  const read = readPhoneNumber(e164);
  return [...new Set([digits(e164), digits(read?.national ?? e164)])];
}
