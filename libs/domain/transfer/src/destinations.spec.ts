import { whyNotDialled } from './index.ts';

const paris = { e164: '+33611223344', valid: true, country: 'FR' };
const everywhere = { allowedCountries: [], blockedNumbers: [] };

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
    ['D2 a mistake is told before a right that is missing', [{ ...paris, valid: false }, everywhere, false], 'INVALID_DESTINATION'],
  ];
  it.each(rows)('%s', (_, given, refused) => {
    const refusal = whyNotDialled(...given);
    expect(refusal?.refused ?? null).toBe(refused);
    expect(refusal === null || Boolean(refusal.remedy)).toBe(true);
  });
});
