import { log, newId } from '@cordboard/platform-process';
import { languageOf, TOKEN_EXPIRED, type Identities, type Identity, type Language } from '@cordboard/platform-subgraph';
import { getOperationAST, GraphQLError, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { newGone } from '../graph/gone.ts';
import { hasNul, NUL_REFUSED, operationLimits, whyNoSubscription } from '../graph/limits.ts';
import type { GatewayContext } from '../graph/supergraph.ts';
import type { Closable, Device, Devices } from './devices.ts';

/** Server pings, in ms: browsers answer them even in hidden tabs. A socket that does not answer the last one is lost. */
const PING_EVERY = 10_000;
/** The most that a document may consist of, in tokens: validating it must never hold others up. */
export const MOST_TOKENS = 2_000;

/** What is kept of a socket while it is open. */
type Socket = Extra & {
  identity?: Identity;
  /** What its agent wants to be told things in. */
  language?: Language;
  held?: { readonly device: Device; readonly socket: Closable };
  expiry?: NodeJS.Timeout;
  /** Aborted when the socket is. */
  gone?: AbortController;
};

/** What the app says, or else its browser, which gives a WebSocket no header of the app's choosing. */
const languageAsked = ({ acceptLanguage }: { acceptLanguage?: unknown } = {}, { headers }: IncomingMessage): string | undefined =>
  typeof acceptLanguage === 'string' ? acceptLanguage : headers['accept-language'];

/** Agent apps' sockets on the path of queries, sub-protocol graphql-transport-ws: who they are, how long, and what they ask. */
export function serveSockets(o: { http: Server; path: string; schema: GraphQLSchema; identities: Identities; devices: Devices }): {
  close(): Promise<void>;
} {
  const sockets = new WebSocketServer({
    server: o.http,
    path: o.path,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    maxPayload: 64 * 1_024,
    perMessageDeflate: false,
  });

  /** 4403, and why: apps tell a token that has to be renewed from an agent who is not there. */
  const forbid = ({ socket }: Socket, why: string): false => {
    socket.close(CloseCode.Forbidden, why);
    return false;
  };
  const isWho = async (socket: Socket, payload: unknown): Promise<Identity | false> => {
    const { authorization } = (payload ?? {}) as { authorization?: unknown };
    const identity = await o.identities.of(typeof authorization === 'string' ? authorization : undefined).catch((error: Error) => error);
    if (identity instanceof Error) return forbid(socket, identity.message === TOKEN_EXPIRED ? 'token expired' : 'token not valid');
    const before = socket.identity;
    if (before && (before.agentId !== identity.agentId || before.account !== identity.account))
      return forbid(socket, 'token of another agent');
    socket.identity = identity;
    clearTimeout(socket.expiry);
    // setTimeout cannot wait longer than 2^31 ms: a token that lives longer is looked at again then
    socket.expiry = setTimeout(() => forbid(socket, 'token expired'), Math.min(identity.expiresAt - Date.now(), 2 ** 31 - 1));
    return identity;
  };

  const server = useServer<
    { authorization?: string; deviceId?: string; acceptLanguage?: string },
    Omit<Socket, keyof Extra> & Record<PropertyKey, unknown>
  >(
    {
      schema: o.schema,
      context: ({ extra }): GatewayContext => ({
        identity: extra.identity ?? null,
        language: extra.language ?? languageOf(undefined),
        gone: (extra.gone ??= newGone()).signal,
      }),
      onConnect: async ({ extra, connectionParams }) => {
        const identity = await isWho(extra, connectionParams);
        if (!identity) return false;
        extra.language = languageOf(languageAsked(connectionParams, extra.request));
        const named = connectionParams?.deviceId;
        const device = {
          account: identity.account,
          agentId: identity.agentId,
          deviceId: typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : newId(),
        };
        extra.held = { device, socket: { close: (why) => forbid(extra, why) } };
        return (await o.devices.opened(device, extra.held.socket)) || forbid(extra, 'unknown agent');
      },
      // a ping may carry a newer token: the socket lives on
      onPing: async ({ extra }, payload) => {
        if (typeof (payload as { authorization?: unknown } | undefined)?.authorization === 'string') await isWho(extra, payload);
      },
      onSubscribe: (_, __, { query, operationName, variables }) => {
        // errors are answered for this operation alone; the stock way would close the socket for all of them
        try {
          if (hasNul([query, variables])) return [NUL_REFUSED];
          const document = parse(query, { maxTokens: MOST_TOKENS });
          const operation = getOperationAST(document, operationName);
          const hindrance = operation && whyNoSubscription(operation);
          if (hindrance) return [hindrance];
          const errors = validate(o.schema, document, [...specifiedRules, operationLimits]);
          return errors.length > 0 ? errors : { schema: o.schema, document, operationName, variableValues: variables };
        } catch (error) {
          return [
            error instanceof GraphQLError
              ? error
              : new GraphQLError('The document cannot be read.', { extensions: { code: 'BAD_USER_INPUT' } }),
          ];
        }
      },
      onClose: async ({ extra }, code) => {
        clearTimeout(extra.expiry);
        extra.gone?.abort();
        if (extra.held) await o.devices.closed(extra.held.device, extra.held.socket, code !== undefined && code !== 1006);
      },
      onError: (_, __, ___, errors) => {
        for (const error of errors) if (error.extensions['code'] === undefined) log.warn({ err: error }, 'a subscription met an error');
      },
    },
    sockets,
    PING_EVERY,
  );
  return {
    close: async () => {
      await server.dispose();
      sockets.close();
    },
  };
}
