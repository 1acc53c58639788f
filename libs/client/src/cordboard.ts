import { pauseBefore } from './closing.ts';
import { CallsDocument, OffersDocument, PresenceDocument, type TypedDocumentString } from './generated/graphql.ts';
import { nothing, withCall, withOffer, withoutOffers, withPresence, type Picture } from './picture.ts';
import { openSocket, type SocketOptions, type TokenSource } from './socket.ts';

export interface CordboardOptions extends Pick<SocketOptions, 'webSocket' | 'deviceId'> {
  /** `https://…/graphql`. */
  readonly url: string;
  /** Where the sockets are; by default the same place. */
  readonly wsUrl?: string;
  readonly token: TokenSource;
  /** Whose presence is followed: of these teams or agents; everybody's where neither is given; nobody's where it is null. */
  readonly watch?: { readonly teamIds?: readonly string[]; readonly agentIds?: readonly string[] } | null;
  /** Hears what was wrong with a subscription: where it may pass, it is begun anew by itself; where it is refused, it stays closed. */
  readonly onError?: (error: unknown) => void;
  readonly fetch?: typeof fetch;
}

/** An answer of the graph that is an error. Its `code` is the graph's: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, UPSTREAM_UNAVAILABLE … */
export class GraphError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly extensions: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

/** What goes on, live, and what one may ask. */
export interface Cordboard {
  /** The picture as it is now; the same object until something changes. */
  getSnapshot(): Picture;
  /** Calls back after every change (React: `useSyncExternalStore(cordboard.subscribe, cordboard.getSnapshot)`). @returns what ends that */
  subscribe(listener: () => void): () => void;
  /** A query or mutation. @throws GraphError for the first error of the answer; TypeError where there was none */
  request<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Data>;
  /** Says goodbye: the agent is no longer on this device. */
  close(): Promise<void>;
}

/** Opens a socket with the three subscriptions and folds what they tell into one picture, across lost sockets and gateways. */
export function createCordboard(o: CordboardOptions): Cordboard {
  let picture = nothing;
  const listeners = new Set<() => void>();
  const show = (next: Picture): void => {
    if (next === picture) return;
    picture = next;
    for (const listener of listeners) listener();
  };
  const socket = openSocket({
    ...o,
    wsUrl: o.wsUrl ?? o.url.replace(/^http/, 'ws'),
    opened: () => show({ ...withoutOffers(picture), connection: 'open' }),
    lost: ({ signedOut }) => show({ ...picture, connection: signedOut ? 'signedOut' : 'connecting' }),
  });
  let isClosed = false;
  /** The variables are read again whenever the subscription is sent anew: it goes on where it was. */
  const follow = <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    tell: (data: Data) => void,
    also: { readonly anew?: () => void; readonly failed?: number } = {},
  ): void => {
    let times = also.failed ?? 0;
    const again = (): void => {
      const anew = (): void => {
        if (isClosed || picture.connection === 'signedOut') return;
        also.anew?.();
        follow(document, variables, tell, { ...also, failed: times + 1 });
      };
      setTimeout(anew, pauseBefore(times, Math.random()));
    };
    const sink = {
      next: ({ data, errors }: { data?: Data | null; errors?: unknown }) => {
        times = 0;
        if (data) tell(data);
        else o.onError?.(errors);
      },
      error: (error: unknown) => {
        o.onError?.(error);
        if (mayPass(error)) again();
      },
      complete: () => {
        if (!isClosed) again();
      },
    };
    socket.subscribe<Data>({ query: document.toString(), variables }, sink as never);
  };
  if (o.watch !== null) {
    const of: { teamIds: readonly string[] | null; agentIds: readonly string[] | null; after: string | null } = {
      teamIds: o.watch?.teamIds ?? null,
      agentIds: o.watch?.agentIds ?? null,
      after: null,
    };
    follow(PresenceDocument, of, ({ presence }) => {
      of.after = presence.cursor;
      show(withPresence(picture, presence));
    });
  }
  follow(OffersDocument, {}, ({ offers }) => show(withOffer(picture, offers)), { anew: () => show(withoutOffers(picture)) });
  const since: { after: string | null } = { after: null };
  follow(CallsDocument, since, ({ calls }) => {
    since.after = calls.cursor;
    show(withCall(picture, calls));
  });

  const post = async (body: string, another: boolean): Promise<Response> =>
    (o.fetch ?? fetch)(o.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        authorization: `Bearer ${await o.token({ another })}`,
      },
      body,
    });
  return {
    getSnapshot: () => picture,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    request: async <Data>(document: TypedDocumentString<Data, never>, variables?: unknown) => {
      const body = JSON.stringify({ query: document.toString(), variables });
      const first = await post(body, false);
      const response = first.status === 401 ? await post(body, true) : first;
      const { data, errors } = (await response.json()) as Answer<Data>;
      const [error] = errors ?? [];
      if (error) throw new GraphError(error.message, String(error.extensions?.['code']), error.extensions ?? {});
      if (!data) throw new TypeError(`the gateway answered ${response.status} without data`);
      return data;
    },
    close: async () => {
      isClosed = true;
      await socket.dispose();
    },
  };
}

/** Whether a subscription that failed so may work a moment later: something behind the gateway is away. */
const mayPass = (error: unknown): boolean =>
  Array.isArray(error) &&
  error.some(({ extensions }: { extensions?: { code?: string } }) =>
    ['UPSTREAM_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED'].includes(extensions?.code ?? ''),
  );

interface Answer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}
