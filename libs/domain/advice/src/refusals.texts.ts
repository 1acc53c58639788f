import { phrase } from './phrase.ts';

/**
 * What the rules of calls and transfers say when they refuse something, or find a target unavailable, and its French. The rules say
 * it in English, with the names and numbers in it; here it is found again. A test reads the rules and finds what is missing here.
 */
export const REFUSALS = [
  phrase('The call has ended.', 'L’appel est terminé.'),
  phrase('The call ended before you were connected.', 'L’appel s’est terminé avant votre mise en relation.'),
  phrase('A call between colleagues cannot be transferred.', 'Un appel entre collègues ne peut pas être transféré.'),
  phrase(
    'Tell your colleague whom to call, or call them yourself.',
    'Indiquez à votre collègue qui appeler, ou appelez cette personne vous-même.',
  ),
  phrase('The call is already being transferred.', 'L’appel est déjà en cours de transfert.'),
  phrase('Wait for its end, or cancel it first.', 'Attendez la fin de ce transfert, ou annulez-le d’abord.'),
  phrase('You have no call.', 'Vous n’avez aucun appel.'),
  phrase('If you mean one that has ended, name it by its id.', 'S’il s’agit d’un appel terminé, désignez-le par son identifiant.'),
  phrase('You have {count} calls: {calls}.', 'Vous avez {count} appels : {calls}.'),
  phrase('Name the one that you mean by its id.', 'Désignez par son identifiant celui dont il s’agit.'),
  phrase('The call is not connected yet.', 'L’appel n’est pas encore établi.'),
  phrase('The call is not connected.', 'L’appel n’est pas établi.'),
  phrase('Wait until it is connected.', 'Attendez qu’il soit établi.'),
  phrase('The call is not in a state from which it can be transferred.', 'L’appel n’est pas dans un état qui permette de le transférer.'),
  phrase('Nobody of the account is in this call any more.', 'Plus personne du compte ne participe à cet appel.'),
  phrase('It can only be ended.', 'Il est seulement possible d’y mettre fin.'),
  phrase('The call was transferred {times} times already.', 'L’appel a déjà été transféré {times} fois.'),
  phrase('Finish the call, or take the number and call back.', 'Terminez l’appel, ou notez le numéro et rappelez.'),
  phrase('The call is with this agent already.', 'Cet agent a déjà l’appel.'),
  phrase('Choose somebody else.', 'Choisissez quelqu’un d’autre.'),
  phrase('This is the number of the caller.', 'C’est le numéro de l’appelant.'),
  phrase('Choose another number.', 'Choisissez un autre numéro.'),
  phrase('Nobody there is available.', 'Personne n’y est disponible.'),
  phrase('Choose somebody who is available.', 'Choisissez quelqu’un de disponible.'),

  phrase('{number} is not a phone number that exists.', '{number} n’est pas un numéro de téléphone existant.'),
  phrase('Check the country code and the digits.', 'Vérifiez l’indicatif du pays et les chiffres.'),
  phrase('You may not dial numbers outside the account.', 'Vous n’êtes pas autorisé à composer des numéros extérieurs au compte.'),
  phrase(
    'Choose a colleague, a team or a Number of the account, or ask an administrator for the right to dial out.',
    'Choisissez un collègue, une équipe ou un numéro du compte, ou demandez à un administrateur le droit d’appeler l’extérieur.',
  ),
  phrase('This account does not dial numbers of no country.', 'Ce compte ne compose pas de numéros sans pays.'),
  phrase('This account does not dial numbers of {country}.', 'Ce compte ne compose pas de numéros de ce pays : {country}.'),
  phrase(
    'Choose another number, or ask an administrator to allow the country.',
    'Choisissez un autre numéro, ou demandez à un administrateur d’autoriser ce pays.',
  ),
  phrase(
    'This account dials no short numbers but those of emergency services.',
    'Ce compte ne compose pas d’autres numéros courts que ceux des urgences.',
  ),
  phrase('This account does not dial premium-rate numbers.', 'Ce compte ne compose pas de numéros surtaxés.'),
  phrase('This account does not dial shared-cost numbers.', 'Ce compte ne compose pas de numéros à coûts partagés.'),
  phrase('This account does not dial satellite numbers.', 'Ce compte ne compose pas de numéros par satellite.'),
  phrase(
    'Choose another number, or ask an administrator to allow this kind of number.',
    'Choisissez un autre numéro, ou demandez à un administrateur d’autoriser ce type de numéro.',
  ),
  phrase('{number} is blocked in this account.', '{number} est bloqué dans ce compte.'),
  phrase(
    'Choose another number, or ask an administrator to unblock it.',
    'Choisissez un autre numéro, ou demandez à un administrateur de le débloquer.',
  ),

  phrase('{name} is being rung by another call.', 'Un autre appel sonne déjà chez {name}.'),
  phrase('{name} is in a call.', '{name} est en communication.'),
  phrase('{name} is in wrap-up.', '{name} est en temps de clôture.'),
  phrase('{name} is busy.', '{name} a le statut occupé.'),
  phrase('{name} is unavailable.', '{name} a le statut indisponible.'),
  phrase('{name} is offline.', '{name} est hors ligne.'),
  phrase('{name} takes transfers only.', '{name} ne prend que des transferts.'),
  phrase('Nobody of {team} is available.', 'Personne n’est disponible dans l’équipe {team}.'),
  phrase(
    'Ask them to become available, or choose somebody who is.',
    'Demandez que l’on se rende disponible, ou choisissez quelqu’un qui l’est.',
  ),
  phrase(
    'Ask them to become available, or choose somebody who is. The team {team} has no dedicated Number. An administrator dedicates a Number to it; then create a contact with that Number and transfer to the contact.',
    'Demandez que l’on se rende disponible, ou choisissez quelqu’un qui l’est. L’équipe {team} n’a pas de numéro dédié. Un administrateur lui en attribue un ; créez ensuite un contact pour ce numéro et transférez vers ce contact.',
  ),
  phrase(
    'Ask them to become available, or choose somebody who is. {name} has no dedicated Number. An administrator dedicates a Number to it; then create a contact with that Number and transfer to the contact.',
    'Demandez que l’on se rende disponible, ou choisissez quelqu’un qui l’est. {name} n’a pas de numéro dédié. Un administrateur lui en attribue un ; créez ensuite un contact pour ce numéro et transférez vers ce contact.',
  ),
  phrase(
    'Ask them to become available, or choose somebody who is. Or create a contact with their dedicated Number and transfer to it: it can always be reached and falls to voicemail.',
    'Demandez que l’on se rende disponible, ou choisissez quelqu’un qui l’est. Ou créez un contact pour leur numéro dédié et transférez vers ce contact : il est toujours joignable et aboutit à la messagerie vocale.',
  ),
  phrase(
    'Ask them to become available, or choose somebody who is. Or create a contact with their dedicated Number and transfer to it: it can always be reached and falls to its unavailability message.',
    'Demandez que l’on se rende disponible, ou choisissez quelqu’un qui l’est. Ou créez un contact pour leur numéro dédié et transférez vers ce contact : il est toujours joignable et aboutit à son message d’indisponibilité.',
  ),
  phrase(
    'Transfer to the contact "{contact}": it can always be reached and falls to voicemail. Or ask them to become available.',
    'Transférez vers le contact « {contact} » : il est toujours joignable et aboutit à la messagerie vocale. Ou demandez que l’on se rende disponible.',
  ),
  phrase(
    'Transfer to the contact "{contact}": it can always be reached and falls to its unavailability message. Or ask them to become available.',
    'Transférez vers le contact « {contact} » : il est toujours joignable et aboutit à son message d’indisponibilité. Ou demandez que l’on se rende disponible.',
  ),

  phrase('There is no such offer any more.', 'Cette proposition d’appel n’existe plus.'),
  phrase('Somebody else took the call.', 'Quelqu’un d’autre a pris l’appel.'),
  phrase('The offer has ended: accepted.', 'La proposition d’appel est terminée : elle a été acceptée.'),
  phrase('The offer has ended: rejected.', 'La proposition d’appel est terminée : elle a été refusée.'),
  phrase('The offer has ended: timed out.', 'La proposition d’appel est terminée : le temps de sonnerie est écoulé.'),
  phrase('The offer has ended: answered elsewhere.', 'La proposition d’appel est terminée : quelqu’un d’autre a répondu.'),
  phrase('The offer has ended: rescinded.', 'La proposition d’appel est terminée : elle a été retirée.'),
  phrase('The transfer is on its way and cannot be changed any more.', 'Le transfert est en route et ne peut plus être modifié.'),
  phrase('Wait for its end.', 'Attendez qu’il se termine.'),
  phrase('The transfer has ended.', 'Le transfert est terminé.'),
  phrase(
    'The transferor is in another call and cannot have this one back.',
    'L’agent qui a transféré est dans un autre appel et ne peut pas reprendre celui-ci.',
  ),
  phrase('Let the transfer come to its end.', 'Laissez le transfert aller à son terme.'),
  phrase('This key was used for another transfer.', 'Cette clé a déjà servi à un autre transfert.'),
  phrase('Use a new key for each transfer.', 'Utilisez une nouvelle clé pour chaque transfert.'),

  phrase('You are in a call already.', 'Vous êtes déjà dans un appel.'),
  phrase('End it, or put its caller through, and call then.', 'Terminez-le, ou transférez l’appelant, puis appelez.'),
  phrase('There is no Number to call from.', 'Il n’y a pas de numéro depuis lequel appeler.'),
  phrase(
    'Name one, or have an administrator give you a default Number.',
    'Indiquez-en un, ou faites-vous attribuer un numéro par défaut par un administrateur.',
  ),
  phrase('One cannot call oneself.', 'On ne peut pas s’appeler soi-même.'),
  phrase('They are not available.', 'Cette personne n’est pas disponible.'),
  phrase('Call when they are available.', 'Appelez quand cette personne sera disponible.'),
  phrase('This is a Number of the account itself.', 'C’est un numéro du compte lui-même.'),
  phrase('Call the colleague, or transfer a call to the Number.', 'Appelez le collègue, ou transférez un appel vers ce numéro.'),
] as const;
