import type { CallRecord, OfferRecord, TransferRecord } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';

/** How a column's value is cast when it is written. */
type Kind = 'text' | 'int' | 'timestamptz' | 'jsonb' | 'text[]';
/** Whose rows they are: written with each, read with none. */
interface Whose {
  readonly account: string;
  readonly conversationId: string;
}

/** One table's columns, named once for reading and writing: `lineId` in a record is `line_id` in the table. */
class Table<Columns extends Readonly<Record<string, Kind>>> {
  /** What stands after SELECT. */
  readonly columns: string;
  private readonly upsert: string;
  private readonly written: readonly string[];

  constructor(name: string, columns: Columns) {
    this.columns = Object.keys(columns)
      .map((column) => `${snake(column)} AS "${column}"`)
      .join(', ');
    const all: Readonly<Record<string, Kind>> = { account: 'text', conversationId: 'text', ...columns };
    this.written = Object.keys(all);
    const names = this.written.map(snake);
    this.upsert = `INSERT INTO ${name} (${names.join(', ')}) VALUES (${this.written.map((column, i) => `$${i + 1}::${all[column]}`).join(', ')})
      ON CONFLICT (id) DO UPDATE SET ${names.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  }

  /** Writes the row as it is now. */
  save(tx: Sql, row: Readonly<Record<keyof Columns, unknown>> & Whose): Promise<unknown> {
    const values = row as Readonly<Record<string, unknown>>;
    return tx.query(this.upsert, ...this.written.map((column) => values[column]));
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** What a table gives: its times are dates. */
type FromTable<Row, Times extends keyof Row> = Omit<Row, Times> & { readonly [T in Times]: Row[T] extends string ? Date : Date | null };
const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const CALLS = new Table('call_record', {
  id: 'text',
  conversationId: 'text',
  direction: 'text',
  caller: 'text',
  callerAgentId: 'text',
  lineId: 'text',
  entryNumberId: 'text',
  agentId: 'text',
  viaTransferId: 'text',
  outcome: 'text',
  startedAt: 'timestamptz',
  answeredAt: 'timestamptz',
  endedAt: 'timestamptz',
  phase: 'text',
  phaseSince: 'timestamptz',
  ringMs: 'int',
  talkMs: 'int',
  holdMs: 'int',
  participants: 'text[]',
});
export type CallColumns = FromTable<Omit<CallRecord, 'clock'>, 'startedAt' | 'answeredAt' | 'endedAt'> & {
  readonly phase: CallRecord['clock']['phase'];
  readonly phaseSince: Date;
  readonly ringMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
};
export function callFrom<Row extends CallColumns>({ phase, phaseSince, ringMs, talkMs, holdMs, ...row }: Row) {
  const clock = { phase, since: phaseSince.toISOString(), ringMs, talkMs, holdMs };
  return { ...row, startedAt: row.startedAt.toISOString(), answeredAt: iso(row.answeredAt), endedAt: iso(row.endedAt), clock };
}
export const callTo = ({ clock: { since, ...clock }, ...call }: CallRecord) => ({ ...call, ...clock, phaseSince: since });

export const TRANSFERS = new Table('transfer_record', {
  id: 'text',
  conversationId: 'text',
  callId: 'text',
  mode: 'text',
  convertedFrom: 'text',
  status: 'text',
  endReason: 'text',
  transferorId: 'text',
  target: 'jsonb',
  targetAgentId: 'text',
  newCallId: 'text',
  startedAt: 'timestamptz',
  connectedAt: 'timestamptz',
  endedAt: 'timestamptz',
});
export type TransferColumns = FromTable<TransferRecord, 'startedAt' | 'connectedAt' | 'endedAt'>;
export const transferFrom = (row: TransferColumns): TransferRecord => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  connectedAt: iso(row.connectedAt),
  endedAt: iso(row.endedAt),
});
export const transferTo = (transfer: TransferRecord) => ({ ...transfer, target: JSON.stringify(transfer.target) });

export const OFFERS = new Table('offer_record', {
  id: 'text',
  kind: 'text',
  callId: 'text',
  transferId: 'text',
  agentId: 'text',
  offeredAt: 'timestamptz',
  outcome: 'text',
  reason: 'text',
  endedAt: 'timestamptz',
});
export type OfferColumns = FromTable<OfferRecord, 'offeredAt' | 'endedAt'>;
export const offerFrom = (row: OfferColumns): OfferRecord => ({
  ...row,
  offeredAt: row.offeredAt.toISOString(),
  endedAt: iso(row.endedAt),
});
