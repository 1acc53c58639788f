/** What a call was transferred to; a contact is what it stands for: a Number or an outside number. */
export type WentTo = 'AGENT' | 'TEAM' | 'NUMBER' | 'EXTERNAL';

/** How an agent's answered call ended, as far as wrap-up depends on it. */
export type CallEnd =
  | { readonly how: 'ENDED'; readonly direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL' }
  /** The caller hung up while the transfer was pending: nobody answered yet, or a consultation went on. */
  | { readonly how: 'ABANDONED' }
  /** Nobody took the transfer, nor its return: S8, or the transferor was rung in vain. */
  | { readonly how: 'UNANSWERED' }
  | { readonly how: 'TRANSFERRED'; readonly mode: 'COLD' | 'WARM'; readonly targetKind: WentTo };

/** Why there is a wrap-up. */
export type WrapUpReason =
  'CALL_ENDED' | 'WARM_TRANSFER' | 'COLD_TRANSFER_TO_NUMBER' | 'COLD_TRANSFER_OUTSIDE' | 'TRANSFER_ABANDONED' | 'TRANSFER_UNANSWERED';

/**
 * Why the agent whose call it was gets wrap-up time; null: they get none. D4: they do, whenever an answered call with a caller ends, a
 * transfer that nobody took included (D3); a call between two colleagues gives none. Whoever only took part in a consultation had no
 * call of their own, and what is cancelled or comes back has not ended.
 */
export function wrapUpReason(end: CallEnd): WrapUpReason | null {
  switch (end.how) {
    case 'ENDED':
      return end.direction === 'INTERNAL' ? null : 'CALL_ENDED';
    case 'ABANDONED':
      return 'TRANSFER_ABANDONED';
    case 'UNANSWERED':
      return 'TRANSFER_UNANSWERED';
    case 'TRANSFERRED':
      return end.mode === 'WARM' ? AFTER_WARM[end.targetKind] : AFTER_COLD[end.targetKind];
  }
}

/** @rule S31 a warm transfer makes a new leg: the transferor always gets wrap-up */
const AFTER_WARM: Readonly<Record<WentTo, WrapUpReason>> = {
  AGENT: 'WARM_TRANSFER',
  TEAM: 'WARM_TRANSFER',
  NUMBER: 'WARM_TRANSFER',
  EXTERNAL: 'WARM_TRANSFER',
};

/**
 * @rule S32 a cold transfer to a colleague, or to a team of colleagues (D3), moves the leg: no wrap-up for the transferor
 * @rule S33 a cold transfer to a Number or an outside line gives it, so that the call can be tagged
 */
const AFTER_COLD: Readonly<Record<WentTo, WrapUpReason | null>> = {
  AGENT: null,
  TEAM: null,
  NUMBER: 'COLD_TRANSFER_TO_NUMBER',
  EXTERNAL: 'COLD_TRANSFER_OUTSIDE',
};

/** Whether the agent whose call it was gets wrap-up time. */
export const wrapUpAfter = (end: CallEnd): boolean => wrapUpReason(end) !== null;

/**
 * Whether the call must be tagged before its wrap-up ends: where the account wants every call tagged (D4), and always by S34.
 * @rule S34 tagging is mandatory where the call left the account's phone system: it was transferred to an outside number
 */
export const mustBeTagged = (end: CallEnd, accountWantsTags: boolean): boolean =>
  (end.how === 'TRANSFERRED' && end.targetKind === 'EXTERNAL') || (accountWantsTags && wrapUpAfter(end));

/** The reason in a sentence, for the agent. */
export const wrapUpSentence: Readonly<Record<WrapUpReason, string>> = {
  CALL_ENDED: 'Your call has ended.',
  WARM_TRANSFER: 'You talked with the target first: a warm transfer always gives wrap-up time.',
  COLD_TRANSFER_TO_NUMBER: "You transferred the call to a Number: there is time to tag it before it is somebody else's.",
  COLD_TRANSFER_OUTSIDE: 'You transferred the call to an outside number: it left the account and must be tagged.',
  TRANSFER_ABANDONED: 'The caller hung up while your transfer was pending.',
  TRANSFER_UNANSWERED: 'Nobody took your transfer, and the call has ended.',
};
