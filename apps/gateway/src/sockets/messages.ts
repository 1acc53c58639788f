import { isTooDeep } from '@cordboard/platform-subgraph';
import type { Asked } from './port.ts';

/** What a client may say (graphql-transport-ws). */
export type Message =
  | { readonly type: 'connection_init'; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping'; readonly payload: Readonly<Record<string, unknown>> | undefined }
  | { readonly type: 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: Asked }
  | { readonly type: 'complete'; readonly id: string };

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;
const LONGEST_ID = 256;
const isId = (id: unknown): id is string => typeof id === 'string' && id.length > 0 && id.length <= LONGEST_ID;

/** Before a socket is acknowledged its messages may have so many bytes; an init, with its token, so many. */
const MAX_EARLY_BYTES = 4_096;
const MAX_INIT_BYTES = 16_384;

/**
 * @param isEarly whether nobody has been acknowledged on this socket yet: messages are to be small
 * @returns null for what is no message of the protocol, or nested so deep that it could be parsed and not be written: `JSON.stringify` recurses
 */
export function readMessage(text: string, isEarly = false): Message | null {
  const bytes = isEarly ? Buffer.byteLength(text) : 0;
  if (bytes > MAX_INIT_BYTES || isTooDeep(Buffer.from(text))) return null;
  const message = parseMessage(text);
  return bytes > MAX_EARLY_BYTES && message?.type !== 'connection_init' ? null : message;
}

function parseMessage(text: string): Message | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(message)) return null;
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
      return isAbsent(payload) || isFields(payload) ? { type, payload: payload ?? {} } : null;
    case 'ping':
      return isAbsent(payload) || isFields(payload) ? { type, payload: payload ?? undefined } : null;
    case 'pong':
      return isAbsent(payload) || isFields(payload) ? { type } : null;
    case 'complete':
      return isId(id) ? { type, id } : null;
    case 'subscribe':
      return isId(id) && isAsked(payload) ? { type, id, payload } : null;
    default:
      return null;
  }
}

/** Where a document is known by its name alone (trusted documents), there is no query. */
const isAsked = (payload: unknown): payload is Asked & Fields =>
  isFields(payload) &&
  (isAbsent(payload['query']) || typeof payload['query'] === 'string') &&
  (isAbsent(payload['operationName']) || typeof payload['operationName'] === 'string') &&
  (isAbsent(payload['variables']) || isFields(payload['variables'])) &&
  (isAbsent(payload['extensions']) || isFields(payload['extensions'])) &&
  (typeof payload['query'] === 'string' || isFields(payload['extensions']) || typeof payload['documentId'] === 'string');

/**
 * The authorization that an app shows: GraphQL clients name it `authorization` or `Authorization`, on its own or among `headers`. Names of
 * headers have no case (RFC 9110 §5.1).
 * @returns undefined where there is none: absent, null, empty, or a scheme without a token
 */
export function authorizationIn(payload: Fields): unknown {
  const [shown] = [payload, headersOf(payload)].flatMap((fields) =>
    Object.entries(fields).flatMap(([name, value]) => (name.toLowerCase() === 'authorization' && !isEmpty(value) ? [value] : [])),
  );
  return shown;
}
const headersOf = ({ headers }: Fields): Fields => (isFields(headers) ? headers : {});
const isEmpty = (value: unknown): boolean => isAbsent(value) || (typeof value === 'string' && /^\s*(bearer)?\s*$/i.test(value));
