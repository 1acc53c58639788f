import type { DirectoryStore } from './directory.store.ts';

/** The country in which these numbers are read, ISO 3166-1: the account's, and null where each of them says its own. Only the first is asked for. */
export const homeOf = async (
  directory: Pick<DirectoryStore, 'homeCountry'>,
  account: string,
  ...numbers: readonly string[]
): Promise<string | null> => (numbers.every((number) => number.startsWith('+')) ? null : directory.homeCountry(account));
