import { countCharacters } from '@cordboard/text';
import { refuse, type Refusal } from '@cordboard/decider';

/** What a text that is said to callers holds at most, in characters: about a minute of speech. */
export const LONGEST_TEXT = 1_000;

/** A text that is said to callers, as it is kept; an empty one is none. */
export function textOf(written: string | null): { readonly text: string | null } | Refusal<'INVALID_TEXT'> {
  const text = written?.trim() ?? '';
  if (countCharacters(text) > LONGEST_TEXT)
    return refuse('INVALID_TEXT', `What is said to callers has ${LONGEST_TEXT} characters at most.`, 'Shorten the text.');
  if (/\p{Cs}|[^\P{Cc}\n\r\t]/u.test(text))
    return refuse('INVALID_TEXT', 'The text holds characters that cannot be read.', 'Write the text anew.');
  return { text: text === '' ? null : text };
}
