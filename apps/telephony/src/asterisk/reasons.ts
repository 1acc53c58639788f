import type { LegEndReason } from '@cordboard/contracts';

/** Why a leg ended that the engine ended with this cause (Q.850) and, where the other side spoke SIP, this answer. */
export function reasonOf(cause: number, sip: number | undefined, answered: boolean): LegEndReason {
  if (answered) return cause === NO_MEDIA ? 'lost' : 'hangup';
  return (sip !== undefined && sip >= 400 ? bySip(sip) : undefined) ?? BY_CAUSE.get(cause) ?? 'failed';
}

/** No audio came for as long as the engine waits (`rtp_timeout`): the phone is dead. */
const NO_MEDIA = 44;

function bySip(sip: number): LegEndReason {
  const found = BY_SIP.find(([, codes]) => codes.includes(sip));
  return found ? found[0] : 'failed';
}

const BY_SIP: readonly (readonly [LegEndReason, readonly number[]])[] = [
  ['busy', [486, 600]],
  ['rejected', [401, 403, 407, 603, 607]],
  ['invalid_number', [404, 410, 484, 604]],
  ['no_answer', [480, 487]],
  ['unreachable', [408]],
];

const BY_CAUSE: ReadonlyMap<number, LegEndReason> = new Map([
  [0, 'no_answer'],
  [1, 'invalid_number'],
  [3, 'unreachable'],
  [16, 'no_answer'],
  [17, 'busy'],
  [18, 'unreachable'],
  [19, 'no_answer'],
  [20, 'unreachable'],
  [21, 'rejected'],
  [22, 'invalid_number'],
  [26, 'answered_elsewhere'],
  [27, 'unreachable'],
  [28, 'invalid_number'],
]);

/** What ARI calls our reasons, where it has a word for them: the phone is told, so that it shows no missed call. */
export const hangupWord = (reason: LegEndReason): string => WORDS[reason] ?? 'normal';

const WORDS: Partial<Record<LegEndReason, string>> = {
  answered_elsewhere: 'answered_elsewhere',
  busy: 'busy',
  no_answer: 'no_answer',
  unreachable: 'congestion',
  failed: 'failure',
  invalid_number: 'unallocated',
};
