import { readPhoneNumber } from '@cordboard/phone-number';

/** The ways in which a phone number may be searched for: its digits with and without the country's code. */
export function searchedAs(e164: string): readonly string[] {
  const digits = (text: string): string => text.replace(/\D/g, '');
  const read = readPhoneNumber(e164);
  return [...new Set([digits(e164), digits('problem' in read ? e164 : read.national)])];
}
