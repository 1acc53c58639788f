import { CsvError, parse } from 'csv-parse/sync';

/** A record of a file with the line that it begins on, counted from 1; or why it cannot be read. */
export type CsvRecord = { readonly line: number; /** As it stands in the file. */ readonly text: () => string } & (
  { readonly fields: readonly string[] } | { readonly unreadable: string }
);

/** A record that is longer than this, in bytes, is a quote that nobody closed, or no CSV. Bounds what is held at a time. */
const LONGEST_RECORD = 32_768;
/** What is parsed at a time, in characters: some milliseconds of work. */
const BLOCK = 65_536;
/** With `trim`, relaxed quotes are those in unquoted fields: text behind a quoted one is an error nevertheless. */
const FORGIVING = { bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, relax_quotes: true, trim: true };
/** The line by which Excel is told what separates fields. */
const SEPARATOR = /^\uFEFF?"?sep=([^\r\n"])"?(?:\r\n|\n|\r)/i;
const QUOTES = 'The quotes of this row do not add up: a quoted field ends with a quote, and a quote inside it is written twice.';
const TOO_LONG = `The row is longer than ${LONGEST_RECORD} bytes, or a quote in it is never closed.`;

/**
 * Reads CSV (RFC 4180) as it comes in, by csv-parse. Forgives what spreadsheets do: a byte order mark, semicolons, tabs or bars (whichever
 * the first line has most of, or a line `sep=;` before it says), any line ends, quotes inside unquoted fields, blanks around fields, empty lines. A record that cannot be
 * read costs the line that it begins on alone: reading goes on with the next.
 */
export async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let [held, line, tried]: [Buffer, number, number] = [Buffer.alloc(0), 1, 0];
  let delimiter: string | undefined;
  for await (const { lines: whole, ended } of wholeLines(text)) {
    const separator: RegExpExecArray | null = delimiter === undefined ? SEPARATOR.exec(whole) : null;
    if (separator) line += 1;
    const lines = separator ? whole.slice(separator[0].length) : whole;
    delimiter ??= separator?.[1] ?? delimiterOf(lines);
    // half a letter is nothing in UTF-8: a NUL says as well that the field cannot be read
    held = Buffer.concat([held, Buffer.from(lines.replace(/\p{Cs}/gu, '\0'))]);
    if (!ended && held.length < 2 * tried) continue; // an open quote is looked at when it has doubled, not with every line
    for (tried = 0; held.length > 0; line += 1) {
      if (isOneLineEach(held)) {
        yield* linesOf(held, delimiter, line);
        line += lineEnds(held);
        held = Buffer.alloc(0);
        break;
      }
      const { records, fault } = parsed(held, delimiter);
      const block = held;
      let at = 0;
      for (const { fields, end } of records) {
        const from = at;
        if (isFilled(fields)) yield { line, fields, text: () => textOf(block, from, end) };
        line += lineEnds(held.subarray(at, end));
        at = end;
      }
      held = held.subarray(fault ? at : held.length);
      if (fault === 'open' && !ended && held.length <= LONGEST_RECORD) tried = held.length;
      if (!fault || tried > 0) break;
      const [broken, next] = [held, secondLine(held)];
      const unreadable = fault === 'broken' || held.length <= LONGEST_RECORD ? QUOTES : TOO_LONG;
      yield { line, unreadable, text: () => textOf(broken, 0, next) };
      held = held.subarray(next);
    }
  }
}

/** Lines with their ends, as many as have come in; of one that does not end, no more than shows that it is too long. */
async function* wholeLines(text: AsyncIterable<string>): AsyncGenerator<{ lines: string; ended: boolean }> {
  let rest = '';
  for await (const piece of text) {
    for (let at = 0; at < piece.length; at += BLOCK) {
      rest += piece.slice(at, at + BLOCK);
      const end = Math.max(rest.lastIndexOf('\n'), rest.slice(0, -1).lastIndexOf('\r')) + 1; // at the end, \r may be half of \r\n
      if (end > 0) yield { lines: rest.slice(0, end), ended: false };
      rest = rest.slice(end);
      if (rest.length > LONGEST_RECORD) rest = rest.slice(0, LONGEST_RECORD) + rest.slice(-1);
    }
  }
  yield { lines: rest, ended: true };
}

/** Without its line end; no more than of a record that can be read. */
const textOf = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString('utf8', from, Math.min(to, from + LONGEST_RECORD)).replace(/[\r\n]+$/, '');

const LINE_END = /\r\n|\r|\n/g;
const lineEnds = (bytes: Buffer): number => bytes.toString('latin1').match(LINE_END)?.length ?? 0;
const isFilled = (fields: readonly string[]): boolean => fields.some((field) => field.trim() !== '');

/** Whether each record is a line, none of them too long: what has no quotes, as most files, is read without asking where each record ends. */
function isOneLineEach(bytes: Buffer): boolean {
  if (bytes.includes('"')) return false;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const next = end < 0 ? bytes.length : end + 1;
    if (next - at > LONGEST_RECORD) return false;
    at = next;
  }
  return true;
}

function* linesOf(bytes: Buffer, delimiter = ',', first: number): Generator<CsvRecord> {
  let lines: readonly string[] | undefined;
  for (const [i, fields] of parse(bytes, { ...FORGIVING, delimiter }).entries()) {
    const text = (): string => (lines ??= bytes.toString().split(LINE_END))[i] ?? '';
    if (isFilled(fields)) yield { line: first + i, fields, text };
  }
}

interface Read {
  readonly fields: readonly string[];
  readonly end: number;
}

/** The records up to the first one that cannot be read, each with where it ends, and what is wrong with that one. */
function parsed(bytes: Buffer, delimiter = ','): { records: Read[]; fault?: 'open' | 'broken' | 'long' } {
  const records: Read[] = [];
  let isLong = false;
  const on_record = (fields: string[], { bytes: end }: { bytes: number }): undefined => {
    isLong ||= end - (records.at(-1)?.end ?? 0) > LONGEST_RECORD;
    if (!isLong) records.push({ fields, end });
  };
  try {
    parse(bytes, { ...FORGIVING, delimiter, on_record });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (!isLong) return { records, fault: error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'open' : 'broken' };
  }
  return isLong ? { records, fault: 'long' } : { records };
}

function secondLine(bytes: Buffer): number {
  const [lf = 0, cr = 0] = [bytes.indexOf('\n'), bytes.indexOf('\r')].map((at) => (at < 0 ? bytes.length : at));
  return cr + 1 === lf ? lf + 1 : Math.min(lf, cr) + 1;
}

/** What separates fields: the one that the first line with text has most of, outside of quotes. */
function delimiterOf(lines: string): string | undefined {
  const [first = ''] = lines.trim().split(/[\r\n]/, 1);
  const count = (delimiter: string): number => first.replace(/"[^"]*"/g, '').split(delimiter).length;
  return first === '' ? undefined : [',', ';', '\t', '|'].toSorted((a, b) => count(b) - count(a))[0];
}
