import { readSearch } from '@cordboard/phone-number';
import { newId } from '@cordboard/platform-process';
import { connection, notFound, page, refused, type Refused } from '@cordboard/platform-subgraph';
import type { Lookups } from '../directory.lookups.ts';
import type { ContactResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.ts';
import type { NumberStore } from '../numbers/number.store.ts';
import type { ContactHandler, ContactOutcome } from './contact.handler.ts';
import type { ContactRow, ContactStore } from './contact.store.ts';

export const contactResolvers = (
  contacts: ContactStore,
  numbers: NumberStore,
  handler: ContactHandler,
  find: Lookups,
): {
  Query: Pick<QueryResolvers, 'contact' | 'contacts'>;
  Mutation: Pick<MutationResolvers, 'createContact' | 'updateContact' | 'deleteContact'>;
  Contact: ContactResolvers;
} => ({
  Query: {
    contact: async (_, { id }, { identity }) => (await find.contact(identity, id)) ?? Promise.reject(notFound('contact')),
    contacts: async (_, { search, first, after }, { identity }) => {
      const asked = page({ first, after }, { list: 'contacts', parts: ['text', 'text'] });
      const sought = search ? readSearch(search, await numbers.country(identity.account)) : '';
      const rows = await contacts.list({ account: identity.account, search: sought, limit: asked.limit, after: asked.after });
      return connection(rows, { ...asked, place: (row) => [row.search, row.id], node: (row) => row });
    },
  },
  Mutation: {
    createContact: async (_, { name, number }, { identity }) =>
      answer(await handler.create({ id: newId(), account: identity.account, name, e164: number })),
    updateContact: async (_, { id, name, number }, { identity }) =>
      answer(await handler.update({ id, account: identity.account, name: name ?? null, e164: number ?? null })),
    deleteContact: async (_, { id }, { identity }) => answer(await handler.delete({ id, account: identity.account })),
  },
  Contact: {
    __resolveReference: ({ id }, { identity }) => find.contact(identity, id),
    number: (contact) => contact.e164,
    line: (contact, _, { identity }) => find.number(identity, contact.numberId),
  },
});

function answer(outcome: ContactOutcome): (ContactRow & { __typename: 'Contact' }) | Refused {
  if (outcome === null) throw notFound('contact');
  return 'refused' in outcome ? refused(outcome) : { __typename: 'Contact', ...outcome };
}
