/** A text as a search sees it: lower case, no accents, single blanks. */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * What was typed into a search, as it stands in a searchable text. A phone number may be typed with blanks, dots, brackets, and in
 * its national form: `01 87-00` finds +3318700….
 */
export const soughtIn = (typed: string): string => {
  const digits = typed.replace(/\D/g, '');
  const isNumber = digits !== '' && /^[+\d\s().-]+$/.test(typed);
  return isNumber ? digits.replace(/^0+(?=\d)/, '') : plain(typed);
};
