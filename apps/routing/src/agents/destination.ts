import type { Destination } from '@cordboard/domain-transfer';
import { readPhoneNumber } from '@cordboard/phone-number';

/** What somebody typed to be dialled, with how it is written for people. What cannot be read stays as it is and does not exist. */
export function destinationOf(typed: string, home: string | null = null): Destination & { readonly label: string } {
  const read = readPhoneNumber(typed, home);
  if ('problem' in read) return { e164: typed, valid: false, country: null, label: typed };
  return { e164: read.e164, valid: read.isValid, country: read.country, label: read.international };
}
