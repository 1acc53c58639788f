import type { CallRecord, OfferRecord, TransferRecord } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import {
  callFrom,
  CALLS,
  offerFrom,
  OFFERS,
  transferFrom,
  TRANSFERS,
  type CallColumns,
  type OfferColumns,
  type TransferColumns,
} from './columns.store.ts';

/** A call's row, with what presence told of the work after it. */
export type CallRow = CallRecord & { readonly wrapUpSeconds: number };

/** Which rows are wanted: those for which all that is given holds. */
export interface RowsWanted {
  readonly account: string;
  /** Only rows of this agent's own calls; null for all of the account. */
  readonly participant: string | null;
  readonly filter: RowFilter;
  /** The place (start, id) behind which to begin. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}
export interface RowFilter {
  readonly ids?: readonly string[] | null | undefined;
  readonly agentId?: string | null | undefined;
  readonly lineId?: string | null | undefined;
  readonly entryNumberId?: string | null | undefined;
  readonly direction?: string | null | undefined;
  readonly outcome?: string | null | undefined;
  readonly conversationId?: string | null | undefined;
  readonly transferId?: string | null | undefined;
  readonly caller?: string | null | undefined;
  readonly startedAfter?: string | null | undefined;
  readonly startedBefore?: string | null | undefined;
}

/** What each filter means; `?` is the value given. */
const CONDITIONS: Readonly<Record<keyof RowFilter, string>> = {
  ids: 'id = ANY(?::text[])',
  agentId: 'agent_id = ?',
  lineId: 'line_id = ?',
  entryNumberId: 'entry_number_id = ?',
  direction: 'direction = ?',
  outcome: 'outcome = ?',
  conversationId: 'conversation_id = ?',
  transferId: '(via_transfer_id = ? OR id = (SELECT call_id FROM transfer_record WHERE id = ?))',
  caller: 'caller = ?',
  startedAfter: 'started_at >= ?::timestamptz',
  startedBefore: 'started_at < ?::timestamptz',
};

const COLUMNS = `${CALLS.columns}, (SELECT coalesce(round(sum(extract(epoch FROM wrap_up.ended_at - wrap_up.started_at))), 0)::int FROM wrap_up WHERE call_id = call_record.id) AS "wrapUpSeconds"`;

export class RecordStore {
  constructor(private readonly sql: Sql) {}

  async byIds(account: string, ids: readonly string[]): Promise<CallRow[]> {
    return (
      await this.sql.query<CallColumns & { wrapUpSeconds: number }>(
        `SELECT ${COLUMNS} FROM call_record WHERE account = $1 AND id = ANY($2::text[])`,
        account,
        ids,
      )
    ).map(callFrom);
  }

  /** Newest first. */
  async list(wanted: RowsWanted): Promise<CallRow[]> {
    const values: unknown[] = [wanted.account];
    const bind = (condition: string, ...given: readonly unknown[]): string => {
      const first = values.push(...given) - given.length;
      let next = 0;
      return condition.replace(/\?/g, () => `$${first + 1 + (given.length === 1 ? 0 : next++)}`);
    };
    const where = [
      'account = $1',
      ...(wanted.participant === null ? [] : [bind('participants @> ARRAY[?::text]', wanted.participant)]),
      ...(Object.keys(CONDITIONS) as (keyof RowFilter)[]).flatMap((name) =>
        wanted.filter[name] === undefined || wanted.filter[name] === null ? [] : [bind(CONDITIONS[name], wanted.filter[name])],
      ),
      ...(wanted.after === null ? [] : [bind('(started_at, id) < (?::timestamptz, ?::text)', wanted.after[0], wanted.after[1])]),
    ];
    const rows = await this.sql.query<CallColumns & { wrapUpSeconds: number }>(
      `SELECT ${COLUMNS} FROM call_record WHERE ${where.join(' AND ')} ORDER BY started_at DESC, id DESC LIMIT ${bind('?', wanted.limit)}`,
      ...values,
    );
    return rows.map(callFrom);
  }

  async transfersByIds(account: string, ids: readonly string[]): Promise<TransferRecord[]> {
    return (
      await this.sql.query<TransferColumns>(
        `SELECT ${TRANSFERS.columns} FROM transfer_record WHERE account = $1 AND id = ANY($2::text[])`,
        account,
        ids,
      )
    ).map(transferFrom);
  }

  /** The transfers of each of these calls, first to last. */
  async transfersOf(account: string, callIds: readonly string[]): Promise<{ id: string; transfers: TransferRecord[] }[]> {
    const rows = await this.sql.query<TransferColumns>(
      `SELECT ${TRANSFERS.columns} FROM transfer_record WHERE account = $1 AND call_id = ANY($2::text[]) ORDER BY started_at, id`,
      account,
      callIds,
    );
    return callIds.map((id) => ({ id, transfers: rows.filter((row) => row.callId === id).map(transferFrom) }));
  }

  /** The attempts for each of these calls, or for each of these transfers, first to last. */
  async attemptsFor(
    what: 'call_id' | 'transfer_id',
    account: string,
    ids: readonly string[],
  ): Promise<{ id: string; attempts: OfferRecord[] }[]> {
    const rows = await this.sql.query<OfferColumns>(
      `SELECT ${OFFERS.columns} FROM offer_record WHERE account = $1 AND ${what} = ANY($2::text[]) ORDER BY offered_at, id`,
      account,
      ids,
    );
    return ids.map((id) => ({
      id,
      attempts: rows.filter((row) => (what === 'call_id' ? row.callId : row.transferId) === id).map(offerFrom),
    }));
  }
}
