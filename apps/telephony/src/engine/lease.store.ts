import { log, newId } from '@cordboard/platform-process';
import pg from 'pg';

/** A lease that somebody else holds, or a database that is away, is asked for again after this long, in ms. */
const EVERY = 250;
/** A server that does not hear of us notices so many seconds after the last word that we are gone. */
const UNHEARD = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3';

/**
 * One service drives an engine at a time, and others wait to take over: the lease is a lock of PostgreSQL's on a connection of its own, so
 * a process that dies lets go at once. While the database is away the holder goes on, since calls must; if somebody else has held the lease
 * by the time it is back, this one has lost it.
 */
export class Lease {
  private readonly holder = newId();
  private client: pg.Client | undefined;
  private waiting: Promise<void> | undefined;
  private isHeld = false;
  private isOver = false;

  /** @param lost told when somebody else drives the engine now: nothing that this service knows of it is to be trusted */
  constructor(
    private readonly o: { readonly url: string; readonly engine: string },
    private readonly lost: () => void,
  ) {}

  get held(): boolean {
    return this.isHeld;
  }

  /** Asks for it once. @returns whether it is ours */
  async take(): Promise<boolean> {
    try {
      const client = (this.client ??= await this.connect());
      const [lock] = await this.ask<{ got: boolean }>(client, `SELECT pg_try_advisory_lock(hashtextextended('engine ' || $1, 0)) AS got`);
      const [row] = await this.ask<{ holder: string }>(client, 'SELECT holder FROM lease WHERE engine = $1');
      if (this.isHeld && row?.holder !== this.holder) {
        this.isHeld = false;
        this.isOver = true;
        this.lost();
        return false;
      }
      if (!lock?.got) return false;
      await client.query(
        'INSERT INTO lease (engine, holder) VALUES ($1, $2) ON CONFLICT (engine) DO UPDATE SET holder = excluded.holder, since = now()',
        [this.o.engine, this.holder],
      );
      return (this.isHeld = true);
    } catch (error) {
      log.debug({ err: error }, 'the lease of the call engine cannot be asked for');
      return false;
    }
  }

  /** Resolves once it is ours, or never will be. However many wait, it is asked for by one. */
  wait(): Promise<void> {
    return (this.waiting ??= this.askAgain().finally(() => (this.waiting = undefined)));
  }

  /** Lets go of it. */
  async release(): Promise<void> {
    this.isOver = true;
    this.isHeld = false;
    await this.client?.end();
  }

  private async askAgain(): Promise<void> {
    while (!this.isOver && !(await this.take())) await new Promise((resolve) => setTimeout(resolve, EVERY));
  }

  private async ask<Row extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<Row[]> {
    return (await client.query<Row>(sql, [this.o.engine])).rows;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.o.url,
      options: `-c search_path=telephony ${UNHEARD}`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
    });
    client.on('error', () => undefined); // it ends, too
    await client.connect();
    client.on('end', () => {
      this.client = undefined;
      if (this.isHeld && !this.isOver) void this.wait();
    });
    return client;
  }
}
