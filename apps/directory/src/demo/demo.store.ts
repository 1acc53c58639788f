import type { Sql } from '@cordboard/platform-database';
import { oneAtATime } from '../administration/administration.store.ts';

/** Whether the account has no agents; until the transaction ends, no other replica is told so. */
export async function isEmptyAndOurs(tx: Sql, account: string): Promise<boolean> {
  await oneAtATime(tx, `seeding ${account}`);
  return (await tx.query('SELECT FROM agent WHERE account = $1 LIMIT 1', account)).length === 0;
}
