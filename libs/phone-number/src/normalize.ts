/** Characters that nobody sees: soft hyphens, zero-width characters, direction marks, byte order marks, variation selectors. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]/gu;
/** Whatever looks like a hyphen. */
const DASH = /[\p{Pd}\u2043\u2212\u30FC]/gu;

/**
 * A phone number as it was meant, whatever program wrote it: without invisible characters, with plain digits, hyphens and blanks, and
 * without what spreadsheets (`'06…`, `="06…"`, `=+336…`, `612345678.0`, `612345678,0`) and links (`tel:+33-6…;ext=1`) put around it.
 */
export function normalize(written: string): string {
  const plain = (ASCII.test(written) ? written : inAscii(written)).replace(/\s+/gu, ' ').trim();
  return DIGITS.test(plain) ? plain : withoutWrapping(plain);
}

/** What most numbers are written in: files of contacts have a million of them. */
const ASCII = /^[\x20-\x7E]*$/;
const DIGITS = /^\+?\d[\d ]*$/;

const inAscii = (written: string): string =>
  written
    .replace(INVISIBLE, '')
    .normalize('NFKC') // full-width digits, no-break and narrow blanks
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(DASH, '-');

/** Decimal digits of every script stand in rows of ten that begin at a code point ending in 0 or in 6 (Unicode, ch. 22.3). */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const last = code & 0xf;
  const beginsAtZero = /\p{Nd}/u.test(String.fromCodePoint(code - last));
  return String(beginsAtZero ? last : last - 6);
}

function withoutWrapping(plain: string): string {
  const quoted = /^="([^"]*)"$/.exec(plain)?.[1] ?? plain.replace(/^=?\s*['"‘’“”`]?(?=[+\d(])/u, '').replace(/(?<=\d)['"’”]$/u, '');
  const link = /^tel:(?:\/\/)?([^;]*)((?:;[^;]*)*)$/i.exec(quoted);
  if (link) return `${contextOf(link[2] ?? '')}${(link[1] ?? '').trim()}`;
  return /^\+?\d[\d ]*[.,]0+$/.test(quoted) ? quoted.replace(/[.,]0+$/, '') : quoted;
}

/** The country code that a link gives beside a number that is local there (RFC 3966, `phone-context`). */
const contextOf = (parameters: string): string => /;phone-context=(\+\d+)/i.exec(parameters)?.[1] ?? '';
