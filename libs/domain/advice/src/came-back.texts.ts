import { phrase } from './phrase.ts';

/** Why a transfer came back, or came to nothing, and what to do (S40). */
export const CAME_BACK = {
  CAME_BACK: phrase(
    'Nobody took the call that was transferred to {target}, so it came back to {transferor}.',
    'Personne n’a pris l’appel transféré vers {target} ; il est donc revenu à {transferor}.',
  ),
  RETURN_IMPOSSIBLE: phrase(
    'Nobody took the call that was transferred to {target}, and it could not come back to {transferor}, so it ended.',
    'Personne n’a pris l’appel transféré vers {target}, et il ne pouvait pas revenir à {transferor} ; il a donc pris fin.',
  ),
  RETURN_NOT_TAKEN: phrase(
    'Nobody took the call that was transferred to {target}; it came back to {transferor} and was not taken there either, so it ended.',
    'Personne n’a pris l’appel transféré vers {target} ; revenu à {transferor}, il n’a pas été repris non plus et a pris fin.',
  ),
  TARGET_LEFT: phrase(
    'The target left the consultation ({target}), so the caller went back to {transferor}.',
    'Le destinataire a quitté la consultation ({target}) ; l’appelant est donc revenu à {transferor}.',
  ),
  NOT_TAKEN: phrase('The transfer to {target} was not taken.', 'Le transfert vers {target} n’a pas été pris.'),
} as const;

export const CAME_BACK_CAUSES = {
  didNotAnswer: phrase('{name} was available and did not answer.', '{name} était disponible et n’a pas répondu.'),
  turnedDown: phrase('{name} was available and turned the call down.', '{name} était disponible et a refusé l’appel.'),
  phoneBusy: phrase('The phone was busy: {name}.', 'Le téléphone était occupé : {name}.'),
  becameUnavailable: phrase(
    '{name} was rung and stopped being available meanwhile.',
    '{name} n’était plus disponible pendant la sonnerie.',
  ),
  tookAndWasGone: phrase(
    '{name} took the call and was gone before the caller could be heard.',
    '{name} a pris l’appel et n’était plus là avant d’entendre l’appelant.',
  ),
  numberDidNotAnswer: phrase('Nobody answered: {name}.', 'Personne n’a répondu : {name}.'),
  numberTurnedDown: phrase('The call was turned down: {name}.', 'L’appel a été refusé : {name}.'),
  noSuchNumber: phrase('This number cannot be reached: {name}.', 'Ce numéro n’est pas joignable : {name}.'),
  engineFailed: phrase('The call engine failed to ring {name}.', 'Le moteur téléphonique n’a pas pu faire sonner {name}.'),
  missedReturn: phrase(
    'A transfer that nobody takes comes back to who made it: {transferor}.',
    'Un transfert que personne ne prend revient à qui l’a fait : {transferor}.',
  ),
  transferorAway: phrase(
    'Who transferred was no longer available when the call would have come back: {transferor}.',
    'L’auteur du transfert n’était plus disponible au moment du retour de l’appel : {transferor}.',
  ),
  returnNotTaken: phrase(
    'The call that came back was not taken in time, or turned down: {transferor}.',
    'L’appel revenu n’a pas été repris à temps, ou a été refusé : {transferor}.',
  ),
} as const;

export const CAME_BACK_REMEDIES = {
  checkNumber: phrase('Check the number, or try again later: {name}.', 'Vérifiez le numéro, ou réessayez plus tard : {name}.'),
} as const;
