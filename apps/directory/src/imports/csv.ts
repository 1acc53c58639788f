/** A record of a file with the line that it begins on, counted from 1; or why it cannot be read. */
export type CsvRecord =
  { readonly line: number; readonly fields: readonly string[] } | { readonly line: number; readonly unreadable: string };

/** A record that is longer than this, in characters, is a quote that nobody closed, or no CSV. Bounds what is held at a time. */
const LONGEST_RECORD = 32_768;
const DELIMITERS = [',', ';', '\t'];

/**
 * Reads CSV (RFC 4180) as it comes in. Forgives what spreadsheets do: a byte order mark, semicolons or tabs (whichever the first line
 * has most of), any line ends, quotes inside unquoted fields, blanks around quotes, empty lines. A record whose quotes do not add up
 * costs that line alone: reading goes on with the next.
 */
export async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  const source = text[Symbol.asyncIterator]();
  let [held, at, line, ended] = ['', 0, 1, false];
  let delimiter: string | undefined;
  const more = async (): Promise<void> => {
    const next = await source.next();
    ended = next.done === true;
    const first = line === 1 && at === 0 && held === '';
    held = held.slice(at) + (ended ? '' : first ? String(next.value).replace(/^\uFEFF/, '') : String(next.value));
    at = 0;
  };

  try {
    for (;;) {
      if (delimiter === undefined) {
        const begun = held.trimStart();
        const end = begun.search(/[\r\n]/);
        if (end < 0 && !ended && held.length <= LONGEST_RECORD) {
          await more();
          continue;
        }
        delimiter = delimiterOf(end < 0 ? begun : begun.slice(0, end));
      }
      if (at >= held.length && ended) return;
      const found = at >= held.length ? 'more' : recordAt(held, at, delimiter, ended);
      const record = typeof found === 'object' && found.end - at > LONGEST_RECORD ? 'too long' : found;
      if (record === 'more' && held.length - at <= LONGEST_RECORD) {
        await more();
        continue;
      }
      if (typeof record === 'object') {
        if (record.fields.some((field) => field.trim() !== '')) yield { line, fields: record.fields };
        line += linesIn(held, at, record.end);
        at = record.end;
        continue;
      }
      yield { line, unreadable: record === 'broken' ? QUOTES : TOO_LONG };
      for (let end = lineEnd(held, at, ended); ; end = lineEnd(held, at, ended)) {
        at = end ?? (ended ? held.length : Math.max(at, held.length - 1));
        if (end !== undefined || ended) break;
        await more();
      }
      line += 1;
    }
  } finally {
    await source.return?.();
  }
}

const QUOTES = 'The quotes of this row do not add up: a quoted field ends with a quote, and a quote inside it is written twice.';
const TOO_LONG = `The row is longer than ${LONGEST_RECORD} characters, or a quote in it is never closed.`;

/** What separates fields: of the three the one that the line has most of, outside of quotes. */
function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The record that begins at `at`; `more` where the text ends before it does. `end`: where the next one begins. */
function recordAt(text: string, at: number, delimiter: string, ended: boolean): { fields: string[]; end: number } | 'more' | 'broken' {
  const fields: string[] = [];
  for (let pos = at; ; pos += 1) {
    const field = fieldAt(text, pos, delimiter, ended);
    if (typeof field === 'string') return field;
    fields.push(field.value);
    pos = field.end;
    if (text[pos] === delimiter) continue;
    if (pos >= text.length) return ended ? { fields, end: pos } : 'more';
    const end = lineEnd(text, pos, ended);
    return end === undefined ? 'more' : { fields, end };
  }
}

/** The field that begins at `at`; `end`: the delimiter or line end behind it. */
function fieldAt(text: string, at: number, delimiter: string, ended: boolean): { value: string; end: number } | 'more' | 'broken' {
  let pos = skipBlanks(text, at);
  if (text[pos] !== '"') {
    for (pos = at; pos < text.length && text[pos] !== delimiter && text[pos] !== '\n' && text[pos] !== '\r';) pos += 1;
    return { value: text.slice(at, pos), end: pos };
  }
  let value = '';
  for (let from = pos + 1; ; from = pos + 2) {
    pos = text.indexOf('"', from);
    if (pos < 0) return ended ? 'broken' : 'more';
    if (pos + 1 >= text.length && !ended) return 'more';
    value += text.slice(from, pos);
    if (text[pos + 1] !== '"') break;
    value += '"';
  }
  const end = skipBlanks(text, pos + 1);
  if (end >= text.length) return ended ? { value, end } : 'more';
  return text[end] === delimiter || text[end] === '\n' || text[end] === '\r' ? { value, end } : 'broken';
}

function skipBlanks(text: string, at: number): number {
  let pos = at;
  while (text[pos] === ' ') pos += 1;
  return pos;
}

/** Where the line after this one begins; undefined where that is not known yet. */
function lineEnd(text: string, at: number, ended: boolean): number | undefined {
  LINE_END.lastIndex = at;
  const found = LINE_END.exec(text);
  if (!found) return undefined;
  const end = found.index + found[0].length;
  return found[0] === '\r' && end >= text.length && !ended ? undefined : end; // half of a \r\n, perhaps
}
const LINE_END = /\r\n|\r|\n/g;

const linesIn = (text: string, from: number, to: number): number => (text.slice(from, to).match(LINE_END) ?? []).length;
