import { languageOf } from './language.ts';

it.each<[string | undefined, string]>([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['fr', 'fr'],
  ['fr-CA', 'fr'],
  ['FR-fr, fr;q=0.9, en;q=0.8', 'fr'],
  ['en-GB, fr;q=0.9', 'en'],
  ['de, fr;q=0.5, en;q=0.4', 'fr'],
  ['de', 'en'],
  ['fr;q=0', 'en'],
  [';;;=', 'en'],
])('%s asks for %s', (header, language) => expect(languageOf(header)).toBe(language));
