import { log } from '@cordboard/platform-process';
import { sayError, upstreamUnavailable } from '@cordboard/platform-subgraph';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { GatewayContext, Graph, Operation } from '../graph/federation.ts';
import { newGone } from '../graph/gone.ts';
import type { Asked, Begin } from '../sockets/port.ts';
import type { Groups } from './groups.ts';

/** What a document asks for, once it is known to be one that may be asked; or what is wrong with it. */
export type Prepare = (asked: Asked, account: string | null) => Promise<Operation | readonly GraphQLError[]>;

/**
 * Operations over a socket: subscriptions are shared with all who hold the same, queries and mutations are executed for their sender. What
 * is ended is taken back from the subgraphs, but for a mutation that was sent.
 */
export const beginOver =
  ({ graph, groups, prepare }: { readonly graph: Graph; readonly groups: Groups; readonly prepare: Prepare }): Begin =>
  (asked, sender, sink) => {
    const gone = newGone();
    let over = false;
    let leave = (): void => undefined;
    /** Before anything is executed. */
    const refuse = (errors: readonly unknown[]): void => {
      if (!over) sink.error(errors.map(inWords));
      over = true;
    };
    /** A result, and the last. */
    const last = (result: object): void => {
      if (over) return;
      over = true;
      sink.next(Buffer.from(JSON.stringify(result)));
      sink.complete();
    };
    const work = (async () => {
      const operation = await prepare(asked, sender.identity.account);
      if (over) return; // its sender has left while it was planned
      if (isRefused(operation)) return refuse(operation);
      const variables = asked.variables ?? {};
      if (operation.kind === 'subscription') {
        sink.subscribed?.();
        leave = await groups.join({ operation, variables, left: () => over }, sender, sink);
        if (over) leave();
        return;
      }
      const { identity, language } = sender;
      last(await executed(graph, operation, variables, { identity, language, gone: gone.signal }));
    })().catch((error: unknown) => {
      if (!(error instanceof GraphQLError)) log.warn({ err: error }, 'a subscription could not be begun');
      last({
        errors: [inWords(error instanceof GraphQLError ? error : upstreamUnavailable('This cannot be told right now; subscribe again.'))],
      });
    });
    return () => {
      over = true;
      gone.abort();
      leave();
      return work;
    };
  };

async function executed(
  graph: Graph,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  context: GatewayContext,
): Promise<ExecutionResult> {
  const { data, errors } = await graph.execute(operation, { variables, context, signal: context.gone });
  return { ...(errors && { errors: errors.map(inWords) as unknown as GraphQLError[] }), ...(data !== undefined && { data }) };
}

const isRefused = (prepared: Operation | readonly GraphQLError[]): prepared is readonly GraphQLError[] => Array.isArray(prepared);
const inWords = (error: unknown): GraphQLFormattedError =>
  error instanceof GraphQLError ? sayError(error.toJSON(), error) : (error as GraphQLFormattedError);
