import type { Decider } from './index.ts';

/**
 * A rule's test as a sentence: `given(decider)(commands that led here).when(command).then(events)`. The past is commands, not
 * a hand-made state, so no test starts from an impossible one. Runs inside jest (uses its `expect`).
 */
export const given =
  <Command, Event, State, Code extends string>(decider: Decider<Command, Event, State, Code>) =>
  (...past: readonly Command[]): Given<Command, Event, State, Code> => {
    const before = past.reduce((state, command) => {
      const outcome = decider.decide(state, command);
      expect({ command, outcome }).toEqual({ command, outcome: expect.any(Array) });
      return 'refused' in outcome ? state : outcome.reduce(decider.evolve, state);
    }, decider.initial);
    return {
      state: before,
      when: (command) => {
        const outcome = decider.decide(before, command);
        const after = 'refused' in outcome ? before : outcome.reduce(decider.evolve, before);
        return {
          state: after,
          then: (...events) => expect(outcome).toEqual(events.map((event) => expect.objectContaining(event as object))),
          thenContains: (...events) => {
            for (const event of events) expect(outcome).toContainEqual(expect.objectContaining(event as object));
          },
          thenNothing: () => expect(outcome).toEqual([]),
          thenRefused: (code) => expect(outcome).toMatchObject({ refused: code }),
        };
      },
    };
  };

/** A past, waiting for its command. */
export interface Given<Command, Event, State, Code extends string> {
  readonly state: State;
  readonly when: (command: Command) => Then<Event, State, Code>;
}

/** What came of the command. */
export interface Then<Event, State, Code extends string> {
  readonly state: State;
  /** Exactly these events, in this order; each may leave out fields. */
  readonly then: (...events: readonly Partial<Event>[]) => void;
  /** At least these events, in any order. */
  readonly thenContains: (...events: readonly Partial<Event>[]) => void;
  readonly thenNothing: () => void;
  readonly thenRefused: (code: Code) => void;
}
