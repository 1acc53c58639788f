import type { Media } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { keptSegment } from './segment.messages.ts';
import type { Segment } from './segment.ts';

/** A segment that is over. */
export interface Finished extends Segment {
  readonly seconds: number;
  /** It lies in the storage, and others know. */
  readonly told: boolean;
}

const COLUMNS = `id, account, conversation_id AS "conversationId", call_id AS "callId", room, heard, started_at AS "startedAt", seconds, told`;
type Row = Omit<Finished, 'seconds' | 'startedAt'> & { readonly seconds: number | null; readonly startedAt: Date };

/** Segments from before their recording begins until the engine has nothing of them any more. */
export class SegmentStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async begin(segment: Segment): Promise<void> {
    await this.database.query(
      `INSERT INTO segment (id, account, conversation_id, call_id, room, heard, started_at, told) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::timestamptz, false)`,
      segment.id,
      segment.account,
      segment.conversationId,
      segment.callId,
      segment.room,
      JSON.stringify(segment.heard),
      segment.startedAt,
    );
  }

  async carry(id: string, callId: string): Promise<void> {
    await this.database.query('UPDATE segment SET call_id = $2 WHERE id = $1', id, callId);
  }

  async finish(id: string, callId: string, seconds: number): Promise<void> {
    await this.database.query('UPDATE segment SET call_id = $2, seconds = $3 WHERE id = $1', id, callId, seconds);
  }

  /** Those that were not heard to be over, and the ids of those that were. */
  async known(): Promise<{ readonly open: readonly Segment[]; readonly finished: readonly string[] }> {
    const rows = await this.database.query<Row>(`SELECT ${COLUMNS} FROM segment ORDER BY started_at`);
    return {
      open: rows.filter(({ seconds }) => seconds === null).map(plain),
      finished: rows.filter(({ seconds }) => seconds !== null).map(({ id }) => id),
    };
  }

  async find(id: string): Promise<Finished | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM segment WHERE id = $1`, id);
    return row && { ...plain(row), seconds: row.seconds ?? 0, told: row.told };
  }

  /** Notes that the segment lies in the storage, and tells it, in one transaction; the row is to be published. */
  tell(segment: Finished, media: Media): Promise<OutboxRow> {
    return this.database.transaction(async (tx) => {
      await tx.query('UPDATE segment SET told = true WHERE id = $1', segment.id);
      const { account, id: key } = segment;
      return this.outbox.add(tx, { account, key, from: 1, seq: 1, events: [keptSegment(segment, media)] });
    });
  }

  async forget(id: string): Promise<void> {
    await this.database.query('DELETE FROM segment WHERE id = $1', id);
  }
}

const plain = ({ seconds: _, told: __, startedAt, ...segment }: Row): Segment => ({ ...segment, startedAt: startedAt.toISOString() });
