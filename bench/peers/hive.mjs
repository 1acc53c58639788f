// @ts-check
/**
 * Hive's gateway over our supergraph: `node hive.mjs '<{ supergraph, urls, rust?, dedup?, eventsUrl? }>'`. Tells its port over IPC.
 * The virtual subgraph of events is never asked for queries and mutations, and has an address, `eventsUrl`, only where somebody subscribes.
 */
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { createServer } from 'node:http';

const { supergraph, urls, rust = false, dedup = false, eventsUrl } = JSON.parse(process.argv[2] ?? '{}');
const gateway = createGatewayRuntime({
  supergraph,
  ...(rust ? { unifiedGraphHandler: (await import('@graphql-hive/router-runtime')).unifiedGraphHandler } : {}),
  transportEntries: {
    ...Object.fromEntries(Object.entries(urls).map(([name, location]) => [name, { location }])),
    ...(eventsUrl
      ? { events: { location: eventsUrl, options: { subscriptions: { kind: 'ws', location: eventsUrl.replace('http', 'ws') } } } }
      : {}),
  },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
  },
  inboundInflightRequestDeduplication: dedup,
  landingPage: false,
  graphiql: false,
  logging: 'error',
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }));
process.on('disconnect', () => process.exit(0));
