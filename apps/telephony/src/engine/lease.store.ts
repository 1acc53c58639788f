import { log, newId } from '@cordboard/platform-process';
import pg from 'pg';

/** A lease that somebody else holds, or a database that is away, is asked for again after this long, in ms. */
const EVERY = 250;
/** A server that does not hear of us notices so many seconds after the last word that we are gone. */
const UNHEARD = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3';

/** The number of an engine's lock. */
const LOCK = "hashtextextended('engine ' || $1::text, 0)";

/**
 * One service drives an engine at a time, and others wait to take over: the lease of an engine is a lock of PostgreSQL's, and those of all
 * engines of a service are on one connection of its own, so a process that dies lets go at once. A service has all of its engines' leases or
 * none: it asks for them in the order of their names and gives back what it got when one is another's, so services whose lists overlap
 * neither share an engine nor wait for each other in a circle. While the database is away the holder goes on, since calls must; if somebody
 * else has held one of the leases by the time it is back, this one has lost them.
 */
export class Lease {
  private readonly holder = newId();
  private readonly engines: readonly string[];
  private client: pg.Client | undefined;
  private waiting: Promise<void> | undefined;
  private isHeld = false;
  private isOver = false;

  /** @param lost told when somebody else drives one of the engines now: nothing that this service knows of it is to be trusted */
  constructor(
    private readonly o: { readonly url: string; readonly engines: readonly string[] },
    private readonly lost: () => void,
  ) {
    this.engines = [...new Set(o.engines)].toSorted();
  }

  get held(): boolean {
    return this.isHeld;
  }

  /** Asks for them once. @returns whether all are ours */
  async take(): Promise<boolean> {
    try {
      const client = (this.client ??= await this.connect());
      const areLocked = await this.lockAll(client);
      if (this.isHeld && (await this.isAnothers(client))) {
        this.isHeld = false;
        this.isOver = true;
        if (areLocked) await this.unlock(client, this.engines);
        this.lost();
        return false;
      }
      if (!areLocked) return false;
      await client.query(
        `INSERT INTO lease (engine, holder) SELECT engine, $2 FROM unnest($1::text[]) AS engine
         ON CONFLICT (engine) DO UPDATE SET holder = excluded.holder, since = now()`,
        [this.engines, this.holder],
      );
      return (this.isHeld = true);
    } catch (error) {
      log.debug({ err: error }, 'the lease of the call engine cannot be asked for');
      this.drop(); // it may have got some of the locks, which go with the connection
      return false;
    }
  }

  /** Resolves once they are ours, or never will be. However many wait, they are asked for by one. */
  wait(): Promise<void> {
    return (this.waiting ??= this.askAgain().finally(() => (this.waiting = undefined)));
  }

  /** Lets go of them. */
  async release(): Promise<void> {
    this.isOver = true;
    this.isHeld = false;
    await this.client?.end();
  }

  private async askAgain(): Promise<void> {
    while (!this.isOver && !(await this.take())) await new Promise((resolve) => setTimeout(resolve, EVERY));
  }

  /** Locks every engine, or none. */
  private async lockAll(client: pg.Client): Promise<boolean> {
    const locked: string[] = [];
    for (const engine of this.engines) {
      const { rows } = await client.query<{ got: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS got`, [engine]);
      if (!rows[0]?.got) {
        await this.unlock(client, locked);
        return false;
      }
      locked.push(engine);
    }
    return true;
  }

  private async unlock(client: pg.Client, engines: readonly string[]): Promise<void> {
    for (const engine of engines) await client.query(`SELECT pg_advisory_unlock(${LOCK})`, [engine]);
  }

  /** Whether somebody else has had one of the leases since they were ours. */
  private async isAnothers(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ holder: string }>('SELECT holder FROM lease WHERE engine = ANY($1)', [this.engines]);
    return rows.length < this.engines.length || rows.some(({ holder }) => holder !== this.holder);
  }

  private drop(): void {
    const client = this.client;
    this.client = undefined;
    client?.end().catch(() => undefined);
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
      if (this.client === client) this.client = undefined;
      if (this.isHeld && !this.isOver) void this.wait();
    });
    return client;
  }
}
