/** How an agent's answered call ended, as far as wrap-up depends on it. */
export type CallEnd =
  | { readonly how: 'ENDED'; readonly direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL' }
  | {
      readonly how: 'TRANSFERRED';
      readonly mode: 'COLD' | 'WARM';
      readonly targetKind: 'AGENT' | 'TEAM' | 'NUMBER' | 'EXTERNAL' | 'CONTACT';
    };

/**
 * Whether the agent whose call it was gets wrap-up time. D4: yes, whenever an answered call with a caller ends; a call between two
 * colleagues has none.
 * @rule S31 a warm transfer always gives it to the transferor
 */
export function wrapUpAfter(end: CallEnd): boolean {
  switch (end.how) {
    case 'ENDED':
      return end.direction !== 'INTERNAL';
    case 'TRANSFERRED':
      return end.mode === 'WARM' || wrapUpAfterCold(end.targetKind);
  }
}

/**
 * @rule S32 a cold transfer to a colleague, or to a team of colleagues (D3), moves the leg: no wrap-up for the transferor
 * @rule S33 a cold transfer to a Number or an external line gives it, so that the call can be tagged; a contact stands for one of the two
 */
function wrapUpAfterCold(target: Extract<CallEnd, { how: 'TRANSFERRED' }>['targetKind']): boolean {
  switch (target) {
    case 'AGENT':
    case 'TEAM':
      return false;
    case 'NUMBER':
    case 'EXTERNAL':
    case 'CONTACT':
      return true;
  }
}
