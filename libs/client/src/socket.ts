import { createClient, type Client } from 'graphql-ws';
import { afterClosing, endOf, pauseBefore, renewIn } from './closing.ts';

/** Gives a token: the one at hand, or, where that one is not taken any more or about to end, another. */
export type TokenSource = (o: { readonly another: boolean }) => string | Promise<string>;

export interface SocketOptions {
  /** `ws://…/graphql` or `wss://…/graphql`. */
  readonly wsUrl: string;
  readonly token: TokenSource;
  /** The WebSocket to use: `ws` on a Node that has none of its own. */
  readonly webSocket?: unknown;
  /** A name for this device that stays the same when it comes back: letters, digits, `_` and `-`, 64 at most. */
  readonly deviceId?: string;
  /** A new socket is open; subscriptions are sent anew over it. */
  readonly opened: () => void;
  /** The socket is lost and another is on its way, or, if `signedOut`, none. */
  readonly lost: (o: { readonly signedOut: boolean }) => void;
}

interface PlainSocket {
  send(text: string): void;
}
interface Closed {
  readonly code: number;
  readonly reason: string;
}
/** The longest that a timer waits. */
const LONGEST = 2 ** 31 - 1;

/**
 * A graphql-ws client as the gateway wants it: comes back for ever, with full jitter; shows another token where one is not taken any more, and
 * in band, on the open socket, before one ends.
 */
export function openSocket(o: SocketOptions): Client {
  let token: string | undefined;
  let refused: string | undefined;
  let isOver = false;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  const another = async (): Promise<string> => {
    token = await o.token({ another: token !== undefined && token === refused });
    if (token === refused) throw new SignedOut();
    return token;
  };
  const renewOn = (socket: PlainSocket): void => {
    clearTimeout(renewal);
    const endsAt = token === undefined ? null : endOf(token);
    if (endsAt === null) return;
    const renew = async (): Promise<void> => {
      const next = await o.token({ another: true });
      if (next === token) return; // there is none yet: the socket will be closed, and another opened
      token = next;
      socket.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${next}` } }));
      renewOn(socket);
    };
    renewal = setTimeout(() => void renew().catch(() => undefined), Math.min(LONGEST, renewIn(endsAt, Date.now())));
  };

  return createClient({
    url: o.wsUrl,
    ...(o.webSocket === undefined ? {} : { webSocketImpl: o.webSocket }),
    lazy: false,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (failed) => new Promise((resolve) => setTimeout(resolve, pauseBefore(failed, Math.random()))),
    connectionParams: async () => ({
      authorization: `Bearer ${await another()}`,
      ...(o.deviceId === undefined ? {} : { deviceId: o.deviceId }),
    }),
    shouldRetry: (event) => !isOver && !(event instanceof SignedOut),
    onNonLazyError: () => undefined,
    on: {
      connected: (socket) => {
        refused = undefined;
        renewOn(socket as PlainSocket);
        o.opened();
      },
      closed: (event) => {
        clearTimeout(renewal);
        const then = isClosed(event) ? afterClosing(event) : 'again';
        if (then === 'newToken') refused = token;
        isOver = then === 'stop';
        o.lost({ signedOut: isOver });
      },
      error: (error) => {
        if (error instanceof SignedOut) o.lost({ signedOut: true });
      },
    },
  });
}

/** The token is not taken, and there is no other. */
class SignedOut extends Error {}

const isClosed = (event: unknown): event is Closed => typeof (event as Partial<Closed>).code === 'number';
