import { refuse, type Refusal } from '@cordboard/decider';
import type { RefusalCode } from './commands.ts';
import type { Call } from './conversation.ts';

/** Stands, in place of a call's id, for the one call that the agent has. */
export const CURRENT_CALL = 'current';

/** A live call of an agent, with what tells it apart for people: the outside party's number, if there is one. */
export type CallAtHand = Pick<Call, 'id' | 'caller'>;

/** The call that an agent means by "the current one". Where they have several, also one that may come back to them, they are asked: never guessed. */
export function currentCall(calls: readonly CallAtHand[]): CallAtHand | Refusal<RefusalCode> {
  const [call, another] = calls;
  if (!call) return refuse('ALREADY_ENDED', 'You have no call.', 'If you mean one that has ended, name it by its id.');
  if (!another) return call;
  const each = calls.map(({ id, caller }) => (caller === null ? id : `${id} (${caller})`)).join(', ');
  return refuse('AMBIGUOUS_CALL', `You have ${calls.length} calls: ${each}.`, 'Name the one that you mean by its id.');
}
