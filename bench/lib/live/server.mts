/**
 * One lane: a server that tells every client the same, in one of several ways. `node … server.mts <lane>`; told over IPC what to do, and
 * tells its CPU time and memory.
 */
import { serveSockets, type Begin } from '@cordboard/gateway/sockets';
import { following } from './following.mts';
import { GroupsOfLane } from './groups.mts';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const [lane = 'ours'] = process.argv.slice(2);
const http = createServer((_, answer) => answer.end());
const { tell, subscriptions } = lanes(lane)(http);
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));

process.on('message', (order: { say?: number; measure?: true; subscriptions?: true; end?: true }) => {
  if (order.say) for (let n = 0; n < order.say; n += 1) tell();
  if (order.measure) process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
  if (order.subscriptions) process.send?.({ subscriptions: subscriptions() });
  if (order.end) process.exit(0);
});

/** How a lane sends an event to all of its clients, and how many of them have subscribed. */
interface Served {
  readonly tell: () => void;
  readonly subscriptions: () => number;
}

/** An event as presence says it: some 280 bytes for a client. */
function event(n: number) {
  const presence = {
    status: 'AVAILABLE',
    availability: 'IN_CALL',
    reason: null,
    since: '2026-01-05T10:00:00.000Z',
    version: n,
    statusUntil: null,
    wrapUp: null,
  };
  return {
    __typename: 'PresenceChanged',
    agent: { __typename: 'Agent', id: `agent-${n % 100}`, presence },
    cursor: `WyIyMDI2LTAxLTA1VDEwOjAwOjAwWiIs${n}XQ`,
  };
}

function lanes(name: string): (http: Server) => Served {
  let n = 0;
  const known: Record<string, (http: Server) => Served> = {
    /** Our own layer: executed once, written once, one frame for all. */
    ours: (server) => {
      const groups = new GroupsOfLane();
      const begin: Begin = groups.begin;
      serveSockets({
        http: server,
        path: '/graphql',
        begin,
        identify: async () => ({
          agentId: 'a',
          account: 'demo',
          role: 'AGENT',
          issuedAt: null,
          expiresAt: Date.now() + 3_600_000,
          token: '',
        }),
        opened: async () => true,
        closed: async () => undefined,
        settings: { initMs: 60_000, most: 20_000, mostOfAgent: 20_000, handshakes: 100_000 },
      });
      return { tell: () => groups.say(event((n += 1))), subscriptions: () => groups.subscriptions };
    },
    /** graphql-ws as it comes: one execution a client. */
    stock: (server) => {
      const listeners = new Set<(value: unknown) => void>();
      const typeDefs = `type Presence { status: String! availability: String! reason: String since: String! version: Int! } type Agent { id: ID! presence: Presence! }
        type PresenceChanged { agent: Agent! cursor: String! } union Update = PresenceChanged type Query { a: Int } type Subscription { presence: Update! }`;
      const schema = makeExecutableSchema({
        typeDefs,
        resolvers: { Subscription: { presence: { subscribe: () => following(listeners) } } },
      });
      useServer(
        { schema, connectionInitWaitTimeout: 60_000 },
        new WebSocketServer({ server, path: '/graphql', handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL }),
      );
      const tell = (): void => {
        const said = event((n += 1));
        for (const listen of listeners) listen(said);
      };
      return { tell, subscriptions: () => listeners.size };
    },
    /** `ws` alone, told what to send. */
    raw: (server) => {
      const sockets = plainSockets(server);
      const tell = (): void => {
        const text = JSON.stringify({ id: '1', type: 'next', payload: { data: { presence: event((n += 1)) } } });
        for (const socket of sockets) socket.send(text);
      };
      return { tell, subscriptions: () => sockets.size };
    },
    /** The limit in Node: one frame, made by hand, written to every socket. */
    frame: (server) => {
      const sockets = plainSockets(server);
      const tell = (): void => {
        const body = Buffer.from(JSON.stringify({ id: '1', type: 'next', payload: { data: { presence: event((n += 1)) } } }));
        const frame = Buffer.concat([Buffer.from([0x81, 126, body.length >> 8, body.length & 0xff]), body]);
        for (const socket of sockets) (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(frame);
      };
      return { tell, subscriptions: () => sockets.size };
    },
  };
  const made = known[name];
  if (!made) throw new Error(`There is no lane ${name}.`);
  return made;
}

/** Sockets that answer a client's init, and have subscribed with what comes then. */
function plainSockets(server: Server): Set<WebSocket> {
  const open = new Set<WebSocket>();
  new WebSocketServer({ server, path: '/graphql', handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL }).on('connection', (socket) => {
    socket.once('message', () => {
      socket.once('message', () => open.add(socket));
      socket.send('{"type":"connection_ack"}');
    });
    socket.on('close', () => open.delete(socket));
  });
  return open;
}

process.on('disconnect', () => process.exit(0)); // nobody is left to ask
