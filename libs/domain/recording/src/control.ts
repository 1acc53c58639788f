/** How a transfer was made. */
export type Mode = 'COLD' | 'WARM';

/** What an account wants recorded: what agents choose, everything, or nothing. */
export type Policy = 'ON_DEMAND' | 'ALWAYS' | 'NEVER';

/** Whether the recording of a call can be switched, and if not, what keeps it from being. */
export type Control = 'ALLOWED' | 'LOCKED_BY_COLD_TRANSFER' | 'LOCKED_BY_POLICY';

/** What decides about the switch. */
export interface Lockable {
  /** The mode of the transfer that made the call; null where none did. */
  readonly madeBy: Mode | null;
  readonly policy: Policy;
  /** It is being transferred cold and nobody has it yet: what is switched now would be switched for whoever takes it. */
  readonly leavesCold?: boolean;
}

/** Whether the recording of a call can be switched. */
export function controlOf({ madeBy, policy, leavesCold = false }: Lockable): Control {
  if (policy === 'NEVER') return 'LOCKED_BY_POLICY';
  if (leavesCold) return controlAfter('COLD');
  return madeBy === null ? 'ALLOWED' : controlAfter(madeBy);
}

/** @rule S26 after a cold transfer, neither on nor off  @rule S28 after a warm one, both */
export const controlAfter = (mode: Mode): Control => (mode === 'COLD' ? 'LOCKED_BY_COLD_TRANSFER' : 'ALLOWED');

/** What keeps a recording from being switched, for people; null where nothing does. */
export function whyLocked(control: Control): string | null {
  switch (control) {
    case 'ALLOWED':
      return null;
    case 'LOCKED_BY_COLD_TRANSFER':
      return 'The call was transferred cold: its recording can be switched neither on nor off.';
    case 'LOCKED_BY_POLICY':
      return 'Calls like this one are never recorded: so says the account, or the Number that they came in on.';
  }
}

/** What one can do about it; null where there is nothing to do. */
export function remedyFor(control: Control): string | null {
  switch (control) {
    case 'ALLOWED':
      return null;
    case 'LOCKED_BY_COLD_TRANSFER':
      return 'Talk with the target first (a warm transfer) where recording is to be switched afterwards.';
    case 'LOCKED_BY_POLICY':
      return 'An administrator can change the recording policy of the account, or of the Number, for the calls to come.';
  }
}
