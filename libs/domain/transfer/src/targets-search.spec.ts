import { isFound, searchText, soughtWords } from './index.ts';

const finds = (typed: string, ...parts: string[]): boolean => {
  const words = soughtWords(typed);
  return words !== null && isFound(words, searchText(...parts));
};

describe('a search for a target', () => {
  const found: [string, string, string[]][] = [
    ['nothing typed', '  ', ['Bob']],
    ['the beginning of a word', 'mart', ['Zoë Martin']],
    ['without accents', 'zoe', ['Zoë Martin']],
    ['with accents nobody wrote', 'Martín', ['Zoe Martin']],
    ['letters that are more than an accent', 'coeur strasse lodz', ['Cœur, Straße, Łódź']],
    ['words in any order', 'martin zo', ['Zoë Martin']],
    ['without the hyphen', 'pierre jean', ['Jean-Pierre']],
    ['the beginning of a word, in two letters', 'di', ['Bob (direct)']],
    ['a phone number as it is shown', '+33 1 87 00 00 03', ['Bob', '33187000003', '0187000003']],
    ['a phone number as it is dialled at home', '01.87.00', ['Bob', '33187000003', '0187000003']],
    ['a phone number as it is dialled from abroad', '0033 187', ['Bob', '33187000003', '0187000003']],
    ['a phone number with its zero in brackets', '+33 (0)1 87', ['Bob', '33187000003', '0187000003']],
    ['the end of a phone number', '000003', ['Bob', '33187000003', '0187000003']],
    ['an extension', '102', ['Bob', '102']],
    ['a name with an extension', '102 bob', ['Bob', '102']],
  ];
  it.each(found)('finds by %s', (_, typed, parts) => expect(finds(typed, ...parts)).toBe(true));

  const missed: [string, string, string[]][] = [
    ['one word that is not there', 'zoe dupont', ['Zoë Martin']],
    ['letters inside a word', 'rtin', ['Zoë Martin']],
    ['two digits inside a number', '70', ['Bob', '33187000003', '0187000003']],
    ['what is no word at all', '%', ['100 %']],
    ['another number', '0187000004', ['Bob', '33187000003', '0187000003']],
  ];
  it.each(missed)('does not find by %s', (_, typed, parts) => expect(finds(typed, ...parts)).toBe(false));
});
