import type { Sql } from '@cordboard/platform-database';
import type { OldSecret } from './secrets.ts';

/** A webhook without its secrets: what may be shown. */
export interface WebhookRow {
  readonly id: string;
  readonly account: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly createdAt: Date;
  readonly failingSince: Date | null;
  readonly notBefore: Date | null;
  readonly disabledAt: Date | null;
  readonly disabledBecause: string | null;
  /** Until when a former secret signs too; null: none was ever rotated away. */
  readonly formerUntil: Date | null;
}
/** What the graph is given; with the secret where it is to be seen this once. */
export type ShownWebhook = WebhookRow & { readonly secret?: string };

const COLUMNS = `id, account, url, events, created_at AS "createdAt", failing_since AS "failingSince", not_before AS "notBefore",
  disabled_at AS "disabledAt", disabled_because AS "disabledBecause",
  (SELECT max((old->>'until')::timestamptz) FROM jsonb_array_elements(old_secrets) AS old) AS "formerUntil"`;

/** The webhooks of accounts. Writing takes a transaction that has taken the row (`take`), so that nothing is sent by what was. */
export class WebhookStore {
  constructor(private readonly sql: Sql) {}

  list(account: string): Promise<WebhookRow[]> {
    return this.sql.query<WebhookRow>(`SELECT ${COLUMNS} FROM webhook WHERE account = $1 ORDER BY created_at, id`, account);
  }

  byIds(account: string, ids: readonly string[]): Promise<WebhookRow[]> {
    return this.sql.query<WebhookRow>(`SELECT ${COLUMNS} FROM webhook WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  /** Nobody else changes the account's list until the transaction ends. @returns how many it has */
  async takeList(tx: Sql, account: string): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))::text', `webhooks of ${account}`);
    return (await tx.query('SELECT FROM webhook WHERE account = $1', account)).length;
  }

  /** Until the transaction ends nobody else changes it, and no event is written for it. */
  async take(tx: Sql, account: string, id: string): Promise<WebhookRow | null> {
    const [held] = await tx.query<{ id: string }>('SELECT id FROM webhook WHERE account = $1 AND id = $2 FOR UPDATE', account, id);
    return held ? ((await tx.query<WebhookRow>(`SELECT ${COLUMNS} FROM webhook WHERE id = $1`, id))[0] ?? null) : null;
  }

  async insert(tx: Sql, webhook: Pick<WebhookRow, 'id' | 'account' | 'url' | 'events' | 'createdAt'>, secret: string): Promise<WebhookRow> {
    const { id, account, url, events, createdAt } = webhook;
    return only(
      await tx.query<WebhookRow>(
        `INSERT INTO webhook (id, account, url, events, secret, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
        id,
        account,
        url,
        events,
        secret,
        createdAt,
      ),
    );
  }

  /** Another address has not failed yet. */
  async change(tx: Sql, id: string, to: { url: string; events: readonly string[] }): Promise<WebhookRow> {
    return only(
      await tx.query<WebhookRow>(
        `UPDATE webhook SET url = $2, events = $3,
                failing_since = CASE WHEN url = $2 THEN failing_since END, not_before = CASE WHEN url = $2 THEN not_before END
         WHERE id = $1 RETURNING ${COLUMNS}`,
        id,
        to.url,
        to.events,
      ),
    );
  }

  async enable(tx: Sql, id: string): Promise<WebhookRow> {
    return only(
      await tx.query<WebhookRow>(
        `UPDATE webhook SET disabled_at = NULL, disabled_because = NULL, failing_since = NULL, not_before = NULL WHERE id = $1 RETURNING ${COLUMNS}`,
        id,
      ),
    );
  }

  /** Nothing is told to it any more, and what was pending is given up; what is being sent keeps its claim until its answer is written down. */
  async disable(tx: Sql, id: string, because: string, now: Date): Promise<WebhookRow> {
    await tx.query(
      `UPDATE delivery SET state = 'FAILED', due_at = NULL, settled_at = $2
       WHERE webhook_id = $1 AND state = 'PENDING'`,
      id,
      now,
    );
    return only(
      await tx.query<WebhookRow>(
        `UPDATE webhook SET disabled_at = $2, disabled_because = $3 WHERE id = $1 RETURNING ${COLUMNS}`,
        id,
        now,
        because,
      ),
    );
  }

  async delete(tx: Sql, id: string): Promise<void> {
    await tx.query('DELETE FROM webhook WHERE id = $1', id);
  }

  async secretsOf(tx: Sql, id: string): Promise<{ secret: string; former: readonly OldSecret[] }> {
    return only(
      await tx.query<{ secret: string; former: OldSecret[] }>('SELECT secret, old_secrets AS former FROM webhook WHERE id = $1', id),
    );
  }

  async setSecrets(tx: Sql, id: string, secret: string, former: readonly OldSecret[]): Promise<WebhookRow> {
    return only(
      await tx.query<WebhookRow>(
        `UPDATE webhook SET secret = $2, old_secrets = $3::jsonb WHERE id = $1 RETURNING ${COLUMNS}`,
        id,
        secret,
        JSON.stringify(former),
      ),
    );
  }
}

function only<Row>([row]: readonly Row[]): Row {
  if (!row) throw new Error('a webhook that was held is gone');
  return row;
}
