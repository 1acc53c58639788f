import { isRefusal, type Refusal } from '@cordboard/decider';
import { contacts, isAvailableTo, type Contact, type ContactCommand, type ContactRefusal } from '@cordboard/domain-directory';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Followers, Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { isPhoneNumber } from '@cordboard/phone-number';
import type { NumberStore } from '../numbers/number.store.ts';
import { tellOfContact, tellOfNoContact } from './contact.messages.ts';
import type { ContactRow, ContactStore } from './contact.store.ts';

/** The contact that was saved or deleted, why it was not, or null where there is none of that id for this account. */
export type ContactOutcome = ContactRow | Refusal<ContactRefusal> | null;

/** One command on one contact is one transaction: facts read, rule asked, row and message written. */
export class ContactHandler {
  constructor(
    private readonly database: Database,
    private readonly store: ContactStore,
    private readonly numbers: NumberStore,
    private readonly outbox: Outbox,
    private readonly followers: Followers,
  ) {}

  create(asked: { id: string; account: string; name: string; e164: string }): Promise<ContactOutcome> {
    return this.handle(async (tx) => this.decide(tx, null, await this.saving(tx, asked)));
  }

  update(asked: { id: string; account: string; name: string | null; e164: string | null }): Promise<ContactOutcome> {
    return this.handle(async (tx) => {
      const before = await this.store.take(tx, asked.id);
      if (!before || !isAvailableTo(before, asked)) return [null];
      return this.decide(
        tx,
        before,
        await this.saving(tx, { ...before, name: asked.name ?? before.name, e164: asked.e164 ?? before.e164 }),
      );
    });
  }

  delete(asked: { id: string; account: string }): Promise<ContactOutcome> {
    return this.handle(async (tx) => {
      const before = await this.store.take(tx, asked.id);
      return before && isAvailableTo(before, asked) ? this.decide(tx, before, { type: 'delete' }) : [null];
    });
  }

  private async handle(work: (tx: Sql) => Promise<[ContactOutcome, ...OutboxRow[]]>): Promise<ContactOutcome> {
    const [outcome, ...told] = await this.database.transaction(work);
    await this.outbox.publish(told);
    await this.followers.haveSeen(told);
    return outcome;
  }

  private async saving(tx: Sql, contact: Omit<Contact, 'numberId'>): Promise<ContactCommand> {
    const { id, account, name, e164 } = contact;
    const numberId = await this.numbers.idOf(tx, account, e164);
    return { type: 'save', contact: { id, account, name, e164, numberId }, numberIsValid: numberId !== null || isPhoneNumber(e164) };
  }

  private async decide(tx: Sql, before: ContactRow | null, command: ContactCommand): Promise<[ContactOutcome, ...OutboxRow[]]> {
    const outcome = contacts.decide(before, command);
    if (isRefusal(outcome)) return [outcome];
    const [event] = outcome;
    switch (event?.type) {
      case 'saved': {
        const row = await this.store.save(tx, event.contact);
        return [row, await tellOfContact(tx, this.outbox, row, row.seq)];
      }
      case 'deleted':
        return before === null ? [null] : [before, await tellOfNoContact(tx, this.outbox, before, await this.store.delete(tx, event.id))];
      case undefined:
        return [before];
    }
  }
}
