import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { Identity, Language } from '@cordboard/platform-subgraph';
import { evaluateEvents, type Events } from './event-subgraph.ts';
import { subgraphExecutor, type ExecutionRequest } from './subgraph-executor.ts';

/** What the gateway knows of whoever asks. Null: nobody has said; enough for asking what the graph looks like. */
export interface GatewayContext {
  readonly identity: Identity | null;
  /** What texts for people are to be written in: subgraphs are asked for it, and live events are told in it. */
  readonly language: Language;
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/**
 * The whole graph as one executable schema: queries and mutations go to the subgraphs over HTTP with the asker's own token;
 * subscriptions begin with our own feeds and are completed from the subgraphs.
 * @param urls each subgraph's `/graphql`, by lower-case name
 */
export function composeGraph(supergraphSdl: string, urls: Readonly<Record<string, string>>, events: Events): GraphQLSchema {
  return getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    onSubschemaConfig: (subschema) => {
      const name = subschema.name.toLowerCase();
      const ask = subgraphExecutor(name, urls[name] ?? subschema.endpoint);
      const listen = evaluateEvents(subschema.schema, events, ask);
      subschema.executor = ((request: ExecutionRequest) =>
        request.operationType === OperationTypeNode.SUBSCRIPTION ? listen(request) : ask(request)) as typeof subschema.executor;
    },
  });
}
