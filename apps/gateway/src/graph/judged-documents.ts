import type { ApolloServerOptions, ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { sayError } from '@cordboard/platform-subgraph';
import { parse, type DocumentNode, type GraphQLError } from 'graphql';
import type { GatewayContext } from './federation.ts';
import type { Documents } from './documents.ts';

/** Stands in for a document that is refused: @apollo/server neither parses nor validates what it is given from its store. */
const REFUSED = parse('{ __typename }');

/**
 * Makes @apollo/server take its documents from ours, so that one that comes over HTTP is read, limited, validated and refused by the same
 * code as one that comes over a socket. Its own parser and rules are never reached.
 */
export function judgedDocuments(documents: Documents): Required<Pick<ApolloServerOptions<GatewayContext>, 'documentStore'>> & {
  readonly plugin: ApolloServerPlugin<GatewayContext>;
} {
  /** By hash: what was judged for requests that have not yet asked the store, and how many those are. */
  const judged = new Map<string, { readonly document: DocumentNode; waiting: number }>();
  const refusals = new WeakMap<GraphQLRequestContext<GatewayContext>, readonly GraphQLError[]>();
  const plugin: ApolloServerPlugin<GatewayContext> = {
    requestDidStart: async (request) => ({
      didResolveSource: async ({ source, queryHash, contextValue }) => {
        const read = documents.read(source, contextValue.identity?.account ?? null);
        const isRead = 'kind' in read;
        if (!isRead) refusals.set(request, read);
        const waiting = judged.get(queryHash)?.waiting ?? 0;
        judged.set(queryHash, { document: isRead ? read : REFUSED, waiting: waiting + 1 });
      },
      didResolveOperation: async () => {
        const [first] = refusals.get(request) ?? [];
        if (first) throw first;
      },
      willSendResponse: async ({ response }) => {
        const errors = refusals.get(request);
        if (!errors) return;
        response.body = { kind: 'single', singleResult: { errors: errors.map((error) => sayError(error.toJSON(), error)) } };
        response.http.status = 400;
      },
    }),
  };
  const documentStore = {
    get: async (key: string) => {
      const hash = key.slice(key.lastIndexOf(':') + 1);
      const found = judged.get(hash);
      if (found && (found.waiting -= 1) === 0) judged.delete(hash);
      return found?.document;
    },
    set: async () => undefined,
    delete: async () => undefined,
  };
  return { plugin, documentStore };
}
