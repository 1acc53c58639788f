/** The most values in a JSON text, and how deep they may be nested: parsing 8 MiB of brackets would block the event loop for seconds. */
export const MAX_VALUES = 100_000;
export const MAX_DEPTH = 100;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/** Nearly all bytes say nothing. */
const tells = new Uint8Array(256);
for (const byte of [QUOTE, COMMA, COLON, BRACKET, BRACKET_END, BRACE, BRACE_END]) tells.fill(1, byte, byte + 1);

const VARIABLES = Buffer.from('"variables"');

/** What a JSON text is known to be before it is parsed. */
export interface Scanned {
  /** Whether it has too many values or nests them too deep; then nothing else is known. */
  readonly isExcessive: boolean;
  /** Whether too much stands outside of its texts; then nothing else is known. */
  readonly isBare: boolean;
  /** Where the value of its key `variables` begins and ends, in bytes; again, where the key stands there again. */
  readonly variables: readonly (readonly [begin: number, end: number])[];
}

const PLAIN: Scanned = { isExcessive: false, isBare: false, variables: [] };

/**
 * Reads every byte of a JSON text (UTF-8) once.
 * @param o.mostBare how many bytes may stand outside of texts
 */
export function scan(
  json: Uint8Array,
  { mostValues = MAX_VALUES, mostBare = Infinity }: { readonly mostValues?: number | undefined; readonly mostBare?: number } = {},
): Scanned {
  const variables: [number, number][] = [];
  let [depth, values, bare, key, begin] = [0, 0, 0, 0, 0];
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i] ?? 0;
    if ((bare += 1) > mostBare) return { ...PLAIN, isBare: true };
    if (tells[byte] === 0) continue;
    if (byte === QUOTE) {
      if (depth === 1) key = i;
      i = endOfText(json, i + 1);
    } else if (byte === COMMA) values += 1;
    else if (byte === BRACKET || byte === BRACE) {
      depth += 1;
      values += 1;
    } else if (byte === BRACKET_END || byte === BRACE_END) depth -= 1;
    else if (depth === 1 && VARIABLES.equals(json.subarray(key, key + VARIABLES.length))) begin = i + 1;
    if (begin > 0 && ((byte === COMMA && depth === 1) || depth === 0)) {
      variables.push([begin, i]);
      begin = 0;
    }
    if (values > mostValues || depth > MAX_DEPTH) return { ...PLAIN, isExcessive: true };
  }
  return { ...PLAIN, variables };
}

/** To search for a quote costs as much as to look at so many bytes. */
const NEAR = 64;

/** @returns where the quote stands that ends the text, or behind the last byte */
function endOfText(json: Uint8Array, begin: number): number {
  let i = begin;
  while (i < json.length) {
    for (const far = i + NEAR; i < far; i += 1) {
      if (json[i] === QUOTE) return i;
      if (json[i] === BACKSLASH) i += 1;
    }
    const quote = json.indexOf(QUOTE, i);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (quote - backslashes > i && json[quote - backslashes - 1] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    i = quote + 1;
  }
  return i;
}

/** Whether a JSON text has too many values or nests them too deep. */
export const isExcessive = (json: Uint8Array): boolean => scan(json).isExcessive;

/** Whether a JSON text nests its values too deep, however many there are. */
export const isTooDeep = (json: Uint8Array): boolean => scan(json, { mostValues: Infinity }).isExcessive;

const NULL = Buffer.from('null');

/** The text with null for its `variables`; null where it then has more than so many bytes. */
export function withoutVariables(json: Buffer, { variables }: Scanned, most: number): Buffer | null {
  const length = variables.reduce((sum, [begin, end]) => sum - (end - begin) + NULL.length, json.length);
  if (length > most) return null;
  const parts: Buffer[] = [];
  let at = 0;
  for (const [begin, end] of variables) {
    parts.push(json.subarray(at, begin), NULL);
    at = end;
  }
  return Buffer.concat([...parts, json.subarray(at)]);
}
