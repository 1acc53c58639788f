import { refuse, type Refusal } from '@cordboard/decider';
import { isIP } from 'node:net';
import { isReachable, type Reach } from './address.ts';

/** Where a request goes, read once. */
export interface Target {
  readonly url: URL;
  /** The host without an IPv6 address's brackets. */
  readonly host: string;
  readonly isAddress: boolean;
}

export type UrlRefusal = 'INVALID_URL' | 'FORBIDDEN_ADDRESS';

const LONGEST = 2_000;
/** Names that mean something inside a network alone (RFC 6761, RFC 6762, RFC 9476 and custom). */
const INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|in-addr\.arpa|ip6\.arpa|onion)$/;

/**
 * Reads an address as every program that follows WHATWG does: other spellings of an IP address (decimal, octal, hexadecimal, short,
 * fullwidth) become that address here, and are looked at as what they are.
 */
export function readTarget(text: string, reach: Reach): Target | Refusal<UrlRefusal> {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol))
    return refuse('INVALID_URL', 'That is not the URL of a receiver.', 'Give one like https://example.com/hooks, 2000 characters at most.');
  if (url.protocol === 'http:' && !reach.http)
    return refuse('INVALID_URL', 'A receiver is posted to over https, not http.', 'Serve it over TLS.');
  if (url.username !== '' || url.password !== '')
    return refuse('INVALID_URL', 'A URL with a name or a password is not taken.', 'Deliveries are signed: check the signature instead.');
  if (!isPort(url, reach)) return refuse('INVALID_URL', `Nothing is posted to port ${url.port || 80}.`, 'Use 443, or one from 1024 on.');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isAddress = isIP(host) !== 0;
  if (isAddress ? !isReachable(host, reach) : isInside(host, reach)) return notThere;
  url.hash = '';
  return { url, host, isAddress };
}

/** Said of every address that is not one of the internet, whichever it is: nobody learns by this what there is inside. */
export const notThere = refuse(
  'FORBIDDEN_ADDRESS',
  'That host is not one of the public internet.',
  'Give the receiver a public address, or put a relay that has one before it.',
);

const isPort = ({ port, protocol }: URL, reach: Reach): boolean =>
  port === '' ? protocol === 'https:' || reach.http : port === '443' || Number(port) >= 1_024;

const isInside = (host: string, reach: Reach): boolean =>
  INSIDE.test(host) ? !(reach.loopback && isLocalhost(host)) : !host.includes('.');

/** The name of this machine, whoever is asked (RFC 6761). */
export const isLocalhost = (host: string): boolean => /(^|\.)localhost$/.test(host);
