import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { discardBody, readBody, UnreadableRequest } from './body-reader.ts';
import { unauthenticated, type Identity } from './identity.ts';
import { MAX_DEPTH, MAX_VALUES, scan, withoutVariables } from './json-scan.ts';

const MEBIBYTE = 1_048_576;
/** The most that one request may hold, in bytes after inflating, with a verified token. Its CSV is one variable of `importContacts`. */
export const MAX_IMPORT_BYTES = 8 * MEBIBYTE;
/** The most for every other operation. */
export const MAX_BODY_BYTES = MEBIBYTE;
/** The most without a token: an introspection query is some 2 KiB. */
export const MAX_ANONYMOUS_BYTES = 16 * 1_024;

export interface GraphqlBodyOptions {
  /** @throws GraphQLError UNAUTHENTICATED */
  readonly identify: (authorization: string | undefined) => Promise<Identity>;
  /** Whether a request without an `Authorization` header is read. */
  readonly allowsAnonymous: boolean;
  /** How many values a body may hold; by default as many as a gateway may have to ask a subgraph about. */
  readonly mostValues?: number;
  /**
   * Whether a body of more than `MAX_BODY_BYTES` is to be parsed whole, by what stands in it beside its `variables`. Where it is not, they are
   * read as null. Without this, any is.
   */
  readonly mayBeLarge?: (outline: unknown, identity: Identity | null) => boolean;
}

/** What `graphqlBody` has found out about a request. */
export interface ReadRequest {
  readonly identity: Identity | null;
  /** The size of the body after inflating, in bytes. */
  readonly bytes: number;
}

const read = new WeakMap<object, ReadRequest>();
/** @throws where the request did not pass `graphqlBody` */
export function requestRead(request: Request): ReadRequest {
  const found = read.get(request);
  if (!found) throw new Error('the request did not pass graphqlBody');
  return found;
}

/**
 * Verifies the token, and only then reads the JSON body of a GraphQL request. What is refused is answered in GraphQL's own shape, with 400,
 * 401, 408, 413 or 415; the body of a refused request is never inflated or parsed.
 */
export function graphqlBody(o: GraphqlBodyOptions): RequestHandler {
  return (request, response, next) => {
    (async () => {
      const identity = await identified(request, o);
      if (request.method !== 'POST') {
        read.set(request, { identity, bytes: 0 });
        return next();
      }
      mustBeJson(request.headers['content-type']);
      const limits = identity ? { maxBytes: MAX_IMPORT_BYTES, gzip: true } : { maxBytes: MAX_ANONYMOUS_BYTES, gzip: false };
      const body = await readBody(request, limits);
      request.body = parsed(body, identity, o);
      read.set(request, { identity, bytes: body.length });
      next();
    })().catch((error: unknown) => refuse(request, response, error, next));
  };
}

async function identified(request: Request, o: GraphqlBodyOptions): Promise<Identity | null> {
  const headers = request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization');
  if (headers.length > 1) throw new UnreadableRequest(400, 'A request has one Authorization header at most.');
  if (headers.length === 0 && o.allowsAnonymous) return null;
  return o.identify(request.headers.authorization);
}

/** Types that a page of another origin may send without asking first are refused as malformed, others as unsupported. */
const CROSS_SITE_TYPES = new Set(['', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);

function mustBeJson(contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json')
    throw new UnreadableRequest(CROSS_SITE_TYPES.has(type) ? 400 : 415, 'The body must be JSON, with content-type: application/json.');
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new UnreadableRequest(415, 'The body must be JSON in UTF-8.');
}

/** @throws UnreadableRequest 400, 413 */
function parsed(body: Buffer, identity: Identity | null, { mostValues = MAX_VALUES, mayBeLarge }: GraphqlBodyOptions): unknown {
  const scanned = scan(body, { mostValues, ...(mayBeLarge && { mostBare: MAX_BODY_BYTES }) });
  if (scanned.isExcessive)
    throw new UnreadableRequest(400, `The body holds more than ${mostValues} values, or nests them deeper than ${MAX_DEPTH}.`);
  if (body.length <= MAX_BODY_BYTES || !mayBeLarge) return jsonOf(body);
  const outline = scanned.isBare ? null : withoutVariables(body, scanned, MAX_BODY_BYTES);
  if (!outline) throw new UnreadableRequest(413, TOO_LARGE);
  const beside = jsonOf(outline);
  return mayBeLarge(beside, identity) ? jsonOf(body) : beside;
}

/** What is said of a body that is larger than its operation may be. */
export const TOO_LARGE = `The body is larger than ${MAX_BODY_BYTES / MEBIBYTE} MiB; more is for importContacts alone.`;

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(body)) as unknown;
  } catch {
    throw new UnreadableRequest(400, 'The body is not JSON in UTF-8.');
  }
}

function refuse(request: Request, response: Response, error: unknown, next: (error: unknown) => void): void {
  if (response.headersSent || response.destroyed) return;
  if (error instanceof UnreadableRequest)
    answerErrors(request, response, error.status, [{ message: error.message, extensions: { code: 'BAD_USER_INPUT' } }]);
  else if (error instanceof GraphQLError && error.extensions['code'] === unauthenticated('').extensions['code'])
    answerErrors(request, response, 401, [{ message: error.message, extensions: { code: 'UNAUTHENTICATED' } }]);
  else next(error);
}

/** Answers with errors alone; what has not been read of the request is discarded. */
export function answerErrors(request: Request, response: Response, status: number, errors: readonly GraphQLFormattedError[]): void {
  if (status === 401) response.set('www-authenticate', 'Bearer');
  if (status === 415) response.set('accept-encoding', 'gzip');
  const type = request.headers.accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  response.status(status).type(`${type}; charset=utf-8`).send(JSON.stringify({ errors }));
  discardBody(request, response);
}
