/**
 * The events of our graph as a service of its own, for gateways that know no events: it subscribes to ours once, and tells whoever asks it over a
 * WebSocket. `node events.mts '<{ wsUrl, token }>'`; tells its port over IPC.
 */
import { eventsSdl } from '@cordboard/gateway/sockets';
import { subgraphSchema } from '@cordboard/platform-subgraph';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { following } from '../live/following.mts';

const { wsUrl, token } = JSON.parse(process.argv[2] ?? '{}') as { wsUrl: string; token: string };
const listeners = new Set<(event: unknown) => void>();

const client = createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
client.subscribe<{ presence: { __typename: string } }>(
  {
    query:
      'subscription { presence { __typename ... on PresenceChanged { cursor agent { __typename id presence { __typename status availability reason since version statusUntil } } } } }',
  },
  {
    next: ({ data }) => {
      if (data?.presence.__typename === 'PresenceChanged') for (const listen of listeners) listen(data.presence);
    },
    error: console.error,
    complete: () => undefined,
  },
);

const http = createServer((_, response) => response.end());
useServer(
  { schema: subgraphSchema(eventsSdl, { Subscription: { presence: { subscribe: () => following(listeners) } } }) },
  new WebSocketServer({ server: http, path: '/graphql' }),
);
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0)); // nobody is left to ask
