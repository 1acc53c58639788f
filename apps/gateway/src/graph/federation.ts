import { Federation, type Operation } from '@cordboard/platform-federation';
import { DateTime, PhoneNumber } from '@cordboard/platform-subgraph';
import { isScalarType } from 'graphql';
import eventsSdl from '../events.graphql';
import supergraphSdl from '../supergraph.graphql';
import type { GatewayContext, Subgraphs } from './subgraphs.ts';

export type Graph = Federation<GatewayContext>;
export type { GatewayContext, Operation };

/** The whole graph: questions go to the subgraphs with the asker's own token; subscriptions begin with events. */
export function graphOver(subgraphs: Pick<Subgraphs, 'ask'>): Graph {
  const graph = new Federation<GatewayContext>({ supergraphSdl, eventsSdl, ask: subgraphs.ask });
  // values are judged where the client's own names are known: a subgraph is given variables in the places of literals
  for (const { name, parseValue, parseLiteral } of [DateTime, PhoneNumber]) {
    const scalar = graph.schema.getType(name);
    if (isScalarType(scalar)) Object.assign(scalar, { parseValue, parseLiteral });
  }
  return graph;
}
