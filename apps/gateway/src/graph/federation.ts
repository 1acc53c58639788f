import { Federation, type Operation } from '@cordboard/platform-federation';
import eventsSdl from '../events.graphql';
import supergraphSdl from '../supergraph.graphql';
import type { GatewayContext, Subgraphs } from './subgraphs.ts';

export type Graph = Federation<GatewayContext>;
export type { GatewayContext, Operation };

/** The whole graph: questions go to the subgraphs with the asker's own token; subscriptions begin with events. */
export const graphOver = (subgraphs: Pick<Subgraphs, 'ask'>): Graph =>
  new Federation<GatewayContext>({ supergraphSdl, eventsSdl, ask: subgraphs.ask });
