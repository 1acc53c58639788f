import fc from 'fast-check';
import { countryOf, fromCarrier, normalize, readCaller, readPhoneNumber, readPhoneNumbers, readSearch, toE164 } from './index.ts';
import { readShortNumber } from './short-number.ts';

describe('A phone number', () => {
  it.each([
    ['+33612345678', null, '+33612345678'],
    ['06 12 34 56 78', 'FR', '+33612345678'],
    ['0033 6 12 34 56 78', 'FR', '+33612345678'],
    ['33612345678', 'FR', '+33612345678'],
    ['(0)6.12.34.56.78', 'FR', '+33612345678'],
    ['0033612345678', 'FR', '+33612345678'],
    ['030 123456', 'DE', '+4930123456'],
    ['+1 415-555-2671', 'FR', '+14155552671'],
    // trunk prefixes belong to no E.164 number
    ['+33 06 12 34 56 78', null, '+33612345678'],
    ['+330612345678', null, '+33612345678'],
    ['+33 (0)6 12 34 56 78', null, '+33612345678'],
    ['+44 (0)20 7946 0958', null, '+442079460958'],
    ['+4402079460958', null, '+442079460958'],
    ['+49 0171 1234567', null, '+491711234567'],
    ['+36 06 1 234 5678', null, '+3612345678'],
    ['+81 090 1234 5678', null, '+819012345678'],
    ['+1 1 212 555 0123', null, '+12125550123'],
    ['+7 8 495 123 45 67', null, '+74951234567'],
    ['+48 (0) 22 512 34 56', null, '+48225123456'],
    ['+48 022 512 34 56', null, '+48225123456'],
    ['0048 (0)22 512 34 56', 'FR', '+48225123456'],
    ['+34 (0) 612 345 678', null, '+34612345678'],
    ['+351 (0) 912 345 678', null, '+351912345678'],
    ['+52 1 55 1234 5678', null, '+525512345678'],
    ['005215512345678', 'FR', '+525512345678'],
    ['+52 55 1234 5678', null, '+525512345678'],
    // where the zero is the number's own
    ['+39 (0) 6 1234 5678', null, '+390612345678'],
    ['+39 06 1234 5678', null, '+390612345678'],
    // what programs write around it
    ["'0612345678", 'FR', '+33612345678'],
    ['="0612345678"', 'FR', '+33612345678'],
    ['=+33612345678', 'FR', '+33612345678'],
    ['"+33612345678"', 'FR', '+33612345678'],
    ['33612345678.0', 'FR', '+33612345678'],
    ['612345678,00', 'FR', '+33612345678'],
    ['tel:+33-6-12-34-56-78', null, '+33612345678'],
    ['tel:0612345678;phone-context=+33', null, '+33612345678'],
    ['TEL:+33612345678;ext=12', null, '+33612345678'],
    // what nobody sees
    ['06\u00A012\u202F34\u00A056\u202F78', 'FR', '+33612345678'],
    ['\u202A+33612345678\u202C', null, '+33612345678'],
    ['\uFEFF+336\u200B12\u200D34\u206656\u206978', null, '+33612345678'],
    ['+33\u00AD6\u200E12\u200F345678', null, '+33612345678'],
    // what only looks like it
    ['+33–6—12‐34‑56−78', null, '+33612345678'],
    ['＋３３６１２３４５６７８', null, '+33612345678'],
    ['٠٦١٢٣٤٥٦٧٨', 'FR', '+33612345678'],
    ['۰۶۱۲۳۴۵۶۷۸', 'FR', '+33612345678'],
    ['०६१२३४५६७८', 'FR', '+33612345678'],
  ])('%j of %s is %s', (written, country, e164) => expect(toE164(written, country)).toBe(e164));

  it.each([
    ['', null, 'is not a phone number'],
    ['+', null, 'is not a phone number'],
    ['nothing', 'FR', '"nothing" is not a phone number'],
    ['0612345678', null, 'country code'],
    ['12', 'FR', '"12" has too few digits'],
    ['+331234567890123456', null, 'too many digits'],
    ['+999 1234567', null, 'country code'],
    ['06 12 34 56 78 (home)', 'FR', 'holds "h" (U+0068)'],
    ['call 06 12 34 56 78', 'FR', 'holds "c" (U+0063)'],
    ['06 12 34 56 78 ext. 5', 'FR', 'holds "e" (U+0065)'],
    ['06\u000012345678', 'FR', 'U+0000'],
    ['3.36123E+10', 'FR', 'shortened (scientific notation)'],
    ['3,3187E+10', 'FR', 'shortened (scientific notation)'],
    ['3.3187000002e10', 'FR', 'shortened (scientific notation)'],
    ['06•12•34•56•78', 'FR', 'holds "•" (U+2022)'],
    ['+33612345678; +33687654321', null, 'holds ";" (U+003B)'],
  ])('%j of %s is none: it %s', (written, country, why) =>
    expect(readPhoneNumber(written, country)).toEqual({ problem: expect.stringContaining(why) as string }),
  );

  it('is the same however often it is read', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('+33612345678', '+442079460958', '+12125550123', '+390612345678', '+819012345678', '+551191234567'),
        fc.constantFrom('', ' ', '\u00A0', '-', '\u202F', '\u200B'),
        (e164, between) => {
          const written = [...e164].join(between).replace(/^\+[^\d]*/, '+');
          expect(toE164(written)).toBe(toE164(e164));
          expect(toE164(toE164(written) ?? '')).toBe(toE164(e164));
        },
      ),
    ));

  it.each([
    ['+33899123456', 'PREMIUM_RATE'],
    ['+870773123456', 'SATELLITE'],
    ['+881612345678', 'SATELLITE'],
    ['+33612345678', 'ORDINARY'],
    ['+33800123456', 'ORDINARY'],
  ])('%s has the tariff %s', (written, tariff) => expect(readPhoneNumber(written)).toMatchObject({ tariff }));

  it('holds nothing any more that nobody sees', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(normalize(text)).not.toMatch(/[\u00AD\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u);
        expect(normalize(normalize(text))).toBe(normalize(normalize(normalize(text))));
      }),
    ));
});

