import { plain, soughtIn } from './index.ts';

it.each([
  ['Zoé  Müller ', 'zoe muller'],
  ['ÉLODIE', 'elodie'],
  ['Straße', 'straße'],
  ['ﬁnance', 'finance'],
])('%s is searched as %s', (text, seen) => {
  expect(plain(text)).toBe(seen);
});

it.each([
  ['Élo', 'elo'],
  ['01 87-00.00', '1870000'],
  ['+33 (1) 87', '33187'],
  ['101', '101'],
  ['0', '0'],
  ['Bob (direct)', 'bob (direct)'],
  ['(', '('],
])('%s typed into a search looks for %s', (typed, sought) => {
  expect(soughtIn(typed)).toBe(sought);
});
