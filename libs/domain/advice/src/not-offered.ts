import { hindranceFor, type Standing } from '@cordboard/domain-presence';
import { agentChoice } from '@cordboard/domain-transfer';
import type { Diagnosis, NotOffered } from './diagnosis.ts';
import { phrase, say } from './phrase.ts';
import { inEveryLanguage } from './refusals.ts';
import { WAYS, waysTo, type DedicatedNumber } from './ways.ts';

export interface NotOfferedFacts {
  readonly name: string;
  readonly standing: Standing;
  readonly dedicated: DedicatedNumber | null;
}

export const NOT_OFFERED = {
  RINGING: phrase(
    'Who is being rung is not offered to others until that is over.',
    'Qui est en train d’être appelé n’est pas proposé entre-temps.',
  ),
  IN_CALL: phrase('Who is in a call is not offered as a target.', 'Qui est en communication n’est pas proposé comme destinataire.'),
  WRAP_UP: phrase(
    'Who is in wrap-up is not offered until it ends.',
    'Qui est en temps de clôture n’est pas proposé avant la fin de celui-ci.',
  ),
  BUSY: phrase('Who chose to be busy is not offered as a target.', 'Qui a choisi le statut occupé n’est pas proposé comme destinataire.'),
  UNAVAILABLE: phrase(
    'Who chose to be unavailable is not offered as a target.',
    'Qui a choisi le statut indisponible n’est pas proposé comme destinataire.',
  ),
  OFFLINE: phrase('Who has no app connected cannot be rung.', 'Qui n’a aucune application connectée ne peut pas être appelé.'),
} as const satisfies Record<NotOffered, unknown>;
export const ASK_THEM = phrase('Ask them to become available: {name}.', 'Demandez de passer au statut disponible : {name}.');

/** @rule S41 why an agent is not offered: unavailable, offline, in a call, in wrap-up; they go available, or one uses their dedicated Number */
export function whyNotOffered({ name, standing, dedicated }: NotOfferedFacts): readonly Diagnosis[] {
  const code = hindranceFor('TRANSFER', standing);
  const choice = agentChoice(name, standing);
  if (code === null || choice.available) return [];
  return [
    {
      code,
      message: inEveryLanguage(choice.because.message),
      causes: [say(NOT_OFFERED[code]), ...(dedicated === null ? [say(WAYS.lacksNumber, { name })] : [])],
      remedies: [say(ASK_THEM, { name }), ...waysTo(name, dedicated)],
    },
  ];
}
