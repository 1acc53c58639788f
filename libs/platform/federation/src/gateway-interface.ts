import { GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Federation } from './federation.ts';

/** What @apollo/server tells its gateway of a request, as far as it is used here. */
interface Requested<Context> {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly request: { readonly variables?: Record<string, unknown> };
  readonly context: Context;
}

/** The public gateway interface of @apollo/server over a federation: it parses, validates and says; the rest is ours. */
export const gatewayInterface = <Context>(
  federation: Federation<Context>,
  signalOf: (context: Context) => AbortSignal | undefined,
  accountOf: (context: Context) => string | null = () => null,
) => ({
  load: async () => ({
    executor: async ({ document, operationName, request, context }: Requested<Context>): Promise<ExecutionResult> => {
      const operation = await federation.prepare(document, operationName, accountOf(context)).catch(refuse);
      return federation.execute(operation, { variables: request.variables, context, signal: signalOf(context) });
    },
  }),
  onSchemaLoadOrUpdate: (tell: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void): (() => void) => {
    tell({ apiSchema: federation.schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  stop: async (): Promise<void> => undefined,
});

const STATUS: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, RATE_LIMITED: 429 };

/** Without a status of its own, an error before the execution is the server's fault to @apollo/server. */
function refuse(error: unknown): never {
  const status = error instanceof GraphQLError ? STATUS[String(error.extensions['code'])] : undefined;
  if (!(error instanceof GraphQLError) || status === undefined) throw error;
  throw new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
}
