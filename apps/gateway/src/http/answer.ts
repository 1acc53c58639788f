import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import type { Identity } from '@cordboard/platform-subgraph';
import type express from 'express';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../graph/federation.ts';
import type { Documents } from '../graph/documents.ts';
import { newGone } from '../graph/gone.ts';
import type { Asked } from '../sockets/port.ts';
import { SingleFlight } from './single-flight.ts';

interface Answered {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

/** GraphQL over HTTP: @apollo/server says what is right, this gives it what was asked and sends what it answers. */
export function answerHttp(o: {
  readonly server: ApolloServer<GatewayContext>;
  readonly documents: Documents;
  /** Whether equal queries of one asker are answered together. */
  readonly singleFlight: boolean;
  readonly contextOf: (request: express.Request, gone: AbortSignal) => Promise<GatewayContext>;
}): express.RequestHandler {
  const flights = new SingleFlight<Answered>();
  const ask = async (request: express.Request, body: unknown, context: () => Promise<GatewayContext>): Promise<Answered> => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, [value].flat().join(', '));
    const httpGraphQLRequest = {
      method: request.method.toUpperCase(),
      headers,
      search: searchOf(request, body),
      body: request.method === 'POST' ? body : undefined,
    };
    const answer = await o.server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
    return { status: answer.status ?? 200, headers: answer.headers, body: Buffer.from(await textOf(answer)) };
  };
  return async (request, response) => {
    const body = o.documents.named(request.method === 'POST' ? request.body : request.query);
    if (body instanceof GraphQLError) return void response.status(400).json({ errors: [body] });
    const gone = newGone();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const context = (): Promise<GatewayContext> => o.contextOf(request, gone.signal);
    const key = o.singleFlight ? await keyOf(request, body, o.documents, context) : null;
    // what many wait for is not taken back when one of them leaves
    const answer =
      key === null
        ? await ask(request, body, context)
        : await flights.answer(key, () => ask(request, body, () => o.contextOf(request, newGone().signal)));
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': answer.body.length }).end(answer.body);
  };
}

/** What makes two questions one: what is asked, and everything about whoever asks that reaches a subgraph. Null: it is answered alone. */
async function keyOf(
  request: express.Request,
  body: unknown,
  documents: Documents,
  context: () => Promise<GatewayContext>,
): Promise<string | null> {
  if (request.method !== 'POST' || typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const operation = documents.prepare(body as Asked);
  if (!('kind' in operation) || operation.kind !== 'query') return null;
  const asker = await context().catch(() => null);
  if (!asker?.identity) return null;
  const { query, variables, operationName, extensions } = body as Asked;
  return JSON.stringify([
    query,
    variables,
    operationName,
    extensions,
    scopeOf(asker.identity),
    asker.language,
    request.headers.accept,
    request.headers['content-type'],
  ]);
}

/** Everything that a subgraph reads off a token. */
const scopeOf = ({ account, agentId, role }: Identity): readonly string[] => [account, agentId, role];

/** Of a GET, with the text of the document that it names. */
function searchOf(request: express.Request, body: unknown): string {
  if (request.method === 'POST' || body === request.query) return new URL(request.originalUrl, 'http://gateway').search;
  const named = Object.entries(body as Record<string, unknown>).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return `?${new URLSearchParams(named).toString()}`;
}

async function textOf({ body }: HTTPGraphQLResponse): Promise<string> {
  if (body.kind === 'complete') return body.string;
  let text = '';
  for await (const chunk of body.asyncIterator) text += chunk;
  return text;
}
