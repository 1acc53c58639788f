import { refuse, type Decider } from '@cordboard/decider';
import { nameOf } from './name.ts';

/** A name and a phone number of an account; `numberId` where that number is one of the account's own. */
export interface Contact {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** E.164. */
  readonly e164: string;
  readonly numberId: string | null;
}

/** `numberIsValid` and `numberId` are facts that were read just before: whether the number can exist, and whose Number it is. */
export type ContactCommand =
  { readonly type: 'save'; readonly contact: Contact; readonly numberIsValid: boolean } | { readonly type: 'delete' };

export type ContactEvent = { readonly type: 'saved'; readonly contact: Contact } | { readonly type: 'deleted'; readonly id: string };

/** Why a contact is not kept as it was given. */
export type ContactRefusal = 'INVALID_NAME' | 'INVALID_NUMBER';

/** A contact that is there, or null where none is. */
export type ContactState = Contact | null;

/** @rule S23 contacts are created one by one, from a name and a number; each row of a CSV file is judged by the same (import.ts) */
export const contacts: Decider<ContactCommand, ContactEvent, ContactState, ContactRefusal> = {
  initial: null,

  decide: (state, command) => {
    switch (command.type) {
      case 'save': {
        const named = nameOf('A contact', command.contact.name);
        if ('refused' in named) return named;
        if (!command.numberIsValid)
          return refuse(
            'INVALID_NUMBER',
            `${command.contact.e164} is not a phone number that exists.`,
            'Check the country code and the digits.',
          );
        return [{ type: 'saved', contact: { ...command.contact, ...named } }];
      }
      case 'delete':
        return state === null ? [] : [{ type: 'deleted', id: state.id }];
    }
  },

  evolve: (_, event) => {
    switch (event.type) {
      case 'saved':
        return event.contact;
      case 'deleted':
        return null;
    }
  },
};

/** @rule S24 a contact is there for every agent of its account, whoever made it, and for nobody else */
export const isAvailableTo = (contact: Pick<Contact, 'account'>, agent: { readonly account: string }): boolean =>
  contact.account === agent.account;
