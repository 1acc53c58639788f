import { whyNotDialled, type Destination, type DiallingPolicy } from './index.ts';

const paris: Destination = { e164: '+33611223344', valid: true, country: 'FR', tariff: 'ORDINARY', short: null };
const everywhere: DiallingPolicy = { allowedCountries: [], blockedNumbers: [], allowedTariffs: [], shortNumbersAllowed: false };
const premium: Destination = { ...paris, e164: '+33899123456', tariff: 'PREMIUM_RATE' };
const emergency: Destination = { ...paris, e164: '112', short: 'EMERGENCY' };
const enquiries: Destination = { ...paris, e164: '118712', short: 'OTHER', tariff: 'PREMIUM_RATE' };
const allowed = { ...everywhere, allowedTariffs: ['PREMIUM_RATE' as const], shortNumbersAllowed: true };

describe('which numbers outside the account may be dialled', () => {
  const rows: [string, Parameters<typeof whyNotDialled>, string | null][] = [
    ['D2 a valid number, where nothing is forbidden', [paris, everywhere, true], null],
    ['D2 not one that cannot exist', [{ ...paris, valid: false }, everywhere, true], 'INVALID_DESTINATION'],
    ['D2 not by who may not dial out', [paris, everywhere, false], 'FORBIDDEN_DESTINATION'],
    ['D2 one of an allowed country', [paris, { ...everywhere, allowedCountries: ['BE', 'FR'] }, true], null],
    ['D2 not one of another country', [paris, { ...everywhere, allowedCountries: ['BE'] }, true], 'FORBIDDEN_DESTINATION'],
    ['D2 one of no country, where all are allowed', [{ ...paris, country: null }, everywhere, true], null],
    [
      'D2 not one of no country, where some are',
      [{ ...paris, country: null }, { ...everywhere, allowedCountries: ['FR'] }, true],
      'FORBIDDEN_DESTINATION',
    ],
    ['D2 not a blocked one', [paris, { ...everywhere, blockedNumbers: ['+33611223344'] }, true], 'FORBIDDEN_DESTINATION'],
    ['D22 not one of a costly kind', [premium, everywhere, true], 'FORBIDDEN_DESTINATION'],
    ['D22 one of a costly kind that the account allows', [premium, allowed, true], null],
    ['D22 not one of another costly kind', [{ ...premium, tariff: 'SATELLITE' }, allowed, true], 'FORBIDDEN_DESTINATION'],
    ['D22 not a short number', [{ ...enquiries, tariff: 'ORDINARY' }, everywhere, true], 'FORBIDDEN_DESTINATION'],
    [
      'D22 not a costly short number, where only short ones are allowed',
      [enquiries, { ...allowed, allowedTariffs: [] }, true],
      'FORBIDDEN_DESTINATION',
    ],
    ['D22 a costly short number, where both are allowed', [enquiries, allowed, true], null],
    [
      'D22 an emergency number, whatever the account allows',
      [emergency, { ...everywhere, allowedCountries: ['BE'], blockedNumbers: ['112'] }, false],
      null,
    ],
    ['D2 a mistake is told before a right that is missing', [{ ...paris, valid: false }, everywhere, false], 'INVALID_DESTINATION'],
  ];
  it.each(rows)('%s', (_, given, refused) => {
    const refusal = whyNotDialled(...given);
    expect(refusal?.refused ?? null).toBe(refused);
    expect(refusal === null || Boolean(refusal.remedy)).toBe(true);
  });
});
