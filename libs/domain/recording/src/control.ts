/** How a transfer was made. */
export type Mode = 'COLD' | 'WARM';

/** What an account wants recorded: what agents choose, everything, or nothing. */
export type Policy = 'ON_DEMAND' | 'ALWAYS' | 'NEVER';

/** Whether the recording of a call can be switched, and if not, what keeps it from being. */
export type Control = 'ALLOWED' | 'LOCKED_BY_COLD_TRANSFER' | 'LOCKED_BY_POLICY';

/** Whether the recording of a call can be switched; `madeBy` is the mode of the transfer that made the call, if one did. */
export function controlOf(call: { readonly madeBy: Mode | null; readonly policy: Policy }): Control {
  if (call.policy === 'NEVER') return 'LOCKED_BY_POLICY';
  return call.madeBy === null ? 'ALLOWED' : controlAfter(call.madeBy);
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
      return 'This account records no calls.';
  }
}
