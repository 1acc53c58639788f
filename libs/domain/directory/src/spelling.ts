/** Letters that no accent can be taken off, and how people spell them without. */
const SPELT: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 'th', ı: 'i' };

/** A text as every search sees it: lower case, no accents, so that `boeuf` finds Bœuf, `soren` Søren, `strasse` Straße and `lukasz` Łukasz. */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/g, (letter) => SPELT[letter] ?? letter);

/** The same with single blanks. */
export const plain = (text: string): string =>
  foldText(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** More words than this do not make a search narrower for anybody. */
const MOST_WORDS = 10;

/**
 * What was typed into a search, as parts that a searchable text holds, in whichever order: `mar ali` finds Alice Martin. A phone
 * number may be typed with blanks, dots, brackets, and in its national form: `01 87-00` and `+33 (0)1 87` find +3318700….
 */
export const soughtIn = (typed: string): readonly string[] => {
  const digits = typed.replace(/^(\s*(?:\+|00)[\d\s]*)\(0\)/, '$1').replace(/\D/g, '');
  const isNumber = digits !== '' && /^[+\d\s().\-/]+$/.test(typed);
  const parts = isNumber ? [digits] : plain(typed).split(' ');
  return [...new Set(parts.filter((part) => part !== '').map(withoutTrunk))].slice(0, MOST_WORDS);
};

/** Digits without the zeros that a number begins with at home and abroad. */
const withoutTrunk = (part: string): string => (/^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, '') : part);
