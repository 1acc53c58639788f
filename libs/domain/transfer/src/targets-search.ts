import { foldText } from '@cordboard/domain-directory';

/** A search looks for this many words at most; what is typed beyond them narrows nothing. */
const MOST_WORDS = 8;

/**
 * What a search looks through, and what lists are ordered by: every word of `parts` in lower case, without accents, a blank before
 * each (so that ` bo` is a word that begins so).
 */
export const searchText = (...parts: readonly string[]): string =>
  parts
    .flatMap(wordsIn)
    .map((word) => ` ${word}`)
    .join('');

/**
 * What was typed into a search, word by word; all of them are to be found, in any order. A phone number may be typed with blanks,
 * dots, brackets, `00` for `+`: it is one word. Null: there is something, and no word in it, so nothing is found.
 */
export function soughtWords(typed: string): readonly string[] | null {
  if (typed.trim() === '') return [];
  if (/^[+\d\s().\-/]*\d[+\d\s().\-/]*$/.test(typed)) return [digitsOf(typed)];
  const words = wordsIn(typed);
  return words.length === 0 ? null : words.slice(0, MOST_WORDS);
}

/** `+33 (0)1 87…`, `0033 1 87…` and `+33187…` are the same digits. */
const digitsOf = (typed: string): string =>
  typed
    .replace(/\(0\)/g, '')
    .replace(/\D/g, '')
    .replace(/^00(?=\d{4})/, '');

const wordsIn = (text: string): readonly string[] =>
  foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** Whether these words are found in this text. */
export const isFound = (words: readonly string[], text: string): boolean => words.every((word) => text.includes(asSought(word)));

/** A word as it must stand in a text: where a word begins, as names are typed, or, of three digits and more, anywhere in a phone number. */
export const asSought = (word: string): string => (isBeginning(word) ? ` ${word}` : word);

/** Whether a word is sought where words begin. */
export const isBeginning = (word: string): boolean => !/^\d{3,}$/.test(word);
