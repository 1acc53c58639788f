import type { Identity, Language } from '@cordboard/platform-subgraph';
import type { Ask, Question } from '@cordboard/platform-federation';
import { GraphQLError } from 'graphql';
import { setTimeout } from 'node:timers/promises';
import { Pool, type Dispatcher } from 'undici';

/** What the gateway knows of whoever asks. */
export interface GatewayContext {
  /** Null: nobody has said; enough for asking what the graph looks like. */
  readonly identity: Identity | null;
  /** What texts for people are to be written in: subgraphs are asked for it, and live events are told in it. */
  readonly language: Language;
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/** A subgraph that does not answer within this, in ms, is away. Longer than a mutation waits for the engine. */
const PATIENCE = 10_000;
/** Connections to one subgraph: what is asked beyond them waits here, and does not heap up there. */
const CONNECTIONS = 64;

/**
 * A kept connection is given up after so long without a request, in ms: sooner than a service that ends closes it (`IDLE_GRACE_MS`), so that
 * no mutation is sent into a connection that closes.
 */
const MAX_IDLE_MS = 400;
/** Before a service that refuses connections is asked again, in ms: a balancer has another one, or it is starting. */
const REFUSED_PAUSE_MS = 100;

/** Where a service is asked: over connections that are kept, and, a second time, over a new one. */
interface Subgraph {
  readonly pool: Pool;
  readonly fresh: Pool;
  readonly path: string;
}

/** The services behind the graph, each over connections that are kept. */
export class Subgraphs {
  private readonly pools: ReadonlyMap<string, Subgraph>;

  /** @param urls each subgraph's `/graphql`, by lower-case name */
  constructor(urls: Readonly<Record<string, string>>) {
    const open = (url: URL) =>
      new Pool(url.origin, {
        connections: CONNECTIONS,
        headersTimeout: PATIENCE,
        bodyTimeout: PATIENCE,
        connectTimeout: PATIENCE,
        pipelining: 1,
        keepAliveTimeout: MAX_IDLE_MS,
        keepAliveMaxTimeout: MAX_IDLE_MS,
      });
    this.pools = new Map(
      Object.entries(urls).map(([name, address]) => {
        const url = new URL(address);
        return [name, { pool: open(url), fresh: open(url), path: url.pathname + url.search }];
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].flatMap(({ pool, fresh }) => [pool.destroy(), fresh.destroy()]));
  }

  /**
   * Asks one, with the token of whoever asks us, which it checks again, and in their language. A question that nobody waits for any more is
   * taken back; a mutation, once sent, is not: it was meant. Where the service goes away, a query is asked once more over a new connection;
   * a mutation only where it was certainly never sent.
   */
  readonly ask: Ask<GatewayContext> = async (question) => {
    const { identity } = question.context;
    if (!identity)
      return {
        data: null,
        errors: [{ message: 'A token is needed: send "Authorization: Bearer <token>".', extensions: { code: 'UNAUTHENTICATED' } }],
      };
    const name = question.subgraph.toLowerCase();
    try {
      return (await this.post(name, identity.token, question)) as Awaited<ReturnType<Ask<GatewayContext>>>;
    } catch (error) {
      throw new GraphQLError(`${name} cannot be reached: ${(error as Error).message}.`, { extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    }
  };

  private async post(name: string, token: string, question: Question<GatewayContext>): Promise<unknown> {
    const subgraph = this.pools.get(name);
    if (!subgraph) throw new Error('nobody has said where it is');
    const { query, variables, operationName, kind, context, signal } = question;
    const waits = kind === 'query' ? (signal ?? context.gone) : null;
    const request: Dispatcher.RequestOptions = {
      method: 'POST',
      path: subgraph.path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'accept-language': context.language,
      },
      body: JSON.stringify({ query, variables, operationName }),
      signal: waits,
    };
    try {
      return await answerOf(subgraph.pool, request);
    } catch (error) {
      const again = wasNeverSent(error) || (kind === 'query' && isGone(error));
      if (!again || waits?.aborted) throw error;
      if (wasNeverSent(error)) await setTimeout(REFUSED_PAUSE_MS);
      return answerOf(subgraph.fresh, { ...request, reset: true });
    }
  }
}

/** Somebody between us and the service answered that it cannot be reached (RFC 9110 §15.6.3, §15.6.4). */
class BadGateway extends Error {}
const BAD_GATEWAY: ReadonlySet<number> = new Set([502, 503]);

async function answerOf(pool: Pool, request: Dispatcher.RequestOptions): Promise<unknown> {
  const { statusCode, body } = await pool.request(request);
  if (!BAD_GATEWAY.has(statusCode)) return body.json();
  await body.dump();
  throw new BadGateway(`the answer was ${statusCode}`);
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** The connection was not made. Where several addresses were tried, none was. */
function wasNeverSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent);
  return NEVER_SENT.has(codeOf(error)) || (error as NodeJS.ErrnoException).syscall === 'connect';
}
const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** The connection ended before the answer was whole, or somebody between could not reach the service. */
const isGone = (error: unknown): boolean => error instanceof BadGateway || GONE.has(codeOf(error)) || error instanceof SyntaxError;
const GONE: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_ABORTED',
]);
