import { connectionTroubles, type ConnectionFacts } from './connection.ts';
import type { Diagnosis, NotNow } from './diagnosis.ts';
import { phrase, say } from './phrase.ts';
import { inEveryLanguage } from './refusals.ts';

export interface NotNowFacts {
  /** Why the rules would refuse to transfer this call now, wherever to; null where they would not. */
  readonly refusal: { readonly code: NotNow; readonly message: string; readonly remedy: string | null } | null;
  /** The devices of the agent whose call it is; null: it is nobody's. */
  readonly transferor: ConnectionFacts | null;
}

export const NOT_NOW = {
  INTERNAL_CALL: phrase(
    'Both are agents of the account: there is no caller to hand over.',
    'Les deux parties sont des agents du compte : il n’y a pas d’appelant à transférer.',
  ),
  TRANSFER_IN_PROGRESS: phrase('One transfer of a call goes on at a time.', 'Un appel ne fait l’objet que d’un transfert à la fois.'),
  HOP_LIMIT: phrase(
    'There is a limit to how often one caller is handed on.',
    'Le nombre de transferts successifs d’un même appelant est limité.',
  ),
  NOT_READY: phrase(
    'Only a call in which an agent and the caller are connected can be transferred.',
    'Seul un appel qui relie un agent et l’appelant peut être transféré.',
  ),
  ALREADY_ENDED: phrase('An ended call has no caller to hand over.', 'Un appel terminé n’a plus d’appelant à transférer.'),
} as const satisfies Record<NotNow, unknown>;

/** Whether a refusal is about the call itself, and not about whom it was to go to. */
export const isNotNow = (code: string): code is NotNow => Object.hasOwn(NOT_NOW, code);

/** @rule S39 why transferring is not possible right now: what the rules say of the call, then what the transferor's devices tell of their connection */
export function whyNotNow({ refusal, transferor }: NotNowFacts): readonly Diagnosis[] {
  const refused: readonly Diagnosis[] = refusal
    ? [
        {
          code: refusal.code,
          message: inEveryLanguage(refusal.message),
          causes: [say(NOT_NOW[refusal.code])],
          remedies: refusal.remedy === null ? [] : [inEveryLanguage(refusal.remedy)],
        },
      ]
    : [];
  return refusal?.code === 'ALREADY_ENDED' || transferor === null ? refused : [...refused, ...connectionTroubles(transferor)];
}
