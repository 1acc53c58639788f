import { PrismaPg } from '@prisma/adapter-pg';
import { CannotStart } from '@cordboard/platform-process';

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

/** One service's own tables. */
export class Database<Client extends PrismaLike = PrismaLike> implements Sql {
  private constructor(readonly prisma: Client) {}

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
    const pool = {
      connectionString: o.url,
      options: `-c search_path=${o.schema}`,
      max: o.connections ?? 10,
      connectionTimeoutMillis: 5_000,
    };
    const database = new Database(o.client(new PrismaPg(pool, { schema: o.schema, onPoolError: () => undefined })));
    try {
      await database.query('SELECT 1');
    } catch (error) {
      throw new CannotStart(`The database at ${new URL(o.url).host} cannot be used (DATABASE_URL): ${sayDatabaseError(error)}.`);
    }
    return database;
  }

  /** Over a client that is there already. */
  static over<Client extends PrismaLike>(client: Client): Database<Client> {
    return new Database(client);
  }

  query<Row>(text: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.prisma.$queryRawUnsafe<Row[]>(text, ...values);
  }

  /** All of `work` or none of it. */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.prisma.$transaction((tx) => work({ query: (text, ...values) => tx.$queryRawUnsafe(text, ...values) }), {
      timeout: 10_000,
      maxWait: 5_000,
    });
  }

  /** Whether PostgreSQL answers. */
  async answers(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    return this.prisma.$disconnect();
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
    /Connection terminated|timeout exceeded when trying to connect|Can't reach database/.test(String((error as Error).message))
  );
}

function sayDatabaseError(error: unknown): string {
  const cause = (error as DriverError).meta?.driverAdapterError?.cause;
  return (
    (cause?.originalMessage ?? cause?.message ?? (error as Error).message ?? String(error)).split('\n').filter(Boolean).at(-1) ??
    'unknown error'
  );
}
