import type { Forecast, TransferMode } from '@cordboard/domain-transfer';
import { phrase, say, type Language, type Text } from './phrase.ts';

/** The sentences of a preview. The English is what the transfer's own preview says. */
export const FORECASTS = {
  COLD: phrase('The call goes at once.', 'L’appel part immédiatement.'),
  WARM: phrase(
    'You talk with the target first, while the caller waits.',
    'Vous parlez d’abord avec le destinataire, pendant que l’appelant attend.',
  ),
  comesBack: phrase('If nobody answers, the caller is with you again.', 'Si personne ne répond, l’appelant vous revient.'),
  staysAway: phrase(
    "If nobody answers, the caller gets the Number's voicemail or message, and never comes back to you.",
    'Si personne ne répond, l’appelant aboutit à la messagerie vocale ou au message du numéro, et ne vous revient jamais.',
  ),
  wrapUp: phrase('You get wrap-up time.', 'Vous avez un temps de clôture.'),
  wrapUpSeconds: phrase('You get wrap-up time of {seconds} s.', 'Vous avez un temps de clôture de {seconds} s.'),
  noWrapUp: phrase('You get no wrap-up time.', 'Vous n’avez pas de temps de clôture.'),
  tag: phrase('You must tag the call.', 'Vous devez qualifier l’appel avec un tag.'),
  ALLOWED: phrase('Recording can be switched on and off afterwards.', 'L’enregistrement pourra ensuite être activé et désactivé.'),
  LOCKED_BY_COLD_TRANSFER: phrase(
    'Recording can be switched neither on nor off afterwards.',
    'L’enregistrement ne pourra ensuite être ni activé ni désactivé.',
  ),
  LOCKED_BY_POLICY: phrase('This account records no calls.', 'Ce compte n’enregistre aucun appel.'),
} as const;

/** What a transfer will mean, for people: whole sentences, one after the other. */
export const forecastIn = (language: Language, mode: TransferMode, forecast: Omit<Forecast, 'says'>): string =>
  sentences(mode, forecast)
    .map((text) => text[language])
    .join(' ');

const sentences = (mode: TransferMode, forecast: Omit<Forecast, 'says'>): readonly Text[] => [
  say(FORECASTS[mode]),
  say(forecast.comesBack ? FORECASTS.comesBack : FORECASTS.staysAway),
  wrapUp(forecast),
  ...(forecast.tagRequired ? [say(FORECASTS.tag)] : []),
  say(FORECASTS[forecast.recordingControl]),
];

function wrapUp({ wrapUp, wrapUpSeconds }: Omit<Forecast, 'says'>): Text {
  if (!wrapUp) return say(FORECASTS.noWrapUp);
  return wrapUpSeconds ? say(FORECASTS.wrapUpSeconds, { seconds: wrapUpSeconds }) : say(FORECASTS.wrapUp);
}
