import type { Media, RecorderFact } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';

/** What was recorded of a call, with what the call says of whose it is now. */
export interface StoredRecording {
  readonly id: string;
  readonly account: string;
  readonly callId: string;
  readonly conversationId: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly legalHold: boolean;
  readonly agentIds: readonly string[];
  readonly lineId: string | null;
}

export interface StoredSegment {
  readonly id: string;
  readonly account: string;
  readonly recordingId: string;
  readonly room: string;
  readonly heard: readonly { readonly address: string; readonly agentId: string | null }[];
  readonly startedAt: Date;
  readonly seconds: number;
  readonly mediaKey: string;
  readonly contentType: string;
}

export interface RecordingFilter {
  readonly callId: string | null;
  readonly conversationId: string | null;
  readonly agentId: string | null;
  readonly numberId: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Whose are shown: `null` everybody's, else those of one agent and of these Numbers. */
export type Whose = { readonly agentId: string; readonly numberIds: readonly string[] } | null;

type Kept = Extract<RecorderFact, { type: 'recording.kept' }>;

const RECORDING = `SELECT recording.id, recording.account, call_id AS "callId", recording.conversation_id AS "conversationId", started_at AS "startedAt",
    (SELECT coalesce(sum(seconds), 0) FROM segment WHERE recording_id = recording.id) AS seconds, legal_hold AS "legalHold",
    coalesce(agent_ids, '{}') AS "agentIds", line_id AS "lineId"
  FROM recording LEFT JOIN recorded_call call ON call.id = call_id AND call.account = recording.account`;
const SEGMENT = `SELECT id, account, recording_id AS "recordingId", room, heard, started_at AS "startedAt", seconds, media_key AS "mediaKey", content_type AS "contentType" FROM segment`;

/** The id of a call's recording: a call has one at the most. */
export const recordingIdOf = (callId: string): string => `${callId}-r`;

/** Where all of a recording can be heard as one; there is no such file. */
export const wholeKeyOf = (account: string, id: string): string => `recording/${account}/${id}.wav`;

/** Recordings and the segments that they are made of. */
export class RecordingStore {
  constructor(private readonly database: Database) {}

  async keep(tx: Sql, account: string, segment: Kept): Promise<void> {
    const { segmentId, callId, conversationId, startedAt } = segment;
    const media: Media = segment.media;
    await tx.query(
      `INSERT INTO recording (id, account, call_id, conversation_id, started_at) VALUES ($1, $2, $3, $4, $5::timestamptz)
       ON CONFLICT (id) DO UPDATE SET started_at = least(recording.started_at, excluded.started_at)`,
      recordingIdOf(callId),
      account,
      callId,
      conversationId,
      startedAt,
    );
    await tx.query(
      `INSERT INTO segment (id, account, recording_id, room, heard, started_at, seconds, media_key, content_type, bytes, sha256)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6::timestamptz, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
      segmentId,
      account,
      recordingIdOf(callId),
      segment.room,
      JSON.stringify(segment.heard),
      startedAt,
      segment.seconds,
      media.key,
      media.contentType,
      media.bytes,
      media.sha256,
    );
  }

  /** Newest first; `after`: time and id of the one before the first. */
  page(o: {
    account: string;
    filter: RecordingFilter;
    whose: Whose;
    after: readonly string[] | null;
    limit: number;
  }): Promise<StoredRecording[]> {
    const { callId, conversationId, agentId, numberId, from, to } = o.filter;
    return this.database.query(
      `${RECORDING} WHERE recording.account = $1
         AND ($2::text IS NULL OR call_id = $2) AND ($3::text IS NULL OR recording.conversation_id = $3)
         AND ($4::text IS NULL OR $4 = ANY(agent_ids)) AND ($5::text IS NULL OR line_id = $5)
         AND ($6::timestamptz IS NULL OR started_at >= $6::timestamptz) AND ($7::timestamptz IS NULL OR started_at < $7::timestamptz)
         AND ($8::text IS NULL OR $8 = ANY(agent_ids) OR line_id = ANY($9::text[]))
         AND ($10::timestamptz IS NULL OR (started_at, recording.id) < ($10::timestamptz, $11))
       ORDER BY started_at DESC, recording.id DESC LIMIT $12::int`,
      o.account,
      callId,
      conversationId,
      agentId,
      numberId,
      from,
      to,
      o.whose?.agentId ?? null,
      o.whose?.numberIds ?? [],
      o.after?.[0] ?? null,
      o.after?.[1] ?? null,
      o.limit,
    );
  }

  byIds(account: string, ids: readonly string[]): Promise<StoredRecording[]> {
    return this.database.query(`${RECORDING} WHERE recording.account = $1 AND recording.id = ANY($2::text[])`, account, ids);
  }

  async find(account: string, id: string): Promise<StoredRecording | undefined> {
    return (await this.byIds(account, [id]))[0];
  }

  /** Oldest first. */
  segmentsOf(account: string, recordingIds: readonly string[], sql: Sql = this.database): Promise<StoredSegment[]> {
    return sql.query(`${SEGMENT} WHERE account = $1 AND recording_id = ANY($2::text[]) ORDER BY started_at, id`, account, recordingIds);
  }

  async segmentByKey(account: string, mediaKey: string): Promise<StoredSegment | undefined> {
    return (await this.database.query<StoredSegment>(`${SEGMENT} WHERE account = $1 AND media_key = $2`, account, mediaKey))[0];
  }

  /** Whether there was such a recording. */
  async hold(tx: Sql, account: string, id: string, on: boolean): Promise<boolean> {
    const rows = await tx.query('UPDATE recording SET legal_hold = $3 WHERE account = $1 AND id = $2 RETURNING id', account, id, on);
    return rows.length > 0;
  }

  /** Until the end of the transaction nobody holds it, nor deletes it. @returns undefined where there is none */
  async lock(tx: Sql, account: string, id: string): Promise<{ readonly legalHold: boolean; readonly callId: string } | undefined> {
    const [row] = await tx.query<{ legalHold: boolean; callId: string }>(
      'SELECT legal_hold AS "legalHold", call_id AS "callId" FROM recording WHERE account = $1 AND id = $2 FOR UPDATE',
      account,
      id,
    );
    return row;
  }

  /** Takes out a recording whose segments are gone from the storage. */
  async forget(tx: Sql, account: string, id: string, segmentIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM segment WHERE account = $1 AND id = ANY($2::text[])', account, segmentIds);
    await tx.query(
      'DELETE FROM recording WHERE account = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM segment WHERE recording_id = $2)',
      account,
      id,
    );
  }

  async tooOld(account: string, before: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM recording WHERE account = $1 AND started_at < $2::timestamptz AND NOT legal_hold ORDER BY started_at LIMIT $3::int',
      account,
      before,
      limit,
    );
    return rows.map(({ id }) => id);
  }
}
