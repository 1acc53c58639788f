import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip, type Gunzip } from 'node:zlib';

/** A request that cannot be read: the status to answer with (RFC 9110 §15.5), and why. */
export class UnreadableRequest extends Error {
  constructor(
    readonly status: 400 | 401 | 408 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** A body has to arrive within this time, in ms. */
const BODY_TIMEOUT_MS = 30_000;
/** After a refusal, this much of the body is read and thrown away, in bytes and ms, so that a client that is still sending gets the answer. */
const MAX_DRAIN_BYTES = 16 * 1_048_576;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * The body of a request, inflated where it is gzip. Never holds more than `maxBytes`, whatever the headers say and whatever it inflates to.
 * @throws UnreadableRequest 400 for broken gzip, 408, 413, 415 for another encoding
 */
export async function readBody(request: IncomingMessage, o: { readonly maxBytes: number; readonly gzip: boolean }): Promise<Buffer> {
  const inflater = inflaterFor(request.headers['content-encoding'], o.gzip);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > o.maxBytes) throw tooLarge(o.maxBytes);
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const source: NodeJS.ReadableStream = inflater ? request.pipe(inflater) : request;
    const timer = setTimeout(() => fail(new UnreadableRequest(408, 'The body did not arrive in time.')), BODY_TIMEOUT_MS);
    const release = (): void => {
      clearTimeout(timer);
      source.removeListener('data', add).removeListener('end', end);
      request.removeListener('close', cut);
      if (!inflater) return;
      request.unpipe(inflater);
      inflater.destroy();
    };
    const fail = (error: Error): void => {
      release();
      reject(error);
    };
    const add = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > o.maxBytes) fail(tooLarge(o.maxBytes));
      else chunks.push(chunk);
    };
    const end = (): void => {
      release();
      resolve(Buffer.concat(chunks, bytes));
    };
    const cut = (): void => {
      if (!request.complete) fail(new UnreadableRequest(400, 'The request ended before its body was complete.'));
    };
    source.on('data', add).on('end', end);
    request.on('error', cut).on('close', cut);
    inflater?.on('error', () => fail(new UnreadableRequest(400, 'The body is not valid gzip.')));
  });
}

function inflaterFor(encoding: string | undefined, gzip: boolean): Gunzip | null {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return null;
  if (name !== 'gzip') throw new UnreadableRequest(415, 'Of the content encodings, gzip alone is accepted.');
  if (!gzip) throw new UnreadableRequest(415, 'A compressed body is accepted with a token alone.');
  return createGunzip();
}

const tooLarge = (maxBytes: number): UnreadableRequest =>
  new UnreadableRequest(
    413,
    `The body is larger than ${maxBytes >= 1_048_576 ? `${maxBytes / 1_048_576} MiB` : `${maxBytes / 1_024} KiB`}.`,
  );

/**
 * To be called where a request is answered and its body was not read. What still arrives is read and thrown away, within limits: a connection
 * that is closed at once resets a client that is still sending, and the answer is lost.
 */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), DRAIN_TIMEOUT_MS);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAIN_BYTES && response.writableFinished) request.destroy();
  });
  request.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
  request.resume();
}
