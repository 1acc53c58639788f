import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import { answerErrors, languageOf, requestRead, sayError, type Identity } from '@cordboard/platform-subgraph';
import type express from 'express';
import { GraphQLError } from 'graphql';
import type { Documents } from '../graph/documents.ts';
import type { GatewayContext } from '../graph/federation.ts';
import { newGone } from '../graph/gone.ts';
import type { Asked } from '../sockets/port.ts';
import { clientErrorOf, namingError, type ClientError } from './client-errors.ts';
import { parametersOf, searchOf, type Parameters } from './parameters.ts';
import { SingleFlight } from './single-flight.ts';
import { targetOf } from './target.ts';

interface Answered {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string;
}

/**
 * GraphQL over HTTP, behind `graphqlBody`: what is wrong with the document or the operation is answered here, as over a socket; @apollo/server
 * judges the rest of the request and executes.
 */
export function answerHttp(o: {
  readonly server: ApolloServer<GatewayContext>;
  readonly documents: Documents;
  /** Whether equal queries of one asker are answered together. */
  readonly singleFlight: boolean;
}): express.RequestHandler {
  const flights = new SingleFlight<Answered>();
  const ask = async (request: express.Request, asked: Parameters | null, context: GatewayContext): Promise<Answered> => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, [value].flat().join(', '));
    const isPost = request.method === 'POST';
    const httpGraphQLRequest = {
      method: isPost ? 'POST' : 'GET', // a HEAD is answered as the GET would be
      headers,
      search: asked && !isPost ? searchOf(asked) : targetOf(request.originalUrl).search,
      body: isPost ? (asked ?? (request.body as unknown)) : undefined,
    };
    const answer = await o.server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context });
    return { status: answer.status ?? 200, headers: answer.headers, body: await textOf(answer) };
  };
  return async (request, response) => {
    const { identity, bytes } = requestRead(request);
    const refuse = ({ status, errors }: ClientError): void => {
      response.set('cache-control', 'no-store');
      answerErrors(
        request,
        response,
        status,
        errors.map((error) => sayError(error.toJSON(), error)),
      );
    };
    const sent = parametersOf(request);
    if (sent instanceof GraphQLError) return refuse({ status: 400, errors: [sent] });
    const asked = sent && o.documents.named(sent, identity?.account ?? null);
    if (asked instanceof GraphQLError) return refuse(namingError(asked));
    const gone = newGone();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const error = asked && (await clientErrorOf(request, asked, o.documents, { bytes, account: identity?.account ?? null }));
    if (error) return refuse(error);
    if (sent && identity) o.documents.keep(sent, identity.account);
    const context = (signal: AbortSignal): GatewayContext => ({
      identity,
      language: languageOf(request.headers['accept-language']),
      gone: signal,
    });
    const key = o.singleFlight && asked ? await keyOf(request, asked, o.documents, context(gone.signal)) : null;
    // what many wait for is not taken back when one of them leaves
    const answer =
      key === null
        ? await ask(request, asked, context(gone.signal))
        : await flights.answer(key, () => ask(request, asked, context(newGone().signal)));
    const headers = { ...Object.fromEntries(answer.headers), 'content-length': Buffer.byteLength(answer.body) };
    response.writeHead(answer.status, headers).end(answer.body); // a text goes out in one piece with its head
  };
}

/** What makes two questions one: what is asked, and everything about whoever asks that reaches a subgraph. Null: it is answered alone. */
async function keyOf(
  request: express.Request,
  asked: Parameters,
  documents: Documents,
  { identity, language }: GatewayContext,
): Promise<string | null> {
  if (request.method !== 'POST' || !identity) return null;
  const operation = await documents.prepare(asked as unknown as Asked, identity.account);
  if (!('kind' in operation) || operation.kind !== 'query') return null;
  const { query, variables, operationName, extensions } = asked;
  return JSON.stringify([
    query,
    variables,
    operationName,
    extensions,
    scopeOf(identity),
    language,
    request.headers.accept,
    request.headers['content-type'],
  ]);
}

/** Everything that a subgraph reads off a token. */
const scopeOf = ({ account, agentId, role }: Identity): readonly string[] => [account, agentId, role];

async function textOf({ body }: HTTPGraphQLResponse): Promise<string> {
  if (body.kind === 'complete') return body.string;
  let text = '';
  for await (const chunk of body.asyncIterator) text += chunk;
  return text;
}
