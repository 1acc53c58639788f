import { STATUS_CODES, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** What every answer says: its type is to be believed, and whoever follows a link from it does not tell where from. */
const SECURE_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

const REASONS: ReadonlyMap<string, string | undefined> = new Map(Object.entries(STATUS_CODES));

/** Answers with them, whoever writes it: Nest, Express or Node itself. */
export class SecureResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(...given: ConstructorParameters<typeof ServerResponse<Request>>) {
    super(...given);
    for (const [name, value] of Object.entries(SECURE_HEADERS)) this.setHeader(name, value);
  }
}

const tracked = new WeakSet<Server>();
const underWay = new WeakMap<Duplex, Set<ServerResponse>>();
const ending = new WeakSet<Duplex>();

/** Keeps in mind which answers each connection of a server still waits for: see `answersOn` and `endAfterAnswers`. */
export function trackAnswers(server: Server): void {
  if (tracked.has(server)) return;
  tracked.add(server);
  server.prependListener('request', ({ socket }, response) => {
    const answers = underWay.get(socket) ?? new Set();
    underWay.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  });
}

/** The answers that this connection waits for, in the order of their requests; its server must be tracked. */
export const answersOn = (socket: Duplex): ReadonlySet<ServerResponse> => underWay.get(socket) ?? new Set();

/**
 * Ends a connection after the answers to what was asked over it: what came behind, and is not taken, must not be answered before or among
 * them (RFC 9112 §9.3.2).
 * @returns false where nothing that was asked in full is still to be answered
 */
export function endAfterAnswers(socket: Duplex): boolean {
  const answers = answersOn(socket);
  const last = [...answers].at(-1);
  if (!last?.req.complete) return false;
  if (ending.has(socket)) return true;
  ending.add(socket);
  if (!last.headersSent) last.shouldKeepAlive = false;
  last.once('close', () => {
    socket.once('finish', () => socket.destroy());
    socket.end();
  });
  // where the connection was upgraded, Node does these no more
  socket.once('end', () => socket.end());
  socket.on('drain', () => answers.forEach((answer) => answer.writableNeedDrain && answer.emit('drain')));
  socket.resume(); // or nobody would notice that the client has left
  return true;
}

/** Answers over a connection that has no `ServerResponse`, since what came is no request or asked for another protocol, and ends it. */
export function answerRaw(
  socket: Duplex,
  status: number,
  { headers = {}, message = '' }: { readonly headers?: Readonly<Record<string, string>>; readonly message?: string } = {},
): void {
  const all = {
    ...headers,
    ...(message === '' ? {} : { 'Content-Type': 'text/plain; charset=utf-8' }),
    'Content-Length': String(Buffer.byteLength(message)),
    Connection: 'close',
    ...SECURE_HEADERS,
  };
  const head = [`HTTP/1.1 ${status} ${REASONS.get(String(status))}`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${message}`);
}

/** For `clientError` of an HTTP server: what cannot be read as a request is answered with what is wrong with it. */
export function refuseUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writable && code !== 'ECONNRESET' && endAfterAnswers(socket)) return;
  const hasAnswered = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent ?? false;
  if (!socket.writable || hasAnswered || code === 'ECONNRESET') return void socket.destroy();
  answerRaw(socket, STATUS_OF_ERROR.get(code) ?? 400);
}

/** For `connect` of an HTTP server: there are no tunnels here (CONNECT, RFC 9110 §9.3.6), and Node would close the connection in silence. */
export function refuseTunnel(_: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy()); // nobody else listens any more
  if (!endAfterAnswers(socket)) answerRaw(socket, 501);
}

const STATUS_OF_ERROR: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);
