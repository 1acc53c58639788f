/** A LIKE pattern for texts that contain this one, letter by letter: `%` and `_` stand for themselves. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
