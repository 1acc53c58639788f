import type { CountedKind, TransferRecord } from '@cordboard/domain-history';
import type { Sql } from '@cordboard/platform-database';
import { wholeSecondsOf } from '../records/seconds.store.ts';

/** Which transfers are counted: those of an account that were started in a time. */
export interface TransfersWanted {
  readonly account: string;
  /** Who started them; null for anybody. */
  readonly transferors: readonly string[] | null;
  readonly range: Range;
}
/** ISO-8601; null where it is open. */
export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}
/** How many of some transfers came to what. */
export interface Counts {
  readonly started: number;
  readonly completed: number;
  readonly initiated: number;
  readonly returned: number;
}
/** The same of transfers of one kind that came to one end, with how long they took. */
export interface TransferGroup extends Counts {
  readonly kind: CountedKind;
  readonly status: TransferRecord['status'];
  readonly endReason: TransferRecord['endReason'];
  readonly ended: number;
  readonly answered: number;
  /** From start to answer, all of the answered together. */
  readonly answerMs: number;
}
/** What became of transfers, and which they were. */
export interface TransfersCounted {
  readonly wanted: TransfersWanted;
  readonly groups: readonly TransferGroup[];
  readonly medianMs: number | null;
}
/** What an agent has initiated of one kind. */
export interface Initiated {
  readonly agentId: string;
  readonly kind: CountedKind;
  readonly count: number;
}
/** What an agent has talked. */
export interface Answered {
  readonly agentId: string;
  readonly calls: number;
  /** As the rows of these calls show it, added up. */
  readonly talkSeconds: number;
}
/** An agent whose figures are asked for. */
export interface AgentFigures {
  readonly agentId: string;
  readonly range: Range;
}

const COUNTS = `count(*)::int AS started, count(*) FILTER (WHERE status = 'COMPLETED')::int AS completed,
  count(*) FILTER (WHERE initiated)::int AS initiated, count(returning_at)::int AS returned`;
const ANSWER_MS = `(1000 * extract(epoch FROM answered_at - started_at))`;

/** Counts rows of transfers; what it answers holds for the rows as they are at that moment. */
export class TransferStatisticsStore {
  constructor(private readonly sql: Sql) {}

  async count(wanted: TransfersWanted): Promise<TransfersCounted> {
    const { where, values } = among(wanted);
    const [counted] = await this.sql.query<{ groups: TransferGroup[]; medianMs: number | null }>(
      `WITH chosen AS (SELECT counted_kind, status, end_reason, initiated, started_at, answered_at, returning_at, ended_at FROM transfer_record WHERE ${where})
       SELECT (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ${ANSWER_MS}) FROM chosen WHERE answered_at IS NOT NULL) AS "medianMs",
         (SELECT coalesce(jsonb_agg(grouped), '[]') FROM (
            SELECT counted_kind AS kind, status, end_reason AS "endReason", ${COUNTS}, count(ended_at)::int AS ended, count(answered_at)::int AS answered,
              coalesce(sum(${ANSWER_MS}), 0)::float8 AS "answerMs"
            FROM chosen GROUP BY 1, 2, 3) AS grouped) AS groups`,
      ...values,
    );
    return { wanted, groups: counted?.groups ?? [], medianMs: counted?.medianMs ?? null };
  }

  /** By hours or days of that time zone, first to last; those without a transfer are left out. */
  perBucket(wanted: TransfersWanted, by: 'hour' | 'day', timeZone: string): Promise<(Counts & { readonly startedAt: Date })[]> {
    const { where, values } = among(wanted);
    const zone = values.push(timeZone);
    return this.sql.query(
      `SELECT date_trunc('${by}', started_at, $${zone}::text) AS "startedAt", ${COUNTS} FROM transfer_record WHERE ${where} GROUP BY 1 ORDER BY 1`,
      ...values,
    );
  }

  /** What each of these agents has initiated (S36), by kind. */
  initiated(account: string, agentIds: readonly string[], range: Range): Promise<Initiated[]> {
    const { where, values } = among({ account, transferors: agentIds, range });
    return this.sql.query(
      `SELECT transferor_id AS "agentId", counted_kind AS kind, count(*)::int AS count FROM transfer_record WHERE ${where} AND initiated GROUP BY 1, 2 ORDER BY 1, 2`,
      ...values,
    );
  }

  /** What each of these agents has talked with outside parties. */
  answered(account: string, agentIds: readonly string[], range: Range): Promise<Answered[]> {
    return this.sql.query(
      `SELECT walk.agent_id AS "agentId", count(*)::int AS calls, sum(${wholeSecondsOf('talk_ms')})::float8 AS "talkSeconds"
       FROM call_participant AS walk JOIN call_record ON call_record.id = walk.call_id
       WHERE walk.account = $1 AND walk.agent_id = ANY($2::text[]) AND walk.started_at >= coalesce($3::timestamptz, '-infinity')
         AND walk.started_at < coalesce($4::timestamptz, 'infinity')
         AND call_record.agent_id = walk.agent_id AND answered_at IS NOT NULL AND direction <> 'INTERNAL'
       GROUP BY 1`,
      account,
      agentIds,
      range.from,
      range.to,
    );
  }
}

function among({ account, transferors, range }: TransfersWanted): { where: string; values: unknown[] } {
  const values: unknown[] = [account];
  const where = [
    'account = $1',
    ...(transferors === null ? [] : [`transferor_id = ANY($${values.push(transferors)}::text[])`]),
    ...(range.from === null ? [] : [`started_at >= $${values.push(range.from)}::timestamptz`]),
    ...(range.to === null ? [] : [`started_at < $${values.push(range.to)}::timestamptz`]),
  ];
  return { where: where.join(' AND '), values };
}
