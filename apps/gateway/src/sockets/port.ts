import type { Identity, Language } from '@cordboard/platform-subgraph';
import type { GraphQLFormattedError } from 'graphql';

/** Whoever is at the other end of a socket. */
export interface Sender {
  /** As their latest token says: a token that is renewed in band changes it. */
  readonly identity: Identity;
  readonly language: Language;
}

/** What a `subscribe` message asks for. */
export interface Asked {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** Where the results of one operation go, in order. After `error` or `complete`, or once it was ended, nothing more is taken. */
export interface Sink {
  /**
   * One result.
   * @param json the bytes of an ExecutionResult in JSON; many sinks may be given the same ones, and nobody changes them
   * @param of what it is the latest of: while a socket is behind, a newer result of the same takes the place of an older one. Without it,
   * every result counts, and a socket that is too far behind is closed
   */
  next(json: Buffer, of?: string): void;
  /** It is a subscription: it goes on until it is ended, and nobody waits for its last result. */
  subscribed?(): void;
  /** The operation has failed, alone: others on the socket go on. */
  error(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
}

/**
 * Begins an operation, whatever its kind; whatever is wrong with it is told to its sink, never thrown.
 * @returns ends it: nothing is told any more. Resolves when nothing is being done for it any more, either; never rejects
 */
export type Begin = (asked: Asked, sender: Sender, sink: Sink) => () => Promise<void> | void;
