/** One operation for one subgraph. */
export interface Question<Context> {
  /** The subgraph's name, as it was composed. */
  readonly subgraph: string;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly kind: 'query' | 'mutation';
  /** Whatever was given for whoever asks. */
  readonly context: Context;
  /** Aborted when nobody waits for the answer any more. A mutation, once sent, was meant. */
  readonly signal: AbortSignal | undefined;
}

/** What a subgraph answers: an ExecutionResult, out of JSON. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
}

/** Asks a subgraph. To reject means that it could not be asked; a GraphQLError's code and message are told. */
export type Ask<Context> = (question: Question<Context>) => Promise<Answer>;
