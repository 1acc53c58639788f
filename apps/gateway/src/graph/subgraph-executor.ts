import type { FederationSubschemaConfig } from '@graphql-tools/federation';
import { GraphQLError, OperationTypeNode, print, type DocumentNode, type ExecutionResult } from 'graphql';
import { Agent, request } from 'node:http';
import type { GatewayContext } from './supergraph.ts';

/** An operation for one subgraph, as the stitched schema asks for it. */
export type ExecutionRequest = Parameters<FederationSubschemaConfig['executor']>[0];
export type Ask = (request: ExecutionRequest) => Promise<ExecutionResult>;

/** A subgraph that does not answer within this, in ms, is away. Longer than a mutation waits for the engine. */
const PATIENCE = 10_000;
const connections = new Agent({ keepAlive: true, maxSockets: 256, scheduling: 'lifo' });
const printed = new WeakMap<DocumentNode, string>();

/**
 * Asks one subgraph over HTTP, with the token of whoever asks us, which the subgraph checks again, and in their language. A question that nobody waits for any
 * more is taken back; a mutation, once sent, is not: it was meant.
 */
export function subgraphExecutor(name: string, url: string): Ask {
  const away = (why: string): ExecutionResult => ({
    data: null,
    errors: [new GraphQLError(`${name} cannot be reached: ${why}.`, { extensions: { code: 'UPSTREAM_UNAVAILABLE' } })],
  });
  return async ({ document, variables, context, operationType }) => {
    const { identity, language, gone } = context as GatewayContext;
    if (!identity)
      return {
        data: null,
        errors: [new GraphQLError('A token is needed: send "Authorization: Bearer <token>".', { extensions: { code: 'UNAUTHENTICATED' } })],
      };
    const query = printed.get(document) ?? print(document);
    printed.set(document, query);
    try {
      const asking = operationType !== OperationTypeNode.MUTATION;
      const body = JSON.stringify({ query, variables });
      const text = await post(url, body, { token: identity.token, language, again: asking, signal: asking ? gone : null });
      return JSON.parse(text) as ExecutionResult;
    } catch (error) {
      return away((error as Error).message);
    }
  };
}

interface Sending {
  readonly token: string;
  readonly language: string;
  /** Where the kept connection turns out to have been closed meanwhile, a new one is tried once: nothing was answered. */
  readonly again: boolean;
  readonly signal: AbortSignal | null;
}

function post(url: string, body: string, o: Sending): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${o.token}`,
      'accept-language': o.language,
      'content-length': Buffer.byteLength(body),
    };
    const asked = { method: 'POST', agent: connections, headers, ...(o.signal && { signal: o.signal }) };
    const sent = request(url, asked, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    const late = setTimeout(() => sent.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)), PATIENCE);
    sent.on('close', () => clearTimeout(late));
    sent.on('error', (error: NodeJS.ErrnoException) =>
      o.again && sent.reusedSocket && error.code === 'ECONNRESET' ? resolve(post(url, body, { ...o, again: false })) : reject(error),
    );
    sent.end(body);
  });
}
