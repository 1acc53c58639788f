import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { targetOf } from '../http/target.ts';

/** A path that another service answers, to be found at the gateway's door. */
interface Passage {
  /** Any URL of the service; its host is used. */
  readonly base: string;
  /** Where its paths begin; nothing else is passed on. */
  readonly under: string;
  /** The request's headers that the service is given, in lower case. */
  readonly headers: readonly string[];
}

/** A request or an answer in which nothing moves for this long, in ms, is given up. */
const QUIET = 60_000;
/** Headers that are about one connection, not about what is sent over it (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
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
    const { path, search } = targetOf(asked.originalUrl);
    if (!path.startsWith(under)) return refuse(answer, 404, 'NOT_FOUND', 'There is nothing here.');
    let answered = false;
    const sent = request(new URL(path + search, base), {
      method: asked.method,
      agent: connections,
      timeout: QUIET,
      headers: { ...KEPT, ...named(asked.headers, headers) },
    });
    sent.on('response', (response) => {
      answered = true;
      answer.writeHead(response.statusCode ?? 502, passedBack(response.headers));
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
    asked.pipe(sent);
  };

const named = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
const passedBack = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

/** In the words of a service that refuses. */
export function refuse(answer: ServerResponse, status: number, code: string, message: string): void {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ code, message, remedy: null }));
}
