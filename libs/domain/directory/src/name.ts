import { countCharacters, isVisible } from '@cordboard/text';
import { refuse, type Refusal } from '@cordboard/decider';

/** What a name or a label holds at most, in characters. */
export const LONGEST_NAME = 200;

/** A name as it is kept, with single blanks; or why it cannot be one. `of` says whose, as in "A contact". */
export function nameOf(of: string, written: string): { readonly name: string } | Refusal<'INVALID_NAME'> {
  const name = written.replace(/\s+/gu, ' ').trim();
  if (!isVisible(name)) return refuse('INVALID_NAME', `${of} needs a name.`, 'Write the name by which people will search for it.');
  if (countCharacters(name) > LONGEST_NAME)
    return refuse('INVALID_NAME', `${of}'s name has ${LONGEST_NAME} characters at most.`, 'Shorten the name.');
  if (/[\p{Cc}\p{Cs}]/u.test(name))
    return refuse('INVALID_NAME', `${of}'s name holds characters that cannot be read.`, 'Write the name anew.');
  return { name };
}
