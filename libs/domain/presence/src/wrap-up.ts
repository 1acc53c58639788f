/** How an agent's answered call ended, as far as wrap-up depends on it. */
export type CallEnd =
  | { readonly how: 'ENDED' }
  | {
      readonly how: 'TRANSFERRED';
      readonly mode: 'COLD' | 'WARM';
      readonly targetKind: 'AGENT' | 'TEAM' | 'NUMBER' | 'EXTERNAL' | 'CONTACT';
    };

/**
 * Whether the agent whose call it was gets wrap-up time. D4: yes, whenever an answered call with a caller ends.
 * @rule S31 a warm transfer always gives it to the transferor
 * @rule S32 a cold transfer to a colleague, or to a team of colleagues (D3), moves the leg: no wrap-up for the transferor
 */
export function wrapUpAfter(end: CallEnd): boolean {
  switch (end.how) {
    case 'ENDED':
      return true;
    case 'TRANSFERRED':
      return !(end.mode === 'COLD' && (end.targetKind === 'AGENT' || end.targetKind === 'TEAM'));
  }
}