describe('A short number', () => {
  it.each([
    ['112', 'FR', { digits: '112', isEmergency: true, tariff: 'ORDINARY' }],
    ['1-1-2', 'FR', { digits: '112', isEmergency: true, tariff: 'ORDINARY' }],
    ['١١٢', 'DE', { digits: '112', isEmergency: true, tariff: 'ORDINARY' }],
    ['15', 'FR', { digits: '15', isEmergency: true, tariff: 'ORDINARY' }],
    ['911', 'US', { digits: '911', isEmergency: true, tariff: 'ORDINARY' }],
    ['999', 'GB', { digits: '999', isEmergency: true, tariff: 'ORDINARY' }],
    ['116117', 'FR', { digits: '116117', isEmergency: false, tariff: 'ORDINARY' }],
    ['118712', 'FR', { digits: '118712', isEmergency: false, tariff: 'PREMIUM_RATE' }],
    ['911', 'FR', null],
    ['101', 'FR', null],
    ['112', null, null],
    ['112', 'XX', null],
    ['+112', 'FR', null],
    ['0187000001', 'FR', null],
  ])('%s in %s', (written, country, is) => expect(readShortNumber(written, country)).toEqual(is));
});

describe('A caller', () => {
  it.each(['+33612345678', '0612345678', '0033612345678', '33612345678', '06 12 34 56 78', '+330612345678'])(
    'that a carrier calls %s is one and the same',
    (from) => expect(readCaller(from, 'FR')).toEqual({ e164: '+33612345678', shown: null }),
  );
  it.each(['', 'anonymous', 'Anonymous', 'restricted', 'unavailable', 'Unknown', 'private', '0', '+'])(
    'that a carrier calls %j is withheld',
    (from) => expect(readCaller(from, 'FR')).toEqual({ e164: null, shown: 'Withheld number' }),
  );
  it('of another country is told from one at home', () => {
    expect(readCaller('442079460958', 'FR').e164).toBe('+442079460958');
    expect(readCaller('0044 20 7946 0958', 'FR').e164).toBe('+442079460958');
    expect(readCaller('12125550123', 'FR').e164).toBe('+12125550123');
    expect(readCaller('2125550123', 'US').e164).toBe('+12125550123');
  });
  it('that cannot be read is shown as it came', () =>
    expect(readCaller('switchboard', 'FR')).toEqual({ e164: null, shown: 'switchboard' }));
});

it('A called number in any form is the same', () => {
  for (const told of ['+33187000001', '0187000001', '0033187000001', '33187000001']) expect(fromCarrier(told, 'FR')).toBe('+33187000001');
  expect(fromCarrier('101', 'FR')).toBeNull();
});

it.each([
  [[], null],
  [['+33187000001', '+4930123456', '+33187000002'], 'FR'],
  [['+4930123456', '+33187000001'], 'DE'],
])('Numbers %j are at home in %s', (numbers, country) => expect(countryOf(numbers)).toBe(country));

describe('A field', () => {
  it.each([
    ['+33 6 12 34 56 78 ::: 01 87 00 00 01', ['+33612345678', '+33187000001']],
    ['0612345678; 0187000001', ['+33612345678', '+33187000001']],
    ['0612345678 / 0187000001', ['+33612345678', '+33187000001']],
    ['0612345678, 0187000001', ['+33612345678', '+33187000001']],
    ['06 12 34 56 78\n01 87 00 00 01', ['+33612345678', '+33187000001']],
    ['06 12 34 56 78 ou 01 87 00 00 01', ['+33612345678', '+33187000001']],
    ['06/12/34/56/78', ['+33612345678']],
    ['tel:+33-6-12-34-56-78;ext=12', ['+33612345678']],
    ['0612345678 ::: later', ['+33612345678']],
    ['nothing ::: later', []],
    ['', []],
  ])('%j holds the numbers %j', (field, numbers) =>
    expect(readPhoneNumbers(field, 'FR').flatMap((number) => ('problem' in number ? [] : [number.e164]))).toEqual(numbers),
  );

  it('whose numbers cannot be read is told of as a whole', () =>
    expect(readPhoneNumbers('12, 13', 'FR')).toEqual([{ problem: expect.stringContaining('"12, 13" holds ","') as string }]));
});

describe('A search', () => {
  it.each([
    ['+33 06 12 34 56 78', '+33612345678'],
    ['06 12 34 56 78', '+33612345678'],
    ['(0)6.12.34.56.78', '+33612345678'],
    ['0044 20 7946 0958', '+442079460958'],
    ['+48 (0) 22 512 34 56', '+48225123456'],
    ["'+33612345678", '+33612345678'],
    ['="+33612345678"', '+33612345678'],
    ['tel:+33-6-12-34-56-78', '+33612345678'],
    ['\u202A+33612345678\u202C', '+33612345678'],
    ['33612345678.0', '33612345678'],
    // parts of numbers and names stay what they are
    ['06 12', '06 12'],
    ['+33 (0)6', '+33 (0)6'],
    ['612345', '612345'],
    ['Zoé  Martin', 'Zoé Martin'],
    ['', ''],
  ])('for %j looks for %j', (typed, sought) => expect(readSearch(typed, 'FR')).toBe(sought));
});
