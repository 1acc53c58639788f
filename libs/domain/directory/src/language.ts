import { refuse, type Refusal } from '@cordboard/decider';

/** The languages that texts can be spoken in (ISO 639); a region may follow, as in `pt-BR`. */
export const LANGUAGES = [
  ...['ar', 'bg', 'bs', 'ca', 'cs', 'cy', 'da', 'de', 'el', 'en', 'es', 'et', 'eu', 'fi', 'fr', 'ga', 'hi', 'hr', 'hu', 'id', 'is', 'it'],
  ...['lt', 'lv', 'mk', 'ms', 'nb', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sq', 'sr', 'sv', 'sw', 'tr', 'uk', 'vi', 'zh'],
] as const;

const TAG = /^([a-z]{2})(?:-[A-Z]{2}|-\d{3})?$/;

export function refusedLanguage(language: string | null): Refusal<'INVALID_LANGUAGE'> | null {
  const known: readonly string[] = LANGUAGES;
  if (language === null || known.includes(TAG.exec(language)?.[1] ?? '')) return null;
  return refuse(
    'INVALID_LANGUAGE',
    'Texts cannot be spoken in this language.',
    `Write a language as fr or pt-BR; there are ${known.join(', ')}.`,
  );
}
