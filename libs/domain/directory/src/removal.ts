import { refuse, type Decider, type Refusal } from '@cordboard/decider';

/** Whether an agent is active, or a team or a Number is not deleted. */
export type RemovalState = 'KEPT' | 'REMOVED';

/** Who still needs what is to be removed, as it was read just before. */
export interface Needs {
  readonly kind: 'AGENT' | 'TEAM' | 'NUMBER';
  /** As people know it. */
  readonly name: string;
  /** Whether a live call needs it, as routing says. */
  readonly neededByCalls: boolean;
  /** The labels of the Numbers whose distribution rings it. */
  readonly rungBy: readonly string[];
  /** The label of the Number that it has for its own; of a Number, the name of whom it is dedicated to. Null: none. */
  readonly dedicated: string | null;
  /** Whether it is the agent who asks for it. */
  readonly isOneself: boolean;
}

export type RemovalCommand = { readonly type: 'remove'; readonly needs: Needs } | { readonly type: 'bringBack' };
export interface RemovalEvent {
  readonly type: 'removed' | 'broughtBack';
}
export type RemovalRefusal = 'ONESELF' | 'IN_LIVE_CALL' | 'IN_DISTRIBUTION' | 'DEDICATED_NUMBER';

/** An agent, a team or a Number is removed only where no live call and no distribution needs it (D21). Twice is once. */
export const removals: Decider<RemovalCommand, RemovalEvent, RemovalState, RemovalRefusal> = {
  initial: 'KEPT',

  decide: (state, command) => {
    switch (command.type) {
      case 'remove':
        return state === 'REMOVED' ? [] : (refusedRemoval(command.needs) ?? [{ type: 'removed' }]);
      case 'bringBack':
        return state === 'KEPT' ? [] : [{ type: 'broughtBack' }];
    }
  },

  evolve: (_, event) => (event.type === 'removed' ? 'REMOVED' : 'KEPT'),
};

function refusedRemoval({ kind, name, neededByCalls, rungBy, dedicated, isOneself }: Needs): Refusal<RemovalRefusal> | null {
  if (isOneself) return refuse('ONESELF', 'You cannot deactivate yourself.', 'Another administrator does it.');
  if (neededByCalls) return refuse('IN_LIVE_CALL', `A live call needs ${name}.`, 'Wait until it has ended, or end it.');
  if (rungBy.length > 0)
    return refuse(
      'IN_DISTRIBUTION',
      `${name} is rung by ${rungBy.join(', ')}.`,
      `Take ${name} out of the distribution of each of these Numbers first.`,
    );
  if (dedicated === null) return null;
  return kind === 'NUMBER'
    ? refuse(
        'DEDICATED_NUMBER',
        `${name} is dedicated to ${dedicated}.`,
        'Free the Number first: update it without a dedicated agent or team.',
      )
    : refuse(
        'DEDICATED_NUMBER',
        `The Number ${dedicated} is dedicated to ${name}.`,
        'Free that Number first, or dedicate it to somebody else.',
      );
}
