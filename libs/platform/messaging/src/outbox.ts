import { headers } from '@nats-io/transport-node';
import { replay, subjectOf, type Source, type Told } from '@cordboard/contracts';
import { isPassing, type Database, type Sql } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import type { Bus } from './bus.ts';

/** A row of the service's `outbox` table: one commit's envelope, written in that commit's own transaction. */
export interface OutboxRow {
  readonly id: string;
  readonly subject: string;
  readonly key: string;
  readonly seq: number;
  readonly body: Told<unknown>;
}

/** An envelope that is about to be written: where and when it was said is the outbox's to say. */
type Untold<Event> = Omit<Told<Event>, 'source' | 'at'> & { readonly at?: string };

/** Rows that nobody published within this long are the sweeper's, in ms. */
const SWEEP_AFTER = 1_000;
const SWEEP_EVERY = 500;
/** A sweep of so many looks at the stream, too, whether it has lost messages. */
const LOOK_AT_STREAM_EVERY = 4;
const BATCH = 200;
/** Rows that are the sweeper's: $1 is `SWEEP_AFTER` in seconds. */
const OVERDUE = 'stream_seq IS NULL AND at < clock_timestamp() - make_interval(secs => $1)';
/** A stream that has not acknowledged within this long, in ms, may have no leader: the message is sent again, and counts once by its id. */
const ACK_TIMEOUT_MS = 2_000;

/**
 * Tells the others what was committed. Right after a commit its rows are published; a sweeper publishes what a crash left behind;
 * sent rows are kept with the stream's sequence, so that a stream that was wiped is filled again from here. At least once, in
 * order per key as far as the network allows: followers see duplicates and holes by the numbers in the envelope.
 */
