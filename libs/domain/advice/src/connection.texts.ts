import type { ConnectionTrouble } from './diagnosis.ts';
import { phrase } from './phrase.ts';

/** What devices can tell of their connection, why, and what to do (S39, S42). */
export const CONNECTION = {
  NO_DEVICE: phrase('No app is connected: {name}.', 'Aucune application n’est connectée : {name}.'),
  DEVICE_LOST: phrase('The connection to the app was lost: {name}.', 'La connexion à l’application a été perdue : {name}.'),
  BLOCKED_TRAFFIC: phrase('The traffic of a call does not get through: {name}.', 'Le trafic des appels ne passe pas : {name}.'),
  UNSTABLE_CONNECTION: phrase('The connection is unstable: {name}.', 'La connexion est instable : {name}.'),
  NETWORK_INSTABILITY: phrase(
    'The network between the device and the service is unstable: {name}.',
    'Le réseau entre l’appareil et le service est instable : {name}.',
  ),
  OUTDATED_APP: phrase('The app is outdated: {name}.', 'L’application n’est pas à jour : {name}.'),
  CONNECTION_UNKNOWN: phrase(
    'How the connection is cannot be told right now: {name}.',
    'L’état de la connexion est inconnu pour le moment : {name}.',
  ),
} as const satisfies Record<ConnectionTrouble, unknown>;

export const CONNECTION_CAUSES = {
  noDevice: phrase(
    'The app is closed, or a firewall, a VPN or a filter keeps it from the service.',
    'L’application est fermée, ou un pare-feu, un VPN ou un filtre l’empêche de joindre le service.',
  ),
  lost: phrase('The device {device} went away without a goodbye at {time}.', 'L’appareil {device} a disparu sans prévenir à {time}.'),
  blocked: phrase(
    'The device {device} is connected and loses {percent} % of its packets: a firewall, a VPN or a filter stops them.',
    'L’appareil {device} est connecté et perd {percent} % de ses paquets : un pare-feu, un VPN ou un filtre les arrête.',
  ),
  loss: phrase(
    'The device {device} loses {percent} % of its packets; speech stands {most} % at most.',
    'L’appareil {device} perd {percent} % de ses paquets ; la voix en supporte {most} % au plus.',
  ),
  rtt: phrase(
    'From the device {device} to the service and back it takes {ms} ms; {most} ms is the most for a conversation.',
    'De l’appareil {device} au service et retour, il faut {ms} ms ; {most} ms est le maximum pour une conversation.',
  ),
  jitter: phrase(
    'The round trip of the device {device} varies by {ms} ms; speech stands {most} ms at most.',
    'Le temps d’aller-retour de l’appareil {device} varie de {ms} ms ; la voix supporte {most} ms au plus.',
  ),
  outdated: phrase(
    'The device {device} has version {version}; {minimum} is needed.',
    'L’appareil {device} a la version {version} ; il faut la version {minimum}.',
  ),
  unknown: phrase('The service that knows the devices did not answer.', 'Le service qui connaît les appareils n’a pas répondu.'),
} as const;

export const CONNECTION_REMEDIES = {
  diagnostic: phrase("Run the app's network diagnostic.", 'Lancez le diagnostic réseau de l’application.'),
  otherNetwork: phrase(
    'Test the internet connection, or try another network.',
    'Testez la connexion internet, ou essayez un autre réseau.',
  ),
  throughTheWall: phrase(
    'Switch the VPN off, or have the firewall and the filters let the traffic through.',
    'Désactivez le VPN, ou faites autoriser ce trafic par le pare-feu et les filtres.',
  ),
  update: phrase('Update the app.', 'Mettez l’application à jour.'),
  restart: phrase('Restart the device.', 'Redémarrez l’appareil.'),
  open: phrase('Open the app and sign in.', 'Ouvrez l’application et connectez-vous.'),
  status: phrase('Look at the status page for incidents.', 'Consultez la page d’état du service pour les incidents.'),
  requirements: phrase('Check the network requirements, or ask support.', 'Vérifiez les exigences réseau, ou contactez le support.'),
  again: phrase('Ask again in a moment.', 'Réessayez dans un instant.'),
} as const;
