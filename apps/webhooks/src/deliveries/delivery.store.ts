import type { Sql } from '@cordboard/platform-database';
import { idFor } from '@cordboard/platform-process';
import { WAITED_FOR } from './schedule.ts';

/** A delivery as the log shows it. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly payload: string;
  readonly state: 'PENDING' | 'DELIVERED' | 'FAILED';
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly settledAt: Date | null;
  readonly ordinal: string;
}
/** One attempt of a delivery. */
export interface AttemptRow {
  readonly number: number;
  readonly at: Date;
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
}

const COLUMNS = `id, webhook_id AS "webhookId", message_id AS "messageId", event, body AS payload, state, created_at AS "createdAt",
  greatest(due_at, CASE WHEN due_at IS NOT NULL THEN (SELECT not_before FROM webhook w WHERE w.id = delivery.webhook_id) END) AS "nextAttemptAt",
  settled_at AS "settledAt", ordinal::text`;

/** Attempts on a delivery that others of its key wait for: it is on its way and has not failed too often. */
export const BLOCKS = `state = 'PENDING' AND tries < ${WAITED_FOR} AND NOT again`;

/**
 * One event for every webhook of the account that wants it. Due now, or once the one before it in its key is out of the way. The
 * webhooks are held, so none is disabled or settles a delivery meanwhile that this one would wait for in vain.
 */
export async function addDeliveries(
  tx: Sql,
  message: { readonly id: string; readonly account: string; readonly event: string; readonly key: string; readonly body: string },
  now: Date,
): Promise<void> {
  const wanted = await tx.query<{ id: string }>(
    'SELECT id FROM webhook WHERE account = $1 AND disabled_at IS NULL AND $2 = ANY(events) ORDER BY id FOR SHARE',
    message.account,
    message.event,
  );
  for (const { id: webhookId } of wanted)
    await tx.query(
      `INSERT INTO delivery (id, webhook_id, account, message_id, event, key, body, state, due_at, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, 'PENDING',
              CASE WHEN NOT EXISTS (SELECT FROM delivery WHERE webhook_id = $2 AND key = $6 AND ${BLOCKS}) THEN $8::timestamptz END, $8
       ON CONFLICT (id) DO NOTHING`,
      idFor(`${webhookId}/${message.id}`),
      webhookId,
      message.account,
      message.id,
      message.event,
      message.key,
      message.body,
      now,
    );
}

/** The log of deliveries, as the graph reads it. */
export class DeliveryStore {
  constructor(private readonly sql: Sql) {}

  /** Newest first. */
  list(o: { webhookId: string; state: string | null; after: string | null; limit: number }): Promise<DeliveryRow[]> {
    return this.sql.query<DeliveryRow>(
      `SELECT ${COLUMNS} FROM delivery
       WHERE webhook_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR ordinal < $3) ORDER BY ordinal DESC LIMIT $4`,
      o.webhookId,
      o.state,
      o.after,
      o.limit,
    );
  }

  async attemptsOf(account: string, ids: readonly string[]): Promise<{ id: string; attempts: AttemptRow[] }[]> {
    const rows = await this.sql.query<AttemptRow & { id: string }>(
      `SELECT delivery_id AS id, number, at, status, duration_ms AS "durationMs", error FROM attempt
       WHERE delivery_id IN (SELECT id FROM delivery WHERE account = $1 AND id = ANY($2::text[])) ORDER BY delivery_id, number`,
      account,
      ids,
    );
    return ids.map((id) => ({ id, attempts: rows.filter((row) => row.id === id) }));
  }

  async webhookOf(account: string, id: string): Promise<string | null> {
    const [row] = await this.sql.query<{ webhookId: string }>(
      'SELECT webhook_id AS "webhookId" FROM delivery WHERE account = $1 AND id = $2',
      account,
      id,
    );
    return row?.webhookId ?? null;
  }

  /**
   * Due now; what was settled begins its schedule anew, and nothing waits for it. What is being sent, or waits for an earlier one of
   * its key, is left alone.
   */
  async sendAgain(tx: Sql, id: string, now: Date): Promise<DeliveryRow | null> {
    await tx.query(
      `UPDATE delivery SET due_at = $2, state = 'PENDING', settled_at = NULL,
              again = again OR state <> 'PENDING', tries = CASE WHEN state = 'PENDING' THEN tries ELSE 0 END
       WHERE id = $1 AND (claim IS NULL OR claimed_until <= $2) AND (state <> 'PENDING' OR due_at IS NOT NULL)`,
      id,
      now,
    );
    return (await tx.query<DeliveryRow>(`SELECT ${COLUMNS} FROM delivery WHERE id = $1`, id))[0] ?? null;
  }
}
