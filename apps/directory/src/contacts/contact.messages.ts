import type { DirectoryEvent } from '@cordboard/contracts';
import type { Contact } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';

/** Tells, in the transaction that saved the contact, what it is now. */
export const tellOfContact = (tx: Sql, outbox: Outbox, { id, account, name, e164, numberId }: Contact, seq: number): Promise<OutboxRow> =>
  tell(tx, outbox, account, id, seq, { type: 'contact.saved', contact: { id, name, e164, numberId } });

/** As `tellOfContact`, of many at a time, each a message of its own. */
export const tellOfContacts = (tx: Sql, outbox: Outbox, contacts: readonly (Contact & { readonly seq: number })[]): Promise<OutboxRow[]> =>
  outbox.addAll<DirectoryEvent>(
    tx,
    contacts.map(({ id, account, name, e164, numberId, seq }) => ({
      account,
      key: `contact-${id}`,
      from: seq,
      seq,
      events: [{ type: 'contact.saved', contact: { id, name, e164, numberId } }],
    })),
  );

/** Tells, in the transaction that deleted it, that a contact is no more. */
export const tellOfNoContact = (tx: Sql, outbox: Outbox, { id, account }: Contact, seq: number): Promise<OutboxRow> =>
  tell(tx, outbox, account, id, seq, { type: 'contact.deleted', contactId: id });

const tell = (tx: Sql, outbox: Outbox, account: string, id: string, seq: number, event: DirectoryEvent): Promise<OutboxRow> =>
  outbox.add<DirectoryEvent>(tx, { account, key: `contact-${id}`, from: seq, seq, events: [event] });
