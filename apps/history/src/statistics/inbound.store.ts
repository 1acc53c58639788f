import type { Sql } from '@cordboard/platform-database';
import { wholeSecondsOf } from '../records/seconds.store.ts';
import type { Range } from './statistics.store.ts';

/** Which inbound calls are counted: those of an account that began in a time, each once however often it was transferred. */
export interface InboundWanted {
  readonly account: string;
  /** Only calls that this agent took part in; null for all of the account. */
  readonly participant: string | null;
  readonly entryNumberId: string | null;
  readonly range: Range;
}

/** The inbound calls of one Number, hour or day. */
export interface InboundCounted {
  readonly entryNumberId: string | null;
  readonly startedAt: Date | null;
  readonly calls: number;
  readonly answered: number;
  readonly transferred: number;
  readonly missed: number;
  readonly voicemail: number;
  readonly abandoned: number;
  readonly failed: number;
  /** From beginning to answer, all of the answered together. */
  readonly waitMs: number;
  /** As the rows of these calls show it, added up. */
  readonly talkSeconds: number;
}

const outcome = (name: string): string => `count(*) FILTER (WHERE outcome = '${name}')::int AS ${name.toLowerCase()}`;
const COUNTS = `count(*)::int AS calls, count(answered_at)::int AS answered, ${['TRANSFERRED', 'MISSED', 'VOICEMAIL', 'ABANDONED', 'FAILED'].map(outcome).join(', ')},
  coalesce(sum(1000 * extract(epoch FROM answered_at - started_at)), 0)::float8 AS "waitMs", sum(${wholeSecondsOf('talk_ms')})::float8 AS "talkSeconds"`;

export class InboundStatisticsStore {
  constructor(private readonly sql: Sql) {}

  /** By Number, those with the most calls first; or by hours or days of that time zone, first to last. */
  count(wanted: InboundWanted, by: 'ENTRY_NUMBER' | 'HOUR' | 'DAY', timeZone: string): Promise<InboundCounted[]> {
    const values: unknown[] = [wanted.account];
    const { from, to } = wanted.range;
    const where = [
      `account = $1 AND direction = 'INBOUND' AND via_transfer_id IS NULL`,
      ...(from === null ? [] : [`started_at >= $${values.push(from)}::timestamptz`]),
      ...(to === null ? [] : [`started_at < $${values.push(to)}::timestamptz`]),
      ...(wanted.entryNumberId === null ? [] : [`entry_number_id = $${values.push(wanted.entryNumberId)}`]),
      ...(wanted.participant === null
        ? []
        : [
            `id IN (SELECT call_id FROM call_participant AS part WHERE part.account = $1 AND part.agent_id = $${values.push(wanted.participant)})`,
          ]),
    ].join(' AND ');
    const number = by === 'ENTRY_NUMBER';
    const bucket = number ? '' : `date_trunc('${by.toLowerCase()}', started_at, $${values.push(timeZone)}::text)`;
    return this.sql.query(
      `SELECT ${number ? 'entry_number_id' : 'NULL'} AS "entryNumberId", ${number ? 'NULL' : bucket} AS "startedAt", ${COUNTS}
       FROM call_record WHERE ${where} GROUP BY 1, 2 ORDER BY ${number ? 'calls DESC, 1' : '2'}`,
      ...values,
    );
  }
}
