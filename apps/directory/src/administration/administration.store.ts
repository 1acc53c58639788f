import type { Sql } from '@cordboard/platform-database';

/** Until the transaction ends nobody else does this. */
export const oneAtATime = async (tx: Sql, what: string): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))::text', what);
};
