import DataLoader from 'dataloader';
import type { Identity } from './identity.ts';

/**
 * Things of the asker's account by id: many in one statement, each once a request. Gives null for an id that the account does not
 * have, and for none. `load` must look in `account` alone; the order of what it finds is free.
 */
export function batched<T extends { readonly id: string }>(
  load: (account: string, ids: readonly string[]) => Promise<readonly T[]>,
): (identity: Identity, id: string | null) => Promise<T | null> {
  const requests = new WeakMap<Identity, DataLoader<string, T | null>>(); // an Identity object is made anew for each request
  const loaderOf = (identity: Identity): DataLoader<string, T | null> => {
    const known = requests.get(identity);
    if (known) return known;
    const loader = new DataLoader<string, T | null>(async (ids) => {
      const found = new Map((await load(identity.account, ids)).map((thing) => [thing.id, thing]));
      return ids.map((id) => found.get(id) ?? null);
    });
    requests.set(identity, loader);
    return loader;
  };
  return async (identity, id) => (id === null ? null : loaderOf(identity).load(id));
}
