import { Resolver } from 'node:dns/promises';
import { isReachable, type Reach } from './address.ts';
import { isLocalhost, type Target } from './target.ts';

/** All addresses of a name. @throws where it has none, or nobody answers */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The name leads to something that is not on the internet. */
export class NotReachable extends Error {
  constructor() {
    super('The host is not one of the public internet.');
  }
}

/** Asks DNS itself: not the hosts file, and not in the threads that file work of others waits for. */
export const byDns: Resolve = async (host) => {
  if (isLocalhost(host)) return ['127.0.0.1', '::1'];
  const dns = new Resolver({ timeout: 2_000, tries: 2 });
  const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length === 0) throw new Error(`The host ${host} cannot be found.`);
  return found;
};

/**
 * Where a target is to be connected to: resolved here, once, and every address looked at. One that is not of the internet refuses all.
 * @throws NotReachable, or what `resolve` throws
 */
export async function addressesOf(target: Target, resolve: Resolve, reach: Reach): Promise<readonly string[]> {
  const addresses = target.isAddress ? [target.host] : await resolve(target.host);
  if (addresses.length === 0 || !addresses.every((address) => isReachable(address, reach))) throw new NotReachable();
  return addresses;
}
