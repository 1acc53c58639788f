/** The most values in a JSON text, and how deep they may be nested: parsing 8 MiB of brackets would block the event loop for seconds. */
export const MAX_VALUES = 100_000;
export const MAX_DEPTH = 100;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/** Reads every byte of a JSON text (UTF-8) once, before it is parsed. @returns whether it has too many values or nests them too deep */
export function isExcessive(json: Uint8Array): boolean {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === QUOTE) for (i += 1; i < json.length && json[i] !== QUOTE; i += 1) i += json[i] === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) values += 1;
    else if (byte === BRACKET || byte === BRACE) {
      depth += 1;
      values += 1;
    } else if (byte === BRACKET_END || byte === BRACE_END) depth -= 1;
    if (values > MAX_VALUES || depth > MAX_DEPTH) return true;
  }
  return false;
}