export class Outbox {
  private stopped = false;
  private sweeping: Promise<void> = Promise.resolve();
  private sweeps = 0;
  private sent: Sent[] = [];
  private marking: Promise<void> = Promise.resolve();
  private markTimer: NodeJS.Timeout | undefined;
  private readonly publishing = new Set<Promise<unknown>>();

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly source: Source,
  ) {}

  start(): void {
    this.bus.serve(replay(this.source), async ({ key, from, to }) => {
      const rows = await this.database.query<{ body: unknown }>(
        `SELECT body FROM outbox WHERE key = $1 AND seq >= $2 AND (body->>'from')::int <= $3 ORDER BY seq LIMIT 500`,
        key,
        from,
        to,
      );
      return { envelopes: rows.map((row) => row.body) };
    });
    this.sweeping = this.sweepForEver();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sweeping;
    await Promise.all(this.publishing);
    clearTimeout(this.markTimer);
    await this.mark();
  }

  /**
   * Writes an envelope in the transaction of its state. Give the returned row to `publish` once that transaction has committed.
   * The caller numbers the events: `from` is the key's last number plus one.
   */
  async add<Event>(tx: Sql, told: Untold<Event>): Promise<OutboxRow> {
    const [row] = await this.addAll(tx, [told]);
    if (!row) throw new Error(`nothing was written of ${told.key}`);
    return row;
  }

  /** As `add`, for many envelopes in one statement. @returns their rows, in the same order */
  async addAll<Event>(tx: Sql, told: readonly Untold<Event>[]): Promise<OutboxRow[]> {
    if (told.length === 0) return [];
    const at = new Date().toISOString();
    const rows = told.map((one) => {
      const body: Told<Event> = { source: this.source, at, ...one };
      return { subject: subjectOf(this.source, one.account, one.key), key: one.key, seq: one.seq, body };
    });
    const written = await tx.query<{ id: string; key: string; seq: number }>(
      `INSERT INTO outbox (key, seq, subject, body)
       SELECT key, seq, subject, body::jsonb FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) WITH ORDINALITY AS t(key, seq, subject, body, place)
       ORDER BY place RETURNING id::text, key, seq`,
      rows.map((row) => row.key),
      rows.map((row) => row.seq),
      rows.map((row) => row.subject),
      rows.map((row) => JSON.stringify(row.body)),
    );
    const ids = new Map(written.map((row) => [`${row.key}:${row.seq}`, row.id]));
    return rows.map((row) => ({ id: String(ids.get(`${row.key}:${row.seq}`)), ...row }));
  }

  /** Publishes rows that are committed. Never throws: what could not be sent is the sweeper's. */
  async publish(rows: readonly OutboxRow[]): Promise<void> {
    const published = Promise.all(rows.map((row) => this.publishNow(row)));
    this.publishing.add(published);
    await published.finally(() => this.publishing.delete(published));
  }

  private async publishNow(row: OutboxRow): Promise<void> {
    try {
      const { created } = await this.bus.stream(this.source);
      const ack = await this.bus.streams.publish(row.subject, JSON.stringify(row.body), {
        headers: messageId(row),
        timeout: ACK_TIMEOUT_MS,
      });
      this.sent.push({ id: row.id, streamSeq: ack.seq, streamCreated: String(created) });
      this.markTimer ??= setTimeout(() => void this.mark(), 100);
    } catch (error) {
      this.bus.forget(this.source);
      this.publishDirectly([row]);
      log.warn({ err: error, subject: row.subject }, 'not published now; the sweeper will');
    }
  }

  /** To whoever listens now; while the stream has no leader this is how events are received. The stream counts each once, by its id. */
  private publishDirectly(rows: readonly OutboxRow[]): void {
    if (!this.bus.connected) return;
    for (const row of rows) this.bus.connection.publish(row.subject, JSON.stringify(row.body), { headers: messageId(row) });
  }

  /** Writes down what the stream has acknowledged, many rows in one statement. */
  private mark(): Promise<void> {
    this.markTimer = undefined;
    const sent = this.sent.splice(0);
    if (sent.length === 0) return this.marking;
    this.marking = this.marking
      .then(() => markSent(this.database, sent))
      .catch((error: unknown) => log.warn({ err: error }, 'sent messages not marked; the sweeper sends them again'));
    return this.marking;
  }

  private async sweepForEver(): Promise<void> {
    while (!this.stopped) {
      const swept = await this.sweep().catch(async (error: unknown) => {
        this.bus.forget(this.source);
        this.publishDirectly(await this.unsent(this.database).catch(() => []));
        if (!isPassing(error)) log.warn({ err: error }, 'the outbox could not be swept');
        return 0;
      });
      if (swept < BATCH) await new Promise((resolve) => setTimeout(resolve, SWEEP_EVERY));
    }
  }

  /** One batch of what was left, by one replica at a time. @returns how many rows were sent or rewound */
  private async sweep(): Promise<number> {
    const before = await this.position();
    this.sweeps += 1;
    if (!before.hasUnsent && before.streamCreated !== null && this.sweeps % LOOK_AT_STREAM_EVERY !== 1) return 0;
    const stream = await this.bus.manager.streams.info((await this.bus.stream(this.source)).config.name);
    const created = String(stream.created);
    if (!before.hasUnsent && before.streamCreated === created && before.high <= stream.state.last_seq) return 0;
    return this.database.transaction(async (tx) => {
      const [lock] = await tx.query<{ ours: boolean }>(
        'SELECT pg_try_advisory_xact_lock(hashtext($1)) AS ours',
        `outbox of ${this.source}`,
      );
      if (!lock?.ours) return 0;
      const rewound = await this.rewind(tx, before.high, { created, last: stream.state.last_seq });
      if (rewound > 0) return rewound;
      const rows = await this.unsent(tx);
      if (rows.length === 0) return 0;
      const sent: Sent[] = [];
      for (const row of rows) {
        const ack = await this.bus.streams.publish(row.subject, JSON.stringify(row.body), {
          headers: messageId(row),
          timeout: ACK_TIMEOUT_MS,
        });
        sent.push({ id: row.id, streamSeq: ack.seq, streamCreated: created });
      }
      await markSent(tx, sent);
      return rows.length;
    });
  }

  /** What the outbox knows of itself and its stream, in one statement: mostly there is nothing to do. `high` is the highest acknowledgement. */
  private async position(): Promise<{ high: number; streamCreated: string | null; hasUnsent: boolean }> {
    const [row] = await this.database.query<{ high: string | null; stream_created: string | null; has_unsent: boolean }>(
      `SELECT (SELECT max(stream_seq)::text FROM outbox) AS high,
              (SELECT stream_created FROM outbox_position WHERE id = 1) AS stream_created,
              EXISTS (SELECT 1 FROM outbox WHERE ${OVERDUE}) AS has_unsent`,
      SWEEP_AFTER / 1_000,
    );
    return { high: Number(row?.high ?? 0), streamCreated: row?.stream_created ?? null, hasUnsent: row?.has_unsent ?? false };
  }

  /** The oldest of what nobody has published in time. */
  private unsent(sql: Sql): Promise<OutboxRow[]> {
    return sql.query<OutboxRow>(
      `SELECT id::text, subject, key, seq, body FROM outbox WHERE ${OVERDUE} ORDER BY id LIMIT ${BATCH}`,
      SWEEP_AFTER / 1_000,
    );
  }

  /**
   * A stream that is younger or shorter than what it acknowledged has lost messages: they count as unsent again.
   * @param high the highest acknowledgement that was written down before the stream was looked at
   */
  private async rewind(tx: Sql, high: number, stream: { created: string; last: number }): Promise<number> {
    const [known] = await tx.query<{ stream_created: string }>('SELECT stream_created FROM outbox_position WHERE id = 1');
    const isNew = known !== undefined && known.stream_created !== stream.created;
    if (known?.stream_created !== stream.created)
      await tx.query(
        'INSERT INTO outbox_position (id, stream_created) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET stream_created = $1',
        stream.created,
      );
    if (!isNew && high <= stream.last) return 0;
    log.warn(
      { source: this.source, last: stream.last, acknowledged: high },
      'the stream has lost messages: filling it again from the outbox',
    );
    const rewound = await tx.query<{ id: string }>(
      'UPDATE outbox SET stream_seq = NULL WHERE stream_seq > $1 AND stream_seq <= $2 RETURNING id::text',
      isNew ? 0 : stream.last,
      high,
    );
    return rewound.length;
  }
}

const messageId = (row: Pick<OutboxRow, 'key' | 'seq'>) => {
  const h = headers();
  h.set('Nats-Msg-Id', `${row.key}:${row.seq}`);
  return h;
};

/** What a stream has acknowledged, and which stream it was. */
interface Sent {
  readonly id: string;
  readonly streamSeq: number;
  readonly streamCreated: string;
}

/** An acknowledgement of a stream that is not there any more counts for nothing. */
const markSent = (sql: Sql, sent: readonly Sent[]): Promise<void> =>
  sql
    .query(
      `UPDATE outbox SET stream_seq = sent.seq FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS sent(id, seq, created)
       WHERE outbox.id = sent.id AND NOT EXISTS (SELECT 1 FROM outbox_position WHERE stream_created <> sent.created)`,
      sent.map((s) => s.id),
      sent.map((s) => String(s.streamSeq)),
      sent.map((s) => s.streamCreated),
    )
    .then(() => undefined);
