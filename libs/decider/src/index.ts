/**
 * The form of a rule. A context is three pure functions over plain data: what a command does to a state (`decide`), what an
 * event does to a state (`evolve`), and where everything begins (`initial`). Time, ids and facts come in with the command.
 */
export interface Decider<Command, Event, State, Code extends string = string> {
  readonly initial: State;
  /** The events that the command causes in this state (none: nothing happens), or why it is refused. Never throws. */
  readonly decide: (state: State, command: Command) => readonly Event[] | Refusal<Code>;
  /** The state after an event. Total: an event that was decided can always be applied. */
  readonly evolve: (state: State, event: Event) => State;
}

/** Why a command is refused: data that reaches the person who gave it, never an exception. */
export interface Refusal<Code extends string = string> {
  readonly refused: Code;
  /** What is the matter, in one sentence. */
  readonly message: string;
  /** What one can do about it, where there is something. */
  readonly remedy?: string;
}

export const refuse = <Code extends string>(refused: Code, message: string, remedy?: string): Refusal<Code> =>
  remedy === undefined ? { refused, message } : { refused, message, remedy };

export const isRefusal = <Event, Code extends string>(outcome: readonly Event[] | Refusal<Code>): outcome is Refusal<Code> =>
  'refused' in outcome;

/** The state after events, from a known state on. */
export const fold = <Event, State>(evolve: (state: State, event: Event) => State, state: State, events: readonly Event[]): State =>
  events.reduce(evolve, state);

export { given } from './given.ts';
