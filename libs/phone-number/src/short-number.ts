import libphonenumber, { type RegionCode } from 'google-libphonenumber';
import { isCountry, shortDigits, type Tariff } from './phone-number.ts';

/** A number of few digits that is dialled as it stands, within one country alone. */
export interface ShortNumber {
  readonly digits: string;
  readonly isEmergency: boolean;
  readonly tariff: Tariff;
}

const { PhoneNumberUtil, ShortNumberInfo } = libphonenumber; // CommonJS
const data = new ShortNumberInfo();
const numbers = PhoneNumberUtil.getInstance();

/**
 * Reads a short number as Google's data on them have it (emergency services, helplines, directory enquiries).
 * @param country where it is dialled, ISO 3166-1; null: there is none
 * @returns null where that country has no such number
 */
export function readShortNumber(written: string, country: string | null): ShortNumber | null {
  const digits = shortDigits(written);
  if (country === null || digits === null || !isCountry(country)) return null;
  const region = country as RegionCode;
  if (data.isEmergencyNumber(digits, region)) return { digits, isEmergency: true, tariff: 'ORDINARY' };
  const number = numbers.parse(digits, region);
  if (!data.isValidShortNumberForRegion(number, region)) return null;
  const isPremium = data.getExpectedCostForRegion(number, region) === ShortNumberInfo.ShortNumberCost.PREMIUM_RATE;
  return { digits, isEmergency: false, tariff: isPremium ? 'PREMIUM_RATE' : 'ORDINARY' };
}
