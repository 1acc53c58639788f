import { createHash, randomBytes } from 'node:crypto';

/** A message of SIP (RFC 3261). A request has a method and an address, an answer a status. */
export interface SipMessage {
  readonly method: string | undefined;
  readonly uri: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

const SHORT: Readonly<Record<string, string>> = {
  i: 'call-id',
  m: 'contact',
  f: 'from',
  t: 'to',
  v: 'via',
  c: 'content-type',
  l: 'content-length',
};

/** @returns undefined for what is no SIP message, such as the empty ones that keep a hole in a firewall open */
export function parse(packet: Buffer): SipMessage | undefined {
  const text = packet.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(0, end)).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const key = SHORT[name] ?? name;
    headers.set(key, [...(headers.get(key) ?? []), line.slice(colon + 1).trim()]);
  }
  const rest = { headers, body: text.slice(end + 4) };
  const status = /^SIP\/2\.0 (\d{3})/.exec(first)?.[1];
  if (status) return { method: undefined, uri: '', status: Number(status), ...rest };
  const request = /^(\w+) (\S+) SIP\/2\.0$/.exec(first);
  return request ? { method: request[1], uri: request[2] ?? '', status: 0, ...rest } : undefined;
}

/** A message as it is sent; an undefined header is left out. */
export function write(first: string, headers: readonly (readonly [string, string | undefined])[], body = ''): Buffer {
  const written = headers.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const about = body === '' ? [] : ['Content-Type: application/sdp'];
  return Buffer.from([first, ...written, ...about, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}

/** The first value of a header. */
export const header = (message: SipMessage, name: string): string => message.headers.get(name)?.[0] ?? '';
export const tagOf = (value: string): string | undefined => /;tag=([^;>\s]+)/.exec(value)?.[1];
/** Who an address names: its part before the `@`. */
export const userOf = (value: string): string | undefined => /sips?:([^@;>]+)@/.exec(value)?.[1];
export const uriOf = (value: string): string => /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0] ?? '';
export const branchOf = (message: SipMessage): string => /branch=([^;,\s]+)/.exec(header(message, 'via'))?.[1] ?? '';
/** A new tag, branch or Call-ID. */
export const token = (): string => randomBytes(8).toString('hex');

/** The answer to a challenge (RFC 7616, MD5), as a header. */
export function authorization(
  challenge: SipMessage,
  { user, password, method, uri }: { user: string; password: string; method: string; uri: string },
): [string, string] {
  const isProxy = challenge.status === 407;
  const asked = header(challenge, isProxy ? 'proxy-authenticate' : 'www-authenticate');
  const of = (key: string): string => new RegExp(`${key}="?([^",]+)"?`).exec(asked)?.[1] ?? '';
  const [nc, cnonce] = ['00000001', token()];
  const secret = md5(`${user}:${of('realm')}:${password}`);
  const response = md5(`${secret}:${of('nonce')}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  const opaque = of('opaque') ? `, opaque="${of('opaque')}"` : '';
  const words = `username="${user}", realm="${of('realm')}", nonce="${of('nonce')}", uri="${uri}", response="${response}"`;
  return [
    isProxy ? 'Proxy-Authorization' : 'Authorization',
    `Digest ${words}, algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}"${opaque}`,
  ];
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
