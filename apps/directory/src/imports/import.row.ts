import { nameIn, numbersIn, type ImportColumns } from '@cordboard/domain-directory';
import { readPhoneNumbers, type PhoneNumber } from '@cordboard/phone-number';
import { firstCharacters } from '@cordboard/text';
import { setImmediate } from 'node:timers/promises';
import type { CsvRecord } from './csv.ts';

/** A phone number of a row: read, or why it is none. */
export interface ReadNumber {
  readonly written: string;
  readonly number: PhoneNumber | null;
  readonly problem: string | null;
}

/** A row of a file of contacts as it was read. */
export interface ImportRow {
  readonly line: number;
  /** As it stands in the file, the beginning of it. */
  readonly text: () => string;
  readonly name: string;
  readonly numbers: readonly ReadNumber[];
  /** Why it could not be read at all; null where it was. */
  readonly unreadable: string | null;
}

/** Rows of one transaction. */
export const BATCH = 500;
/** Rows that are read until others get their turn: a millisecond or two. */
const ROWS_OF_A_TURN = 25;
/** Rows of one file: their numbers are remembered, about 50 bytes each, to tell what is there twice. */
const MOST_ROWS = 1_000_000;
/** What is shown of a rejected row, in characters. */
const MAX_SHOWN = 500;
/** Numbers of one row that are tried. */
const MAX_NUMBERS = 20;

/** @param country whose national numbers the file has, ISO 3166-1 */
export function rowOf(record: CsvRecord, columns: ImportColumns, country: string | null): ImportRow {
  const { line } = record;
  const text = (): string => firstCharacters(record.text(), MAX_SHOWN);
  if ('unreadable' in record) return { line, text, name: '', numbers: [], unreadable: record.unreadable };
  const numbers = numbersIn(record.fields, columns).flatMap((written) => readCell(written, country));
  return { line, text, name: nameIn(record.fields, columns), numbers: numbers.slice(0, MAX_NUMBERS), unreadable: null };
}

const readCell = (written: string, country: string | null): readonly ReadNumber[] =>
  readPhoneNumbers(written, country).map((read) =>
    'problem' in read ? { written, number: null, problem: read.problem } : { written, number: read, problem: null },
  );

/** Rows, `BATCH` at a time. What is behind the last row that a file may have is not read. */
export async function* batchesOf(records: AsyncIterable<CsvRecord>, read: (record: CsvRecord) => ImportRow): AsyncGenerator<ImportRow[]> {
  let [batch, rows] = [[] as ImportRow[], 0];
  for await (const record of records) {
    rows += 1;
    if (rows % ROWS_OF_A_TURN === 0) await setImmediate();
    const tooMany = rows > MOST_ROWS;
    const unreadable = `A file has ${MOST_ROWS} rows at most; nothing from here on was read.`;
    batch.push(tooMany ? { ...read(record), unreadable } : read(record));
    if (batch.length === BATCH || tooMany) {
      yield batch;
      batch = [];
    }
    if (tooMany) return;
  }
  if (batch.length > 0) yield batch;
}
