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

/** @returns null for what is no message of the protocol */
export function readMessage(text: string): Message | null {
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
