import { fill, type Language, type Phrase, type Text } from './phrase.ts';
import { REFUSALS } from './refusals.texts.ts';

const PLAIN: ReadonlyMap<string, Phrase> = new Map(REFUSALS.map((known) => [known.en, known]));
const FILLED: readonly (readonly [RegExp, Phrase])[] = REFUSALS.filter(({ en }) => en.includes('{')).map((known) => [
  shapeOf(known.en),
  known,
]);

/** What a rule said in English, in every language; what is not known here stays English. */
export function inEveryLanguage(english: string): Text {
  const plain = PLAIN.get(english);
  if (plain) return { en: english, fr: plain.fr };
  for (const [shape, known] of FILLED) {
    const facts = shape.exec(english)?.groups;
    if (facts) return fill(known, facts);
  }
  return { en: english, fr: english };
}

/** What a rule said in English, in this language. */
export const inLanguage = (language: Language, english: string): string =>
  language === 'en' ? english : inEveryLanguage(english)[language];

/** The sentence with anything at all where its facts go. */
function shapeOf(sentence: string): RegExp {
  const literal = sentence.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`, 's');
}
