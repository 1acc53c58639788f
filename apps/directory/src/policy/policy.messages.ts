import type { DirectoryEvent, PolicyEntry } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';

/** Tells, in the transaction that saved it, what holds for the account now. */
export const tellOfPolicy = (
  tx: Sql,
  outbox: Outbox,
  account: string,
  { policy, seq }: { policy: PolicyEntry; seq: number },
): Promise<OutboxRow> =>
  outbox.add<DirectoryEvent>(tx, { account, key: `policy-${account}`, from: seq, seq, events: [{ type: 'policy.saved', policy }] });
