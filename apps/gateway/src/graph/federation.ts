import { Federation, PlannerPool, type AccountCacheLimits, type Operation, type Planner } from '@cordboard/platform-federation';
import { DateTime, PhoneNumber } from '@cordboard/platform-subgraph';
import { isScalarType } from 'graphql';
import eventsSdl from '../events.graphql';
import supergraphSdl from '../supergraph.graphql';
import type { GatewayContext, Subgraphs } from './subgraphs.ts';

export type Graph = Federation<GatewayContext>;
export type { GatewayContext, Operation };

/** The processes that plan over this graph: ready before the gateway is. @throws Error where they cannot start */
export const startPlanner = (): Promise<PlannerPool> => PlannerPool.start(supergraphSdl);

/**
 * The whole graph: questions go to the subgraphs with the asker's own token; subscriptions begin with events.
 * @param planner without one, plans are made in this process: for tests and benches
 * @param remembered how much text of operations and of answers about the schema is kept, where that is not the default
 */
export function graphOver(subgraphs: Pick<Subgraphs, 'ask'>, planner?: Planner, remembered?: AccountCacheLimits): Graph {
  const graph = new Federation<GatewayContext>({
    supergraphSdl,
    eventsSdl,
    ask: subgraphs.ask,
    ...(planner && { planner }),
    ...(remembered && { remembered }),
  });
  // values are judged where the client's own names are known: a subgraph is given variables in the places of literals
  for (const { name, parseValue, parseLiteral } of [DateTime, PhoneNumber]) {
    const scalar = graph.schema.getType(name);
    if (isScalarType(scalar)) Object.assign(scalar, { parseValue, parseLiteral });
  }
  return graph;
}
