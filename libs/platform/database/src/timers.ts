import { log } from '@cordboard/platform-process';
import { isPassing, type Sql } from './database.ts';

/** Something that is due: a row that the state's own transaction wrote. */
export interface DueTimer {
  readonly id: string;
  /** Whose timer it is: the key of the state that it belongs to. */
  readonly subject: string;
  readonly body: unknown;
}

/** How often timers are looked at, in ms. The next one that is known is not waited for longer than it takes; a new one is seen by then. */
const EVERY = 200;
/** A worker that claimed a timer and died lets go of it after this long, in seconds. */
const CLAIM_SECONDS = 5;

/**
 * Fires the rows of the service's `timer` table: never early (the database's clock decides), never lost, by as many replicas as
 * there are. `fire` must end the timer in the transaction of its effect; a timer that is still there is fired again.
 */
export class Timers {
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sql: Sql,
    private readonly fire: (timer: DueTimer) => Promise<void>,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const { due, nextMs } = await this.claim().catch((error: unknown) => {
        if (!isPassing(error)) log.error({ err: error }, 'timers could not be read');
        return { due: [], nextMs: EVERY };
      });
      await Promise.all(
        due.map((timer) =>
          this.fire(timer).catch((error: unknown) => log.error({ err: error, timer }, 'a timer failed and will be tried again')),
        ),
      );
      if (due.length === 0) await new Promise((resolve) => setTimeout(resolve, Math.min(nextMs, EVERY)));
    }
  }

  /** @returns what is due and now ours, and when the next timer is, in ms from now */
  private async claim(): Promise<{ due: DueTimer[]; nextMs: number }> {
    const rows = await this.sql.query<{ id: string | null; subject: string; body: unknown; next_ms: number | null }>(
      `WITH claimed AS (
         UPDATE timer SET claimed_until = clock_timestamp() + make_interval(secs => $1)
         WHERE id IN (SELECT id FROM timer WHERE due_at <= clock_timestamp() AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
                      ORDER BY due_at LIMIT 50 FOR UPDATE SKIP LOCKED)
         RETURNING id, subject, body)
       SELECT id, subject, body, NULL AS next_ms FROM claimed
       UNION ALL
       SELECT NULL, NULL, NULL, ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 FROM timer WHERE due_at > clock_timestamp()`,
      CLAIM_SECONDS,
    );
    const due = rows.flatMap(({ id, subject, body }) => (id === null ? [] : [{ id, subject, body }]));
    return { due, nextMs: Math.max(1, rows.at(-1)?.next_ms ?? EVERY) };
  }
}
