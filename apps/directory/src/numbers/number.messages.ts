import type { DirectoryEvent } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { NumberStore } from './number.store.ts';

/** Tells, in the transaction that deleted it, that the Number is no more. */
export async function tellOfNoNumber(tx: Sql, numbers: NumberStore, outbox: Outbox, id: string): Promise<OutboxRow> {
  const { seq, account } = await numbers.next(tx, id);
  return outbox.add<DirectoryEvent>(tx, {
    account,
    key: `number-${id}`,
    from: seq,
    seq,
    events: [{ type: 'number.deleted', numberId: id }],
  });
}

/** Tells, in the transaction that saved the Number, what it is now. */
export async function tellOfNumber(tx: Sql, numbers: NumberStore, outbox: Outbox, id: string): Promise<OutboxRow> {
  const { seq, account, deletedAt: _, ...number } = await numbers.next(tx, id);
  return outbox.add<DirectoryEvent>(tx, { account, key: `number-${id}`, from: seq, seq, events: [{ type: 'number.saved', number }] });
}
