import { plain, soughtIn } from './index.ts';

it.each([
  ['Zoé  Müller ', 'zoe muller'],
  ['ÉLODIE', 'elodie'],
  ['Straße', 'strasse'],
  ['STRAẞE', 'strasse'],
  ['Éloïse Bœuf-Çelik', 'eloise boeuf-celik'],
  ['Søren Łukasz Ægir', 'soren lukasz aegir'],
  ['ÞÓR Ðorđe ILGAZ ılgaz', 'thor dorde ilgaz ilgaz'],
  ['ﬁnance', 'finance'],
  ['a\u0000b\tc', 'a b c'],
])('%j is searched as %s', (text, seen) => {
  expect(plain(text)).toBe(seen);
});

it.each([
  ['Élo', ['elo']],
  ['', []],
  ['  ', []],
  ['mar ali', ['mar', 'ali']],
  ['mar MÁR', ['mar']],
  ['01 87-00.00', ['1870000']],
  ['+33 (1) 87', ['33187']],
  ['+33 (0)1 87', ['33187']],
  ['0033 (0) 1 87', ['33187']],
  ['0033 1 87', ['33187']],
  ['(0)1 87', ['187']],
  ['06/12/34', ['61234']],
  ['martin 06 12', ['martin', '6', '12']],
  ['101', ['101']],
  ['0', ['0']],
  ['Bob (direct)', ['bob', '(direct)']],
  ['(', ['(']],
])('%j typed into a search looks for %j', (typed, sought) => {
  expect(soughtIn(typed)).toEqual(sought);
});

it('ten words are looked for at most', () => {
  expect(soughtIn('a b c d e f g h i j k l')).toHaveLength(10);
});
