import type { LookupAddress } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Reach } from './address.ts';
import { addressesOf, type Resolve } from './resolve.ts';
import { readTarget } from './target.ts';

/** A receiver's answer, as far as it matters. */
export interface Answer {
  readonly status: number;
  /** `Retry-After`, as it was sent. */
  readonly retryAfter: string | null;
}

/** How requests go out. */
export interface Outgoing {
  readonly reach: Reach;
  readonly resolve: Resolve;
  /** Certificates that are trusted instead of the usual ones. */
  readonly ca?: string;
}

/** From the first question to DNS to the answer's head. */
export const TIMEOUT_MS = 15_000;
/** What of an answer's body is read, so that the receiver can finish; nothing is made of it. */
const MOST_READ = 65_536;
const READ_FOR_MS = 1_000;

/**
 * Posts to a receiver. The connection goes to an address that was checked here and nowhere else: nothing is resolved again, no
 * redirect is followed, no proxy is asked. Name and certificate stay those of the URL.
 * @throws Error in words for whoever owns the receiver; AbortError when `signal` ends it
 */
export async function post(
  o: Outgoing,
  to: { url: string; headers: Record<string, string>; body: string },
  signal: AbortSignal,
): Promise<Answer> {
  const target = readTarget(to.url, o.reach);
  if ('refused' in target) throw new Error(target.message);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const either = AbortSignal.any([signal, timeout]);
    const addresses = await until(either, addressesOf(target, o.resolve, o.reach));
    return await send(o, to, target.url, addresses, either);
  } catch (error) {
    if (timeout.aborted && !signal.aborted) throw new Error(`No answer within ${TIMEOUT_MS / 1_000} s.`);
    throw error;
  }
}

function send(
  o: Outgoing,
  to: { headers: Record<string, string>; body: string },
  url: URL,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      headers: { ...to.headers, 'content-length': Buffer.byteLength(to.body) },
      lookup: pinnedTo(addresses),
      agent: false,
      signal,
      ...(o.ca ? { ca: o.ca } : {}),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? null };
      request.off('error', reject).on('error', () => undefined); // the answer is there: what comes after changes nothing
      drain(response, () => {
        request.destroy();
        resolve(answer);
      });
    });
    request.end(to.body);
  });
}

/** Lets the receiver finish its answer, within bounds. */
function drain(response: IncomingMessage, done: () => void): void {
  let read = 0;
  const timer = setTimeout(done, READ_FOR_MS);
  response.on('data', (piece: Buffer) => {
    read += piece.length;
    if (read > MOST_READ) response.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', () => {
    clearTimeout(timer);
    done();
  });
}

/** Answers with the addresses that were checked, whatever is asked. */
const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_, options, answer) => {
    const all: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = all;
    if (options.all) answer(null, all);
    else if (first) answer(null, first.address, first.family);
  };

/** `work`, or the signal's reason if that comes first. */
const until = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
