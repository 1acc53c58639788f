import ipaddr from 'ipaddr.js';

/** What may be reached beside the internet, for development. */
export interface Reach {
  /** This machine itself: 127.0.0.0/8 and ::1. */
  readonly loopback: boolean;
  /** http, unencrypted. */
  readonly http: boolean;
}

/** Addresses that are public by their range, and are a cloud's own: the one of Azure's host, from within every machine of it. */
const OURS_OF_A_CLOUD = new Set(['168.63.129.16']);
/** All of IPv6 that is given out to the internet (RFC 4291, IANA). What lies outside, no range of ours names. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether a receiver may lie at this address: it is one of the internet. Not loopback, private, link-local (where clouds keep their
 * metadata), carrier's, multicast, unspecified or reserved, nor an IPv6 address that holds an IPv4 one (mapped, compatible, NAT64,
 * 6to4, Teredo): whoever translates it would lead anywhere.
 */
export function isReachable(address: string, reach: Reach): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === 'loopback') return reach.loopback;
  if (range !== 'unicast' || OURS_OF_A_CLOUD.has(parsed.toString())) return false;
  return parsed.kind() === 'ipv4' || parsed.match(GIVEN_OUT);
}
