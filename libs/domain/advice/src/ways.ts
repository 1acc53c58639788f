import { phrase, say, type Text } from './phrase.ts';

/** The Number of an agent's or a team's own, and who leads there. */
export interface DedicatedNumber {
  readonly e164: string;
  /** Whether it has a voicemail; its unavailability message takes the caller where it has none. */
  readonly voicemail: boolean;
  /** The name of a contact that stands for it; null: there is none. */
  readonly contact: string | null;
}

export const WAYS = {
  lacksNumber: phrase('There is no dedicated Number: {name}.', 'Il n’y a pas de numéro dédié : {name}.'),
  dedicate: phrase(
    'Have an administrator dedicate a Number to a target that gets many transfers, make a contact for it, and transfer to the contact instead: {name}.',
    'Faites attribuer par un administrateur un numéro dédié au destinataire fréquent, créez un contact pour ce numéro et transférez plutôt vers ce contact : {name}.',
  ),
  makeContact: phrase(
    'There is a dedicated Number, {number}, and no contact for it: make one, and transfer to the contact instead: {name}.',
    'Il y a un numéro dédié, {number}, mais aucun contact pour ce numéro : créez-en un et transférez plutôt vers ce contact : {name}.',
  ),
  useContact: phrase(
    'Transfer to the contact "{contact}", which stands for the dedicated Number {number}, and not to the colleague or the team: {name}.',
    'Transférez vers le contact « {contact} », qui correspond au numéro dédié {number}, et non vers le collègue ou l’équipe : {name}.',
  ),
  toVoicemail: phrase(
    'A dedicated Number can always be reached: what nobody answers goes to its voicemail and never comes back.',
    'Un numéro dédié est toujours joignable : ce à quoi personne ne répond aboutit à sa messagerie vocale et ne revient jamais.',
  ),
  toMessage: phrase(
    'A dedicated Number can always be reached: what nobody answers gets its unavailability message and never comes back.',
    'Un numéro dédié est toujours joignable : ce à quoi personne ne répond aboutit à son message d’indisponibilité et ne revient jamais.',
  ),
  toEither: phrase(
    'A dedicated Number can always be reached: what nobody answers goes to its voicemail or gets its unavailability message, and never comes back.',
    'Un numéro dédié est toujours joignable : ce à quoi personne ne répond aboutit à sa messagerie vocale ou à son message d’indisponibilité, et ne revient jamais.',
  ),
} as const;

/** How to reach an agent or a team whatever their availability: what they have already, and what is still to be made. */
export function waysTo(name: string, dedicated: DedicatedNumber | null): readonly Text[] {
  if (dedicated === null) return [say(WAYS.dedicate, { name }), say(WAYS.toEither)];
  const { e164: number, contact, voicemail } = dedicated;
  return [
    contact === null ? say(WAYS.makeContact, { name, number }) : say(WAYS.useContact, { name, number, contact }),
    say(voicemail ? WAYS.toVoicemail : WAYS.toMessage),
  ];
}
