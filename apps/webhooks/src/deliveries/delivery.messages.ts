import type { Told } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import { idFor } from '@cordboard/platform-process';
import type { Message } from '../events/payloads.ts';
import { addDeliveries } from './delivery.store.ts';

/**
 * Writes what webhooks are told of an envelope, in the transaction that takes it: once for each webhook and event, whatever is told
 * twice. Ids are derived from the envelope, so they are the same whenever it is taken.
 */
export async function deliver(tx: Sql, told: Told<unknown>, messages: readonly Message[], now: Date): Promise<void> {
  for (const [n, { type, key, timestamp, data }] of messages.entries()) {
    const id = `msg_${idFor(`${told.account}/${told.source}/${told.key}/${told.seq}/${n}`)}`;
    const body = JSON.stringify({ type, timestamp, account: told.account, data });
    await addDeliveries(tx, { id, account: told.account, event: type, key, body }, now);
  }
}
