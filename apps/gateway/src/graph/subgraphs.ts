import type { Identity, Language } from '@cordboard/platform-subgraph';
import type { Ask, Question } from '@cordboard/platform-federation';
import { GraphQLError } from 'graphql';
import { Pool } from 'undici';

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

/** The services behind the graph, each over connections that are kept. */
export class Subgraphs {
  private readonly pools: ReadonlyMap<string, { readonly pool: Pool; readonly path: string }>;

  /** @param urls each subgraph's `/graphql`, by lower-case name */
  constructor(urls: Readonly<Record<string, string>>) {
    const open = (url: URL) =>
      new Pool(url.origin, {
        connections: CONNECTIONS,
        headersTimeout: PATIENCE,
        bodyTimeout: PATIENCE,
        connectTimeout: PATIENCE,
        pipelining: 1,
      });
    this.pools = new Map(
      Object.entries(urls).map(([name, address]) => {
        const url = new URL(address);
        return [name, { pool: open(url), path: url.pathname + url.search }];
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy()));
  }

  /**
   * Asks one, with the token of whoever asks us, which it checks again, and in their language. A question that nobody waits for any more is
   * taken back; a mutation, once sent, is not: it was meant.
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

  private async post(name: string, token: string, question: Question<GatewayContext>, again = false): Promise<unknown> {
    const { query, variables, operationName, kind, context, signal } = question;
    const subgraph = this.pools.get(name);
    if (!subgraph) throw new Error('nobody has said where it is');
    const isQuestion = kind === 'query';
    try {
      const { body } = await subgraph.pool.request({
        method: 'POST',
        path: subgraph.path,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          'accept-language': context.language,
        },
        body: JSON.stringify({ query, variables, operationName }),
        signal: isQuestion ? (signal ?? context.gone) : null,
      });
      return await body.json();
    } catch (error) {
      // the kept connection turned out to be closed: nothing was answered, and a question can be asked twice
      if (isQuestion && !again && CLOSED.has((error as NodeJS.ErrnoException).code ?? '')) return this.post(name, token, question, true);
      throw error;
    }
  }
}

const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
