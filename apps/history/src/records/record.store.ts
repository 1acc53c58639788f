import type { CallRecord, OfferRecord, TransferRecord } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import { callFrom, CALLS, offerFrom, OFFERS, transferFrom, TRANSFERS } from './columns.store.ts';
import { countOf, pageOf, type RowsWanted } from './wanted.store.ts';

type Written = Record<string, unknown>;
/** A call's row, with what presence told of it. */
export type CallRow = CallRecord & Told;
interface Told {
  readonly wrapUpMs: number;
  readonly tags: readonly string[];
}
/** What stands after SELECT where a row is read. */
export const ROW = `${CALLS.columns.replaceAll('call_record.', 'c.')}, c.wrap_up_ms AS "wrapUpMs", c.tags`;

function rowFrom(written: Written & Told): CallRow {
  const { wrapUpMs, tags } = written;
  return Object.assign(callFrom(written), { wrapUpMs, tags });
}

export class RecordStore {
  constructor(private readonly sql: Sql) {}

  async byIds(account: string, ids: readonly string[]): Promise<CallRow[]> {
    return (
      await this.sql.query<Written & Told>(`SELECT ${ROW} FROM call_record AS c WHERE account = $1 AND id = ANY($2::text[])`, account, ids)
    ).map(rowFrom);
  }

  /** `limit` rows behind a place (start, id), newest first. What a page costs does not grow with how far back it lies. */
  async list(wanted: RowsWanted, after: readonly string[] | null, limit: number): Promise<CallRow[]> {
    const { text, values } = pageOf(wanted, ROW, after, limit);
    return (await this.sql.query<Written & Told>(text, ...values)).map(rowFrom);
  }

  /** How many rows there are, counted one by one. */
  async count(wanted: RowsWanted): Promise<number> {
    const { text, values } = countOf(wanted);
    return (await this.sql.query<{ n: number }>(text, ...values))[0]?.n ?? 0;
  }

  async transfersByIds(account: string, ids: readonly string[]): Promise<TransferRecord[]> {
    return (
      await this.sql.query<Written>(
        `SELECT ${TRANSFERS.columns} FROM transfer_record WHERE account = $1 AND id = ANY($2::text[])`,
        account,
        ids,
      )
    ).map(transferFrom);
  }

  /** The transfers of each of these calls, first to last. */
  async transfersOf(account: string, callIds: readonly string[]): Promise<{ id: string; transfers: TransferRecord[] }[]> {
    const rows = await this.sql.query<Written>(
      `SELECT ${TRANSFERS.columns} FROM transfer_record WHERE account = $1 AND call_id = ANY($2::text[]) ORDER BY started_at, id`,
      account,
      callIds,
    );
    return callIds.map((id) => ({ id, transfers: rows.filter((row) => row['callId'] === id).map(transferFrom) }));
  }

  /** The attempts for each of these calls, or for each of these transfers, first to last. */
  async attemptsFor(
    what: 'call_id' | 'transfer_id',
    account: string,
    ids: readonly string[],
  ): Promise<{ id: string; attempts: OfferRecord[] }[]> {
    const rows = await this.sql.query<Written>(
      `SELECT ${OFFERS.columns} FROM offer_record WHERE account = $1 AND ${what} = ANY($2::text[]) ORDER BY offered_at, id`,
      account,
      ids,
    );
    return ids.map((id) => ({
      id,
      attempts: rows.filter((row) => row[what === 'call_id' ? 'callId' : 'transferId'] === id).map(offerFrom),
    }));
  }
}
