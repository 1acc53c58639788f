import { mustBeTagged, wrapUpAfter } from '@cordboard/domain-presence';
import type { TransferFacts } from './came-back.ts';
import type { Diagnosis } from './diagnosis.ts';
import { phrase, say } from './phrase.ts';

export interface WrapUpFacts extends Pick<TransferFacts, 'status' | 'mode' | 'convertedFrom' | 'transferor' | 'target'> {
  /** The account's wrap-up time. */
  readonly wrapUpSeconds: number;
  /** Whether the account wants every call tagged: what has to be tagged has a wrap-up, however short. */
  readonly tagRequired: boolean;
  /** How long the account shows agents as busy after a cold transfer to a colleague; 0: not at all. */
  readonly busyAfterColdSeconds: number;
}

export const NO_WRAP_UP = {
  NO_WRAP_UP_AFTER_COLD: phrase(
    'The transfer to {target} was cold and went to a colleague or a team: there is no wrap-up time after it.',
    'Le transfert vers {target} était à froid, vers un collègue ou une équipe : il n’est pas suivi d’un temps de clôture.',
  ),
  NO_WRAP_UP_TURNED_COLD: phrase(
    'The transfer to {target} began warm and was made cold: there is no wrap-up time after it.',
    'Le transfert vers {target} a commencé avec accompagnement et est devenu un transfert à froid : il n’est pas suivi d’un temps de clôture.',
  ),
  NO_WRAP_UP_TIME: phrase('This account gives no wrap-up time.', 'Ce compte n’accorde aucun temps de clôture.'),
} as const;

export const NO_WRAP_UP_CAUSES = {
  movedLeg: phrase(
    'A cold transfer to a colleague hands the same connection on, so for {transferor} nothing was left to wrap up.',
    'Un transfert à froid vers un collègue cède la même connexion : il ne restait donc rien à clôturer pour {transferor}.',
  ),
  leftEarly: phrase(
    'The call was left, or the transfer completed, while the target was still ringing, so nobody was consulted: {transferor}.',
    'L’appel a été quitté, ou le transfert finalisé, pendant que le destinataire sonnait encore ; personne n’a donc été consulté : {transferor}.',
  ),
  policy: phrase("The account's wrap-up time is 0 seconds.", 'Le temps de clôture du compte est de 0 seconde.'),
} as const;

export const NO_WRAP_UP_REMEDIES = {
  warm: phrase(
    'Use a warm transfer where wrap-up is needed, and wait until the target answers.',
    'Faites un transfert avec accompagnement là où un temps de clôture est nécessaire, et attendez que le destinataire réponde.',
  ),
  hold: phrase(
    'Hold the call for a moment before transferring it, and take notes then.',
    'Mettez brièvement l’appel en attente avant de le transférer, pour prendre des notes.',
  ),
  goBusy: phrase(
    'Go busy or unavailable right after the transfer, and back to available when the notes are taken.',
    'Passez en statut occupé ou indisponible juste après le transfert, puis de nouveau disponible une fois les notes prises.',
  ),
  webhook: phrase(
    "Have a call.transferred webhook change the agent's status through the API.",
    'Faites changer le statut de l’agent par l’API au moyen d’un webhook call.transferred.',
  ),
  automatic: phrase(
    'Have an administrator set how long agents are shown as busy after such a transfer.',
    'Faites régler par un administrateur la durée du statut occupé après un tel transfert.',
  ),
  policy: phrase(
    "Have an administrator set the account's wrap-up time.",
    'Faites régler le temps de clôture du compte par un administrateur.',
  ),
} as const;
const DO = NO_WRAP_UP_REMEDIES;
const NO_TIME: Diagnosis = {
  code: 'NO_WRAP_UP_TIME',
  message: say(NO_WRAP_UP.NO_WRAP_UP_TIME),
  causes: [say(NO_WRAP_UP_CAUSES.policy)],
  remedies: [say(DO.policy)],
};

/** @rule S43 why no wrap-up appeared after a transfer: it was cold, to a colleague, or was believed to be warm and was not; a warm one, or S35's ways */
export function whyNoWrapUp({ status, mode, convertedFrom, target, transferor, ...account }: WrapUpFacts): readonly Diagnosis[] {
  if (status !== 'COMPLETED') return [];
  const end = { how: 'TRANSFERRED', mode, targetKind: target.kind } as const;
  if (wrapUpAfter(end)) return account.wrapUpSeconds > 0 || mustBeTagged(end, account.tagRequired) ? [] : [NO_TIME];
  const code = convertedFrom === null ? 'NO_WRAP_UP_AFTER_COLD' : 'NO_WRAP_UP_TURNED_COLD';
  return [
    {
      code,
      message: say(NO_WRAP_UP[code], { target: target.name }),
      causes: [
        ...(convertedFrom === null ? [] : [say(NO_WRAP_UP_CAUSES.leftEarly, { transferor })]),
        say(NO_WRAP_UP_CAUSES.movedLeg, { transferor }),
      ],
      remedies: [
        say(DO.warm),
        say(DO.hold),
        say(DO.goBusy),
        say(DO.webhook),
        ...(account.busyAfterColdSeconds === 0 ? [say(DO.automatic)] : []),
      ],
    },
  ];
}
