import { isRefusal, type Refusal } from '@cordboard/decider';
import {
  columnsOf,
  imports,
  reportOf,
  type ChosenColumns,
  type ColumnReport,
  type Contact,
  type ImportColumns,
  type ImportedNumber,
  type ImportEvent,
  type ImportTally,
} from '@cordboard/domain-directory';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Followers, Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { tellOfContacts } from '../contacts/contact.messages.ts';
import type { ContactStore } from '../contacts/contact.store.ts';
import type { NumberStore } from '../numbers/number.store.ts';
import { csvRecords, type CsvRecord } from './csv.ts';
import { batchesOf, rowOf, type ImportRow } from './import.row.ts';
import { readAhead } from './read-ahead.ts';

/** How a file is to be read, and whether anything of it is to be kept. */
export interface ImportOptions {
  readonly account: string;
  readonly columns: ChosenColumns | null;
  /** Tells what would become of the file, and keeps nothing. */
  readonly dryRun: boolean;
}

/** An import that has begun. */
export interface StartedImport {
  readonly columns: ColumnReport;
  /** Goes on as it is asked for the next, and stops, after the batch at hand, where it is not. The last counts all of the file. */
  readonly progress: AsyncGenerator<ImportProgress>;
}

/** How far an import is: what became of the rows so far, and of those since the last time. */
export interface ImportProgress extends ImportTally {
  readonly rows: number;
  readonly rejections: readonly { readonly line: number; readonly reason: string; readonly text: string }[];
  /** The first rows of the file that were taken, or would be, `FIRST_ROWS` at most. */
  readonly firstRows: readonly AcceptedRow[];
}
export interface AcceptedRow {
  readonly line: number;
  readonly name: string;
  readonly number: string;
}
const FIRST_ROWS = 10;

/** A row, and what became of it. */
interface DecidedRow {
  readonly row: ImportRow;
  readonly event: ImportEvent;
}

/** Brings contacts in from a file, batch after batch: what was read is written, whatever becomes of the rest. */
export class ImportHandler {
  constructor(
    private readonly database: Database,
    private readonly store: ContactStore,
    private readonly numbers: NumberStore,
    private readonly outbox: Outbox,
    private readonly followers: Followers,
  ) {}

  /** Reads the first row. @returns why the file cannot be imported, or the import */
  async begin(options: ImportOptions, text: AsyncIterable<string>): Promise<Refusal<'INVALID_CSV'> | StartedImport> {
    const records = csvRecords(text);
    const { value: header } = await records.next();
    const columns = columnsOf(header === undefined ? [''] : 'fields' in header ? header.fields : [], options.columns);
    if ('refused' in columns) {
      await records.return(undefined);
      return columns;
    }
    const country = await this.numbers.country(options.account);
    return { columns: reportOf(columns), progress: this.run(options, records, columns, country) };
  }

  private async *run(
    options: ImportOptions,
    records: AsyncGenerator<CsvRecord>,
    columns: ImportColumns,
    country: string | null,
  ): AsyncGenerator<ImportProgress> {
    const seen = new Map<number, number>();
    let [tally, rows, published] = [imports.initial, 0, Promise.resolve()];
    let told: readonly OutboxRow[] = [];
    let firstRows: readonly AcceptedRow[] = [];
    for await (const batch of readAhead(batchesOf(records, (record) => rowOf(record, columns, country)))) {
      const written = await this.write(options, batch, seen);
      await published; // one batch is told while the next is written, never more
      told = written.told;
      published = this.outbox.publish(told);
      tally = written.decided.reduce((counted, { event }) => imports.evolve(counted, event), tally);
      rows += batch.length;
      if (firstRows.length < FIRST_ROWS) firstRows = [...firstRows, ...acceptedOf(written.decided)].slice(0, FIRST_ROWS);
      yield { rows, ...tally, rejections: rejectionsOf(written.decided), firstRows };
    }
    await published;
    await this.followers.haveSeen(told);
    yield { rows, ...tally, rejections: [], firstRows };
  }

  /** One transaction: facts read, rule asked for each row, contacts and messages written, each in one statement. */
  private write(
    { account, dryRun }: ImportOptions,
    batch: readonly ImportRow[],
    seen: Map<number, number>,
  ): Promise<{ decided: DecidedRow[]; told: OutboxRow[] }> {
    const earlier = new Map<number, number>(); // of this batch: a transaction that fails has seen nothing
    return this.database
      .transaction(async (tx) => {
        const decided = await this.decide(tx, account, batch, (digits) => earlier.get(digits) ?? seen.get(digits) ?? null, earlier);
        if (dryRun) return { decided, told: [] };
        const saved = [
          ...(await this.store.insertAll(tx, contactsOf('created', decided))),
          ...(await this.store.saveAll(tx, contactsOf('updated', decided))),
        ];
        return { decided, told: await tellOfContacts(tx, this.outbox, saved) };
      })
      .then((written) => {
        for (const [digits, line] of earlier) seen.set(digits, line);
        return written;
      });
  }

  private async decide(
    tx: Sql,
    account: string,
    batch: readonly ImportRow[],
    lineOf: (digits: number) => number | null,
    earlier: Map<number, number>,
  ): Promise<DecidedRow[]> {
    const wanted = batch.flatMap(({ numbers, name }) => numbers.flatMap(({ number }) => (number ? [{ e164: number.e164, name }] : [])));
    const known = await this.store.known(tx, account, wanted);
    return batch.flatMap((row) => {
      const { line, name, unreadable } = row;
      const numbers = row.numbers.map(({ written, number, problem }): ImportedNumber => {
        const { numberId = null, existing = null } = (number && known.get(number.e164)) ?? {};
        const isValid = number !== null && (number.isValid || numberId !== null);
        const e164 = number?.e164 ?? null;
        return { written, e164, problem, isValid, numberId, existing, earlierLine: e164 === null ? null : lineOf(digitsOf(e164)) };
      });
      const events = decided(
        unreadable === null ? { type: 'row', line, id: newId(), account, name, numbers } : { type: 'unreadable', line, reason: unreadable },
      );
      for (const event of events) if ('contact' in event) earlier.set(digitsOf(event.contact.e164), line);
      return events.map((event) => ({ row, event }));
    });
  }
}

/** 15 digits at most: exact, and smaller than a text. */
const digitsOf = (e164: string): number => Number(e164.slice(1));

const contactsOf = (type: 'created' | 'updated', decided: readonly DecidedRow[]): readonly Contact[] =>
  decided.flatMap(({ event }) => (event.type === type ? [event.contact] : []));

const rejectionsOf = (rows: readonly DecidedRow[]): ImportProgress['rejections'] =>
  rows.flatMap(({ row, event }) => (event.type === 'rejected' ? [{ line: event.line, reason: event.reason, text: row.text() }] : []));

const acceptedOf = (rows: readonly DecidedRow[]): readonly AcceptedRow[] =>
  rows.flatMap(({ row, event }) => ('contact' in event ? [{ line: row.line, name: event.contact.name, number: event.contact.e164 }] : []));

function decided(command: Parameters<typeof imports.decide>[1]): readonly ImportEvent[] {
  const outcome = imports.decide(imports.initial, command);
  return isRefusal(outcome) ? [] : outcome;
}
