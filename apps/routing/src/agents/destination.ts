import type { Destination } from '@cordboard/domain-transfer';
import { readPhoneNumber } from '@cordboard/phone-number';
import { readShortNumber } from '@cordboard/phone-number/short-number';

/**
 * What somebody typed to be dialled, with how it is written for people. What cannot be read stays as it is and does not exist.
 * @param home the account's country, ISO 3166-1: numbers without a country's code are dialled there
 */
export function destinationOf(typed: string, home: string | null): Destination & { readonly label: string } {
  const short = readShortNumber(typed, home);
  if (short) {
    const { digits, isEmergency, tariff } = short;
    return { e164: digits, valid: true, country: home, tariff, short: isEmergency ? 'EMERGENCY' : 'OTHER', label: digits };
  }
  const read = readPhoneNumber(typed, home);
  if ('problem' in read) return { e164: typed, valid: false, country: null, tariff: 'ORDINARY', short: null, label: typed };
  return {
    e164: read.e164,
    valid: read.isValid,
    country: read.country,
    get tariff() {
      return read.tariff;
    },
    short: null,
    label: read.international,
  };
}
