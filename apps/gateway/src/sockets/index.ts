/** What a benchmark runs of the gateway on its own. */
export { readFollows } from '../live/follows.ts';
export { Groups } from '../live/groups.ts';
export { Followed, type Topic } from '../live/topic.ts';
export type { Begin } from './port.ts';
export { serveSockets } from './serve.ts';
export { default as eventsSdl } from '../events.graphql';
export { default as supergraphSdl } from '../supergraph.graphql';
