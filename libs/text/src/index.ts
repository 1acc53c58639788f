import { createHash } from 'node:crypto';

/** How many characters a text has for people who count them: code points, so that 🙂 is one and not two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first characters of a text, none of them cut in two. */
export function firstCharacters(text: string, count: number): string {
  let end = 0;
  let taken = 0;
  for (const character of text) {
    if (taken === count) break;
    taken += 1;
    end += character.length;
  }
  return text.slice(0, end);
}

/** What stands for nothing that can be seen: controls, blanks, marks without a letter, and letters that are drawn as nothing. */
const INVISIBLE = /^[\p{C}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]*$/u;
/** Whether a text has a character that can be seen. */
export const isVisible = (text: string): boolean => !INVISIBLE.test(text);

/** Names a message as it is: another text, language or file has another id. Null: it is what is usual. */
export function messageIdOf(message: {
  readonly text: string | null;
  readonly language: string | null;
  readonly file: { readonly id: string } | null;
}): string | null {
  const { text, language, file: played } = message;
  if (played) return played.id;
  if (text === null) return null;
  return createHash('sha256')
    .update(JSON.stringify([language, text]))
    .digest('hex')
    .slice(0, 20);
}
