import { PrismaPg } from '@prisma/adapter-pg';
import { CannotStart } from '@cordboard/platform-process';
import pg from 'pg';

/** SQL on one connection or in one transaction. Values are bound as $1, $2 …; JSON goes in as text with a `::jsonb` cast. */
export interface Sql {
  query<Row>(text: string, ...values: readonly unknown[]): Promise<Row[]>;
}

/** What we need of a generated Prisma client, whichever service's it is. */
export interface PrismaLike {
  $queryRawUnsafe<T>(text: string, ...values: unknown[]): Promise<T>;
  $transaction<T>(
    work: (tx: Pick<PrismaLike, '$queryRawUnsafe'>) => Promise<T>,
    options?: { timeout?: number; maxWait?: number },
  ): Promise<T>;
  $disconnect(): Promise<void>;
}

/** Statements that are kept prepared on each connection; what comes after that many different texts is parsed each time. */
const MOST_PREPARED = 500;

/**
 * One service's own tables. Prisma owns tables, migrations and the typed client; SQL that is written by hand goes to the same
 * connections past it, prepared: Prisma's raw path parses each statement anew and describes every value to itself.
 */
export class Database<Client extends PrismaLike = PrismaLike> implements Sql {
  private readonly prepared = new Map<string, string>();

  private constructor(
    readonly prisma: Client,
    private readonly pool: pg.Pool | null,
  ) {}

  /**
   * Connects to the service's own schema of the database (created by its migrations).
   * @throws CannotStart when the database cannot be reached or refuses us.
   */
  static async open<Client extends PrismaLike>(o: {
    url: string;
    schema: string;
    connections?: number;
    client: (adapter: PrismaPg) => Client;
  }): Promise<Database<Client>> {
    const pool = new pg.Pool({
      connectionString: o.url,
      options: `-c search_path=${o.schema}`,
      max: o.connections ?? 10,
      connectionTimeoutMillis: 5_000,
    });
    pool.on('error', () => undefined); // an idle connection was lost: the next query opens another
    // one that is lost in the moment in which it is handed over has nobody who listens yet, and would end the process
    pool.on('connect', (connection) => void connection.on('error', () => undefined));
    const database = new Database(o.client(new PrismaPg(pool, { schema: o.schema, onPoolError: () => undefined })), pool);
    try {
      await database.query('SELECT 1');
    } catch (error) {
      throw new CannotStart(`The database at ${new URL(o.url).host} cannot be used (DATABASE_URL): ${sayDatabaseError(error)}.`);
    }
    return database;
  }

  /** Over a client that is there already. */
  static over<Client extends PrismaLike>(client: Client): Database<Client> {
    return new Database(client, null);
  }

  query<Row>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.pool ? this.run<Row>(this.pool, text, values) : this.prisma.$queryRawUnsafe<Row[]>(text, ...values);
  }

  /** All of `work` or none of it. */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    if (!this.pool)
      return this.prisma.$transaction((tx) => work({ query: (text, ...values) => tx.$queryRawUnsafe(text, ...values) }), {
        timeout: 10_000,
        maxWait: 5_000,
      });
    const connection = await this.pool.connect();
    let broken: Error | undefined;
    const lost = (error: Error): void => void (broken = error);
    connection.on('error', lost);
    try {
      await connection.query('BEGIN');
      const result = await work({ query: (text, ...values) => this.run(connection, text, values) });
      await connection.query('COMMIT');
      return result;
    } catch (error) {
      await connection.query('ROLLBACK').catch(lost);
      throw error;
    } finally {
      connection.off('error', lost);
      connection.release(broken);
    }
  }

  private async run<Row>(on: pg.Pool | pg.PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await on.query({ ...this.nameOf(text), text, values: [...values] });
    return rows as Row[];
  }

  private nameOf(text: string): { name?: string } {
    const known = this.prepared.get(text);
    if (known !== undefined) return { name: known };
    if (this.prepared.size >= MOST_PREPARED) return {};
    const name = `q${this.prepared.size}`;
    this.prepared.set(text, name);
    return { name };
  }

  /** Whether PostgreSQL answers. */
  async answers(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool?.end();
  }
}

interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly meta?: {
    readonly driverAdapterError?: {
      readonly cause?: {
        readonly originalCode?: string;
        readonly originalMessage?: string;
        readonly message?: string;
        readonly kind?: string;
      };
    };
  };
}

/** PostgreSQL's own SQLSTATE behind a Prisma error, if there is one. */
export const sqlState = (error: unknown): string | undefined =>
  (error as DriverError).meta?.driverAdapterError?.cause?.originalCode ?? (error as DriverError).code;

/** True for what passes by itself: PostgreSQL is restarting, unreachable, or chose one of two transactions. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  const kind = (error as DriverError).meta?.driverAdapterError?.cause?.kind ?? '';
  return (
    /^(08|57P|53|40)/.test(state) || // connection, shutdown, resources, serialisation and deadlock
    /^(P1001|P1002|P1008|P1017|P2024|P2028|P2034|ECONN|EPIPE|ETIMEDOUT)/.test(state) ||
    /NotReachable|ConnectionClosed|SocketTimeout|TooManyConnections/.test(kind) ||
    /Connection terminated|is not queryable|timeout exceeded when trying to connect|Can't reach database/.test(
      String((error as Error).message),
    )
  );
}

function sayDatabaseError(error: unknown): string {
  const cause = (error as DriverError).meta?.driverAdapterError?.cause;
  return (
    (cause?.originalMessage ?? cause?.message ?? (error as Error).message ?? String(error)).split('\n').filter(Boolean).at(-1) ??
    'unknown error'
  );
}
