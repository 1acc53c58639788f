import { countedKind, type CallRecord, type OfferRecord, type TransferRecord } from '@cordboard/domain-history';

/** PostgreSQL's type of a column. */
type Kind = 'text' | 'int' | 'bool' | 'timestamptz' | 'jsonb' | 'text[]';
type Columns = Readonly<Record<string, Kind>>;
/** A row as PostgreSQL writes it in JSON: times are text. */
type Written = Record<string, unknown>;

/** One table's columns, named once for reading and writing: `lineId` in a record is `line_id` in the table. */
export class Table {
  /** What stands after SELECT, of a table that is called like this there. */
  readonly columns: string;
  private readonly names: readonly string[];
  private readonly times: readonly string[];

  /** `once`: what is written with a new row alone, by name and SQL over `kept`, the row. */
  constructor(
    private readonly name: string,
    private readonly kinds: Columns,
    private readonly once: Readonly<Record<string, string>> = {},
  ) {
    this.names = Object.keys(kinds);
    this.times = this.names.filter((column) => kinds[column] === 'timestamptz');
    this.columns = this.names.map((column) => `${name}.${snake(column)} AS "${column}"`).join(', ');
  }

  /** All rows of a conversation ($1) as one JSON array. */
  allOf(order: string): string {
    return `(SELECT coalesce(jsonb_agg(kept ORDER BY "${order}", id), '[]') FROM (SELECT ${this.columns} FROM ${this.name} WHERE conversation_id = $1) AS kept)`;
  }

  /** Writes the rows of the JSON array `$at` as they are now; `$1` is the account. */
  saveAll(at: number): string {
    const columns = this.names.map(snake);
    const fresh = Object.keys(this.once);
    return `INSERT INTO ${this.name} (account, ${[...columns, ...fresh].join(', ')})
      SELECT $1::text, ${[...this.names.map((column) => `kept."${column}"`), ...Object.values(this.once)].join(', ')}
      FROM jsonb_to_recordset($${at}::jsonb) AS kept(${this.names.map((column) => `"${column}" ${this.kinds[column]}`).join(', ')})
      ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  }

  /** The row, just read and nobody else's, with its times written as everywhere else. */
  read<Row>(row: Written): Row {
    for (const column of this.times) {
      const time = row[column];
      if (time !== null) row[column] = (time instanceof Date ? time : new Date(String(time))).toISOString();
    }
    return row as Row;
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const CALLS = new Table(
  'call_record',
  {
    id: 'text',
    conversationId: 'text',
    direction: 'text',
    caller: 'text',
    callerText: 'text',
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
    transferKinds: 'text[]',
    transferred: 'bool',
    participants: 'text[]',
  },
  {
    tags: `coalesce((SELECT tags FROM tagging WHERE call_id = kept.id AND account = $1), '{}')`,
    wrap_up_ms: `(SELECT coalesce(sum(1000 * extract(epoch FROM ended_at - started_at)), 0)::int FROM wrap_up WHERE call_id = kept.id AND account = $1)`,
  },
);
/** What the table has otherwise than the record. */
type CallColumns = Omit<CallRecord, 'clock'> & Omit<CallRecord['clock'], 'since'> & { readonly phaseSince: string };
/** Column by column: pages are made of these, and spreading each row would take twice as long. */
export function callFrom(written: Written): CallRecord {
  const row = CALLS.read<CallColumns>(written);
  return {
    id: row.id,
    conversationId: row.conversationId,
    direction: row.direction,
    caller: row.caller,
    callerText: row.callerText,
    callerAgentId: row.callerAgentId,
    lineId: row.lineId,
    entryNumberId: row.entryNumberId,
    agentId: row.agentId,
    viaTransferId: row.viaTransferId,
    outcome: row.outcome,
    startedAt: row.startedAt,
    answeredAt: row.answeredAt,
    endedAt: row.endedAt,
    clock: { phase: row.phase, since: row.phaseSince, ringMs: row.ringMs, talkMs: row.talkMs, holdMs: row.holdMs },
    transferKinds: row.transferKinds,
    participants: row.participants,
  };
}
export const callTo = ({ clock: { since, ...clock }, ...call }: CallRecord) => ({
  ...call,
  ...clock,
  phaseSince: since,
  transferred: call.transferKinds.length > 0,
});

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
  answeredAt: 'timestamptz',
  returningAt: 'timestamptz',
  connectedAt: 'timestamptz',
  endedAt: 'timestamptz',
  initiated: 'bool',
  countedKind: 'text',
});
export function transferFrom(written: Written): TransferRecord {
  const { countedKind: _, ...transfer } = TRANSFERS.read<TransferRecord & { readonly countedKind: string }>(written);
  return transfer;
}
export const transferTo = (transfer: TransferRecord) => ({ ...transfer, countedKind: countedKind(transfer.target) });

export const OFFERS = new Table('offer_record', {
  id: 'text',
  conversationId: 'text',
  kind: 'text',
  callId: 'text',
  transferId: 'text',
  agentId: 'text',
  offeredAt: 'timestamptz',
  outcome: 'text',
  reason: 'text',
  endedAt: 'timestamptz',
});
export function offerFrom(written: Written): OfferRecord {
  const { conversationId: _, ...offer } = OFFERS.read<OfferRecord & { readonly conversationId: string }>(written);
  return offer;
}
