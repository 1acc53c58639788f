import type { Database, Sql } from '@cordboard/platform-database';
import { newId } from '@cordboard/platform-process';
import type { OldSecret } from '../webhooks/secrets.ts';
import type { WebhookStore } from '../webhooks/webhook.store.ts';
import type { Outcome } from './outcome.ts';
import { GIVEN_UP_AFTER_MS, nextAttempt, WAITED_FOR } from './schedule.ts';

/** A delivery that this process is to send now. */
export interface Claimed {
  readonly id: string;
  /** Proof that it is still ours when it is settled. */
  readonly claim: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly body: string;
  readonly url: string;
  readonly secret: string;
  readonly former: readonly OldSecret[];
}

/** Whoever claimed a delivery and died lets go of it after this long, in seconds: a request's longest time, and as much again. */
export const CLAIM_SECONDS = 30;
/** How many requests to one webhook are under way at the same time: of one that works, and of one whose last attempt failed. */
const AT_ONCE = { working: 4, failing: 1 };

/** What is due, in PostgreSQL: any number of processes take from it, each delivery goes to one of them at a time. */
export class Queue {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhookStore,
  ) {}

  /** The longest due first, of every webhook a few. */
  claim(which: keyof typeof AT_ONCE, atMost: number, now: Date): Promise<Claimed[]> {
    return this.database.query<Claimed>(
      `WITH due AS (
         SELECT d.id, w.url, w.secret, w.old_secrets FROM webhook w
         CROSS JOIN LATERAL (SELECT count(*) AS n FROM delivery WHERE webhook_id = w.id AND claim IS NOT NULL AND claimed_until > $1) AS flying
         CROSS JOIN LATERAL (
           SELECT id, due_at, ordinal FROM delivery
           WHERE webhook_id = w.id AND state = 'PENDING' AND due_at <= $1 AND (claim IS NULL OR claimed_until <= $1)
           ORDER BY due_at, ordinal LIMIT greatest(0, $4 - flying.n) FOR UPDATE SKIP LOCKED) AS d
         WHERE w.disabled_at IS NULL AND (w.failing_since IS NOT NULL) = $3 AND (w.not_before IS NULL OR w.not_before <= $1)
         ORDER BY d.due_at, d.ordinal LIMIT $2)
       UPDATE delivery SET claim = $5, claimed_until = $1::timestamptz + make_interval(secs => ${CLAIM_SECONDS}) FROM due WHERE delivery.id = due.id
       RETURNING delivery.id, delivery.claim, delivery.webhook_id AS "webhookId", delivery.message_id AS "messageId", delivery.body,
                 due.url, due.secret, due.old_secrets AS former`,
      now,
      atMost,
      which === 'failing',
      AT_ONCE[which],
      newId(),
    );
  }

  /** Not attempted after all: somebody else may. */
  async letGo({ id, claim }: Pick<Claimed, 'id' | 'claim'>): Promise<void> {
    await this.database.query('UPDATE delivery SET claim = NULL, claimed_until = NULL WHERE id = $1 AND claim = $2', id, claim);
  }

  /** Writes down what came of an attempt, and what follows for the delivery, for those behind it, and for its webhook. */
  async settle(claimed: Claimed, attempt: { outcome: Outcome; at: Date; durationMs: number }, now: Date, chance: number): Promise<void> {
    const { outcome } = attempt;
    await this.database.transaction(async (tx) => {
      const [webhook] = await tx.query<{ failingSince: Date | null }>(
        'SELECT failing_since AS "failingSince" FROM webhook WHERE id = $1 FOR UPDATE',
        claimed.webhookId,
      );
      const [held] = await tx.query<{ key: string; tries: number; again: boolean; state: string }>(
        `SELECT key, tries, again, state FROM delivery WHERE id = $1 AND claim = $2`,
        claimed.id,
        claimed.claim,
      );
      if (!webhook || !held) return; // somebody else's by now
      if (held.state !== 'PENDING') return settleGivenUp(tx, claimed.id, attempt);
      const tries = held.tries + 1;
      const dueAt = outcome.error === null ? null : nextAttempt(tries, now, chance);
      const state = outcome.error === null ? 'DELIVERED' : dueAt ? 'PENDING' : 'FAILED';
      await tx.query(
        `UPDATE delivery SET state = $2, tries = $3, due_at = $4, settled_at = $5, claim = NULL, claimed_until = NULL WHERE id = $1`,
        claimed.id,
        state,
        tries,
        dueAt,
        dueAt ? null : now,
      );
      await log(tx, claimed.id, attempt);
      const wasWaitedFor = held.tries < WAITED_FOR && !held.again;
      if (wasWaitedFor && (state !== 'PENDING' || tries >= WAITED_FOR)) await wakeNext(tx, claimed.webhookId, held.key, now);
      await this.follow(tx, claimed.webhookId, webhook.failingSince, outcome, now);
    });
  }

  /** What an attempt's outcome means for the webhook as a whole. */
  private async follow(tx: Sql, id: string, failingSince: Date | null, outcome: Outcome, now: Date): Promise<void> {
    if (outcome.error === null) {
      if (failingSince) await tx.query('UPDATE webhook SET failing_since = NULL WHERE id = $1', id);
      return;
    }
    const since = failingSince ?? now;
    const because = outcome.gone
      ? 'The receiver answered 410: it wants nothing more.'
      : now.getTime() - since.getTime() >= GIVEN_UP_AFTER_MS
        ? `Nothing could be delivered since ${since.toISOString()}. The last attempt: ${outcome.error}`
        : null;
    await tx.query(
      'UPDATE webhook SET failing_since = $2, not_before = greatest(not_before, $3::timestamptz) WHERE id = $1',
      id,
      since,
      outcome.pause,
    );
    if (because) await this.webhooks.disable(tx, id, because, now);
  }
}

/** It was given up while the request was under way, with its webhook: what came of that is told all the same. */
async function settleGivenUp(tx: Sql, id: string, attempt: Parameters<typeof log>[2]): Promise<void> {
  const state = attempt.outcome.error === null ? 'DELIVERED' : 'FAILED';
  await tx.query('UPDATE delivery SET state = $2, tries = tries + 1, claim = NULL, claimed_until = NULL WHERE id = $1', id, state);
  await log(tx, id, attempt);
}

const log = (tx: Sql, id: string, { outcome, at, durationMs }: { outcome: Outcome; at: Date; durationMs: number }): Promise<unknown> =>
  tx.query(
    `INSERT INTO attempt (delivery_id, number, at, status, duration_ms, error)
     SELECT $1, coalesce(max(number), 0) + 1, $2::timestamptz, $3::int, $4::int, $5::text FROM attempt WHERE delivery_id = $1`,
    id,
    at,
    outcome.status,
    durationMs,
    outcome.error,
  );

/** The next of a key that waited is due. */
const wakeNext = (tx: Sql, webhookId: string, key: string, now: Date): Promise<unknown> =>
  tx.query(
    `UPDATE delivery SET due_at = $3 WHERE id =
       (SELECT id FROM delivery WHERE webhook_id = $1 AND key = $2 AND state = 'PENDING' AND due_at IS NULL ORDER BY ordinal LIMIT 1)`,
    webhookId,
    key,
    now,
  );
