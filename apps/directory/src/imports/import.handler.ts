import { isRefusal, type Refusal } from '@cordboard/decider';
import { columnsOf, imports, type Contact, type ImportColumns, type ImportEvent, type ImportTally } from '@cordboard/domain-directory';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Followers, Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { countryOf, readPhoneNumber, type PhoneNumber } from '@cordboard/phone-number';
import { tellOfContacts } from '../contacts/contact.messages.ts';
import type { ContactStore } from '../contacts/contact.store.ts';
import type { NumberStore } from '../numbers/number.store.ts';
import { csvRecords, type CsvRecord } from './csv.ts';

/** How far an import is: what became of the rows so far, and which were rejected since the last time. */
export interface ImportProgress extends ImportTally {
  readonly rows: number;
  readonly rejections: readonly { readonly line: number; readonly reason: string }[];
}

/** Rows of one transaction. */
const BATCH = 500;
/** Rows of one file: their numbers are remembered, about 50 bytes each, to tell what is there twice. */
const MOST_ROWS = 1_000_000;

interface Row {
  readonly line: number;
  readonly name: string;
  readonly written: string;
  readonly number: PhoneNumber | null;
  /** Why what is written is no phone number; null where it is one. */
  readonly problem: string | null;
  readonly unreadable: string | null;
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

  /**
   * Reads the first row. @returns why the file cannot be imported, or the import: it goes on as it is asked for the next progress, and
   * stops, after the batch at hand, where it is not. The last progress counts all of the file.
   */
  async begin(account: string, text: AsyncIterable<string>): Promise<Refusal<'INVALID_CSV'> | AsyncGenerator<ImportProgress>> {
    const records = csvRecords(text);
    const { value: header } = await records.next();
    const columns = columnsOf(header === undefined ? [''] : 'fields' in header ? header.fields : []);
    if ('refused' in columns) {
      await records.return(undefined);
      return columns;
    }
    const country = countryOf((await this.numbers.list(account)).map(({ e164 }) => e164));
    return this.run(account, records, columns, country);
  }

  private async *run(
    account: string,
    records: AsyncGenerator<CsvRecord>,
    columns: ImportColumns,
    country: string | null,
  ): AsyncGenerator<ImportProgress> {
    const seen = new Map<number, number>();
    let [tally, rows, published] = [imports.initial, 0, Promise.resolve()];
    let told: readonly OutboxRow[] = [];
    for await (const batch of batches(records, (record) => rowOf(record, columns, country))) {
      const written = await this.write(account, batch, seen);
      await published; // one batch is told while the next is written, never more
      told = written.told;
      published = this.outbox.publish(told);
      tally = written.events.reduce(imports.evolve, tally);
      rows += batch.length;
      yield { rows, ...tally, rejections: written.events.flatMap((event) => (event.type === 'rejected' ? [event] : [])) };
    }
    await published;
    await this.followers.haveSeen(told);
    yield { rows, ...tally, rejections: [] };
  }

  /** One transaction: facts read, rule asked for each row, contacts and messages written, each in one statement. */
  private write(account: string, batch: readonly Row[], seen: Map<number, number>): Promise<{ events: ImportEvent[]; told: OutboxRow[] }> {
    const earlier = new Map<number, number>(); // of this batch: a transaction that fails has seen nothing
    return this.database
      .transaction(async (tx) => {
        const events = await this.decide(tx, account, batch, (digits) => earlier.get(digits) ?? seen.get(digits) ?? null, earlier);
        const kept = events.flatMap((event): Contact[] => ('contact' in event ? [event.contact] : []));
        return { events, told: await tellOfContacts(tx, this.outbox, await this.store.saveAll(tx, kept)) };
      })
      .then((written) => {
        for (const [digits, line] of earlier) seen.set(digits, line);
        return written;
      });
  }

  private async decide(
    tx: Sql,
    account: string,
    batch: readonly Row[],
    lineOf: (digits: number) => number | null,
    earlier: Map<number, number>,
  ): Promise<ImportEvent[]> {
    const known = await this.store.known(
      tx,
      account,
      batch.flatMap(({ number, name }) => (number ? [{ e164: number.e164, name }] : [])),
    );
    return batch.flatMap((row) => {
      const { line, name, written, number, problem, unreadable } = row;
      if (unreadable !== null) return decided({ type: 'unreadable', line, reason: unreadable });
      const digits = Number(number?.e164.slice(1) ?? 0); // 15 digits at most: exact, and smaller than a text
      const { numberId = null, existing = null } = (number && known.get(number.e164)) ?? {};
      const events = decided({
        type: 'row',
        line,
        id: newId(),
        account,
        name,
        written,
        problem,
        e164: number?.e164 ?? null,
        numberIsValid: number !== null && (number.isValid || numberId !== null),
        numberId,
        earlierLine: lineOf(digits),
        existing,
      });
      if (number && events.every((event) => event.type !== 'rejected')) earlier.set(digits, line);
      return events;
    });
  }
}

function decided(command: Parameters<typeof imports.decide>[1]): readonly ImportEvent[] {
  const outcome = imports.decide(imports.initial, command);
  return isRefusal(outcome) ? [] : outcome;
}

function rowOf(record: CsvRecord, columns: ImportColumns, country: string | null): Row {
  const { line } = record;
  if ('unreadable' in record) return { line, name: '', written: '', number: null, problem: null, unreadable: record.unreadable };
  const written = record.fields[columns.number] ?? '';
  const name = columns.name.map((column) => record.fields[column] ?? '').join(' ');
  const read = readPhoneNumber(written, country);
  const [number, problem] = 'problem' in read ? [null, read.problem] : [read, null];
  return { line, name, written, number, problem, unreadable: null };
}

async function* batches(records: AsyncGenerator<CsvRecord>, read: (record: CsvRecord) => Row): AsyncGenerator<Row[]> {
  let [batch, rows] = [[] as Row[], 0];
  for await (const record of records) {
    batch.push(read(record));
    rows += 1;
    const tooMany = rows > MOST_ROWS;
    if (tooMany)
      batch[batch.length - 1] = { ...read(record), unreadable: `A file has ${MOST_ROWS} rows at most; nothing from here on was read.` };
    if (batch.length === BATCH || tooMany) {
      yield batch;
      batch = [];
    }
    if (tooMany) return;
  }
  if (batch.length > 0) yield batch;
}
