import Negotiator from 'negotiator';

/** The languages that people can be told things in; the first is the usual one. */
const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that an `Accept-Language` header asks for (RFC 9110 §12.5.4), as far as it is spoken here; else the usual one. */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  const [usual] = LANGUAGES;
  const wanted = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...LANGUAGES]);
  return LANGUAGES.find((language) => language === wanted) ?? usual;
};
