import { answerRaw } from '@cordboard/platform-process';
import type { Identity } from '@cordboard/platform-subgraph';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Connection, type Company } from './connection.ts';
import { targetOf } from '../http/target.ts';
import { Door } from './door.ts';
import { USUAL_SETTINGS, type SocketSettings } from './settings.ts';
import { takeUpgrades } from './upgrades.ts';

/** Sockets are pinged in so many groups, one after the other: never all of them at once. */
const GROUPS = 10;

export interface Sockets {
  /** How many are open. */
  readonly size: number;
  /** Ends those of whom this is true, with 4403 and a reason. */
  forbid(whom: (identity: Identity) => boolean, reason: string): void;
  /** Nobody comes in any more, and everybody is told to come back elsewhere, not all at once. Resolves when all have left. */
  close(): Promise<void>;
}

/** Agent apps' sockets on the path of queries, sub-protocol graphql-transport-ws. */
export function serveSockets(
  o: Omit<Company, 'admit' | 'left'> & { readonly http: Server; readonly path: string; readonly settings?: Partial<SocketSettings> },
): Sockets {
  const settings = { ...USUAL_SETTINGS, ...o.settings };
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    maxPayload: settings.mostPayload,
    perMessageDeflate: false, // a compressed connection weighs fifteen times as much, and frames could not be shared
  });
  server.on('wsClientError', ({ message }, raw) => answerRaw(raw, 400, { message, headers: { 'Sec-WebSocket-Version': '13, 8' } }));
  const door = new Door(settings);
  const open = new Set<Connection>();
  const groups = Array.from({ length: GROUPS }, () => new Set<Connection>());
  const perAgent = new Map<string, number>();
  const nameOf = ({ account, agentId }: Identity): string => `${account} ${agentId}`;
  const company: Company = {
    begin: o.begin,
    identify: (authorization) => o.identify(authorization),
    opened: (device, socket) => o.opened(device, socket),
    closed: (device, socket, clean) => o.closed(device, socket, clean),
    admit: (identity) => {
      const count = (perAgent.get(nameOf(identity)) ?? 0) + 1;
      perAgent.set(nameOf(identity), count); // one who is turned away leaves too
      return count <= settings.mostOfAgent;
    },
    left: (identity) => {
      const count = (perAgent.get(nameOf(identity)) ?? 1) - 1;
      if (count > 0) perAgent.set(nameOf(identity), count);
      else perAgent.delete(nameOf(identity));
    },
  };

  const upgrade = (request: IncomingMessage, raw: Duplex, head: Buffer): void => {
    if (targetOf(request.url).path !== o.path) return answerRaw(raw, 404);
    const refusal = door.refuses(request, open.size);
    if (refusal)
      return answerRaw(raw, refusal.status, refusal.retryAfter ? { headers: { 'Retry-After': String(refusal.retryAfter) } } : {});
    server.handleUpgrade(request, raw, head, (ws) => {
      ws.on('error', () => undefined); // frames of no protocol: `ws` closes it, whether it was taken or not
      if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) return ws.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      const connection = new Connection(ws, raw, request, company, settings);
      const group = groups[(next += 1) % GROUPS];
      open.add(connection);
      group?.add(connection);
      ws.on('close', () => {
        open.delete(connection);
        group?.delete(connection);
      });
    });
  };
  let next = 0;
  let turn = 0;
  const pings = setInterval(() => {
    const group = [...(groups[(turn += 1) % GROUPS] ?? [])];
    for (const connection of group) connection.ping();
    setTimeout(() => {
      for (const connection of group) if (!connection.isAlive) connection.terminate();
    }, settings.pongMs).unref();
  }, settings.pingMs / GROUPS);
  const stopUpgrades = takeUpgrades(o.http, upgrade);

  return {
    get size() {
      return open.size;
    },
    forbid: (whom, reason) => {
      for (const connection of open) if (connection.identity && whom(connection.identity)) connection.close(reason);
    },
    close: async () => {
      door.isShut = true;
      clearInterval(pings);
      for (const connection of open) connection.goAway(Math.random() * settings.drainMs);
      const end = performance.now() + settings.drainMs + settings.answerMs + 1_000;
      while (open.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const connection of open) connection.terminate();
      stopUpgrades();
      server.close();
    },
  };
}
