import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** A phone number as somebody wrote it, in E.164; null where it is none. Without + it is one of `country`. */
export function readPhoneNumber(
  written: string,
  country: CountryCode | undefined,
): { readonly e164: string; readonly isValid: boolean } | null {
  const number = parsePhoneNumberFromString(written.trim(), { ...(country ? { defaultCountry: country } : {}), extract: false });
  return number === undefined || number.ext !== undefined ? null : { e164: number.number, isValid: number.isValid() };
}

/** Where an account is at home: the country that most of its Numbers are in, the first of them where two have as many. */
export function countryOf(numbers: readonly string[]): CountryCode | undefined {
  const countries = numbers.flatMap((e164) => parsePhoneNumberFromString(e164)?.country ?? []);
  const times = (country: CountryCode): number => countries.filter((other) => other === country).length;
  return countries.reduce<CountryCode | undefined>((most, country) => (most && times(most) >= times(country) ? most : country), undefined);
}
