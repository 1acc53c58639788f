import { discardBody } from '@cordboard/platform-subgraph';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { targetOf } from '../http/target.ts';

/** A path that another service answers, to be found at the gateway's door. */
interface Passage {
  /** Any URL of the service; its host is used. */
  readonly base: string;
  /** Its path; where it ends with a slash, whatever stands below. Nothing else is passed on. */
  readonly under: string;
  /** The request's headers that the service is given, in lower case; how the body is framed is not among them. */
  readonly headers: readonly string[];
}

/** A request or an answer in which nothing moves for this long, in ms, is given up. */
const QUIET = 60_000;
/**
 * A connection a request: what is streamed cannot be sent again over another one. The service is told to keep it all the same, for
 * one that closes it with its answer resets whoever is still sending, and the answer is lost.
 */
const connections = new Agent({ keepAlive: false });
const KEPT = { connection: 'keep-alive' };

/**
 * Passes requests on and answers back as they come: nothing is kept, who reads slowly slows the service down, and who leaves ends
 * the service's work on it.
 */
export const passage =
  ({ base, under, headers }: Passage) =>
  (asked: IncomingMessage & { readonly originalUrl: string }, answer: ServerResponse): void => {
    const deny = (...why: [status: number, code: string, message: string]): void => {
      refuse(answer, ...why);
      discardBody(asked, answer);
    };
    const { path, search } = targetOf(asked.originalUrl);
    if (!isUnder(path, under)) return deny(404, 'NOT_FOUND', 'There is nothing here.');
    const framing = framingOf(asked);
    if (framing && isReading(asked)) return deny(400, 'BAD_USER_INPUT', `A ${asked.method} has no body.`);
    let answered = false;
    const sent = request(new URL(path + search, base), {
      method: asked.method,
      agent: connections,
      timeout: QUIET,
      headers: { ...named(endToEnd(asked.headers), headers), ...framing, ...KEPT },
    });
    sent.on('response', (response) => {
      answered = true;
      answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
      answer.flushHeaders();
      pipeline(response, answer, () => void asked.unpipe(sent).resume()); // an answer may come before all was asked
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing has moved for ${QUIET / 1_000} s`)));
    sent.on('error', () => {
      if (!answered && !answer.destroyed) refuse(answer, 502, 'UPSTREAM_UNAVAILABLE', 'This cannot be reached right now.');
      asked.unpipe(sent).resume();
    });
    answer.on('close', () => {
      if (!answer.writableFinished) sent.destroy();
    });
    if (framing) asked.pipe(sent);
    else sent.end();
  };

/**
 * How the service is told where the body ends; null where there is none. Node frames by itself for some methods alone: written without
 * these headers, the body of a GET would be the service's next request (RFC 9112 §6.3, §11.2).
 */
function framingOf({ headers }: IncomingMessage): OutgoingHttpHeaders | null {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const length = headers['content-length'] ?? '0';
  return Number(length) === 0 ? null : { 'content-length': length };
}

/** What these send as a body means nothing, and is a sign of smuggling (RFC 9110 §9.3.1). */
const isReading = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

/**
 * Whether it is this path or stands below it, in every reading: no segment is empty, leads up, or hides a character that divides paths,
 * so that no parser on the way makes another path of it.
 */
function isUnder(path: string, under: string): boolean {
  if (!under.endsWith('/') || !path.startsWith(under)) return path === under;
  try {
    return path
      .slice(under.length)
      .split('/')
      .every((segment) => isName(decodeURIComponent(segment)));
  } catch {
    return false; // % without two hexadecimal digits, or what is not UTF-8
  }
}
const isName = (segment: string): boolean => /^(?!\.+$)[^/\\%;?#\p{Cc}]+$/u.test(segment);

/** Headers that are about one connection, not about what is sent over it (RFC 9110 §7.6.1); `connection` names others. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const PROXY = ['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'];

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const ofConnection = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...PROXY, ...ofConnection]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

const named = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(names.filter((name) => name !== 'content-length' && headers[name] !== undefined).map((name) => [name, headers[name]]));

/** In the words of a service that refuses. */
export function refuse(answer: ServerResponse, status: number, code: string, message: string): void {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ code, message, remedy: null }));
}
