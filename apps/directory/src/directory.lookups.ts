import { batched, type Identity } from '@cordboard/platform-subgraph';
import type { AgentStore } from './agents/agent.store.ts';
import type { ContactStore } from './contacts/contact.store.ts';
import type { NumberStore } from './numbers/number.store.ts';
import type { TeamStore } from './teams/team.store.ts';

type Find<T> = (identity: Identity, id: string | null) => Promise<T | null>;

/** Finds what a resolver points to, in the asker's account: one statement a kind for all that a request needs at a time. */
export const lookups = (stores: { agents: AgentStore; teams: TeamStore; numbers: NumberStore; contacts: ContactStore }) => ({
  agent: batched((account, ids) => stores.agents.byIds(account, ids)),
  team: batched((account, ids) => stores.teams.byIds(account, ids)),
  number: batched((account, ids) => stores.numbers.byIds(account, ids)),
  contact: batched((account, ids) => stores.contacts.byIds(account, ids)),
  /** Those of the ids that are there, in their order. */
  all: async <T>(find: Find<T>, identity: Identity, ids: readonly string[]): Promise<T[]> =>
    (await Promise.all(ids.map((id) => find(identity, id)))).filter((thing) => thing !== null),
});
export type Lookups = ReturnType<typeof lookups>;
