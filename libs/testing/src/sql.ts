import pg from 'pg';

/** A service's tables over plain pg, for specs of the plumbing that is under every service: the same PostgreSQL, no generated client. */
export function plainClient(url: string, schema: string) {
  const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}`, max: 10 });
  pool.on('error', () => undefined);
  const on = (executor: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> }) => ({
    $queryRawUnsafe: async <T>(text: string, ...values: unknown[]): Promise<T> => (await executor.query(text, values)).rows as T,
  });
  return {
    ...on(pool),
    $transaction: async <T>(work: (tx: ReturnType<typeof on>) => Promise<T>): Promise<T> => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(on(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    $disconnect: () => pool.end(),
  };
}
