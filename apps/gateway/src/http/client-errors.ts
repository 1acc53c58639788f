import { rootFieldsOf } from '@cordboard/platform-federation';
import { badInput, MAX_BODY_BYTES, TOO_LARGE } from '@cordboard/platform-subgraph';
import type express from 'express';
import { getOperationAST, GraphQLError, type DocumentNode } from 'graphql';
import type { Documents } from '../graph/documents.ts';
import type { Asked } from '../sockets/port.ts';
import { parametersIn, type Parameters } from './parameters.ts';

/** What a client did wrong, and the status that says so. */
export interface ClientError {
  readonly status: number;
  readonly errors: readonly GraphQLError[];
}

const SUBSCRIPTION = badInput('Subscriptions go over a WebSocket on this path, sub-protocol graphql-transport-ws.');
/** Apollo's clients are used to 200 where they are asked to send the query itself. */
const RESENT = new Set(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED']);

/** Whether the client names `application/json` and not the newer media type: it is answered 200 for a document that is wrong (GraphQL over HTTP §6.4.1). */
export const isLegacy = (accept: string | undefined): boolean =>
  accept !== undefined && /application\/json/i.test(accept) && !/application\/graphql-response\+json/i.test(accept);

/** What is wrong with an id, a hash or what it is sent with. */
export const namingError = (error: GraphQLError): ClientError => ({
  status: RESENT.has(String(error.extensions['code'])) ? 200 : 400,
  errors: [error],
});

/** What is wrong with what is asked for, before anything is executed; null where nothing is. Malformed parameters are left to Apollo Server. */
export async function clientErrorOf(
  request: express.Request,
  asked: Parameters,
  documents: Documents,
  { bytes, account }: { readonly bytes: number; readonly account: string | null },
): Promise<ClientError | null> {
  const { query, operationName } = asked;
  if (typeof query !== 'string' || query === '' || !isName(operationName)) return null;
  const document = documents.read(query, account);
  const isLarge = bytes > MAX_BODY_BYTES;
  if (!('kind' in document)) return isLarge ? large : { status: isLegacy(request.headers.accept) ? 200 : 400, errors: document };
  if (isLarge && !isImport(document, operationName)) return large;
  const operation = await documents.prepare(asked as unknown as Asked, account);
  if (!('kind' in operation)) return { status: statusOf(operation), errors: operation };
  return operation.kind === 'subscription' ? { status: 400, errors: [SUBSCRIPTION] } : null;
}

/** That too much waits to be planned is not the document's fault. */
const statusOf = ([first]: readonly GraphQLError[]): number => (first?.extensions['code'] === 'RATE_LIMITED' ? 429 : 400);

const large: ClientError = { status: 413, errors: [badInput(TOO_LARGE)] };
const isName = (name: unknown): name is string | null | undefined => name === undefined || name === null || typeof name === 'string';

/** Whether a body does nothing but `importContacts`, by what stands in it beside its `variables`. */
export function asksForImport(outline: unknown, documents: Documents, account: string | null): boolean {
  const sent = parametersIn(outline);
  const asked = sent && documents.named(sent, account);
  if (!asked || asked instanceof GraphQLError) return false;
  const { query, operationName } = asked;
  if (typeof query !== 'string' || !isName(operationName)) return false;
  const document = documents.read(query, account);
  return 'kind' in document && isImport(document, operationName);
}

/** Whether the operation does nothing but `importContacts`, whose file may be large. */
function isImport(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return operation?.operation === 'mutation' && rootFieldsOf(document, operation).every(({ name }) => name.value === 'importContacts');
}
