import { connectionTroubles, type ConnectionFacts } from './connection.ts';
import type { Diagnosis } from './diagnosis.ts';
import { phrase, say, type Text } from './phrase.ts';
import { waysTo, type DedicatedNumber } from './ways.ts';

/** How the agent is set up whom transfers do not reach as they should. */
export interface LineFacts extends ConnectionFacts {
  readonly defaultNumber: {
    readonly e164: string;
    /** Somebody else, whom it is dedicated to. */ readonly belongsTo: string | null;
  } | null;
  readonly dedicated: DedicatedNumber | null;
  /** The number that rings instead of their devices, or that rang for the transfer in question. */
  readonly forwarding: string | null;
}

export const WRONG_LINE = {
  WRONG_DEFAULT_NUMBER: phrase('The default Number is not the right one: {name}.', 'Le numéro par défaut n’est pas le bon : {name}.'),
  FORWARDED: phrase('The calls are forwarded: {name}.', 'Les appels sont renvoyés : {name}.'),
  SEVERAL_DEVICES: phrase('Signed in on several devices: {name}.', 'Connexion sur plusieurs appareils : {name}.'),
} as const;

export const WRONG_LINE_CAUSES = {
  belongsToOther: phrase(
    'The default Number {number} is dedicated to somebody else: {owner}.',
    'Le numéro par défaut {number} est dédié à quelqu’un d’autre : {owner}.',
  ),
  differs: phrase(
    'The default Number is {number}, the dedicated Number is {own}.',
    'Le numéro par défaut est {number}, le numéro dédié est {own}.',
  ),
  missing: phrase(
    'There is a dedicated Number, {own}, and no default Number.',
    'Il y a un numéro dédié, {own}, mais pas de numéro par défaut.',
  ),
  forwarding: phrase('{number} rings instead of the app.', 'C’est le {number} qui sonne, et non l’application.'),
  devices: phrase(
    '{count} devices ring at the same time, and the first answer takes the call.',
    '{count} appareils sonnent en même temps, et le premier qui répond prend l’appel.',
  ),
} as const;

export const WRONG_LINE_REMEDIES = {
  setDefault: phrase('Have an administrator check the default Number.', 'Faites vérifier le numéro par défaut par un administrateur.'),
  stopForwarding: phrase(
    'Have an administrator switch the forwarding off, where it is needless or wrong.',
    'Faites désactiver le renvoi d’appel par un administrateur, s’il est inutile ou incorrect.',
  ),
  signOut: phrase('Sign out of all devices, and in again on one.', 'Déconnectez tous les appareils, puis reconnectez-vous sur un seul.'),
  support: phrase('If it goes on, ask support.', 'Si le problème persiste, contactez le support.'),
} as const;

/** @rule S42 why transfers land on the wrong line: the default Number, a forwarding, several devices, connection trouble; and what to do about each */
export function whyTheWrongLine(facts: LineFacts): readonly Diagnosis[] {
  const { name, dedicated, forwarding } = facts;
  const found = (code: keyof typeof WRONG_LINE, causes: readonly Text[], remedy: keyof typeof WRONG_LINE_REMEDIES): readonly Diagnosis[] =>
    causes.length === 0
      ? []
      : [
          {
            code,
            message: say(WRONG_LINE[code], { name }),
            causes,
            remedies: [
              say(WRONG_LINE_REMEDIES[remedy]),
              ...(dedicated === null ? waysTo(name, null) : []),
              say(WRONG_LINE_REMEDIES.support),
            ],
          },
        ];
  const count = (facts.devices ?? []).filter(({ lostAt }) => lostAt === null).length;
  return [
    ...found('WRONG_DEFAULT_NUMBER', wrongDefault(facts), 'setDefault'),
    ...found('FORWARDED', forwarding === null ? [] : [say(WRONG_LINE_CAUSES.forwarding, { number: forwarding })], 'stopForwarding'),
    ...found('SEVERAL_DEVICES', count > 1 ? [say(WRONG_LINE_CAUSES.devices, { count })] : [], 'signOut'),
    ...(facts.devices?.length === 0 ? [] : connectionTroubles(facts)), // whom nothing can ring is not offered (S41)
  ];
}

function wrongDefault({ defaultNumber, dedicated }: LineFacts): readonly Text[] {
  if (defaultNumber === null) return dedicated === null ? [] : [say(WRONG_LINE_CAUSES.missing, { own: dedicated.e164 })];
  const { e164: number, belongsTo: owner } = defaultNumber;
  if (owner !== null) return [say(WRONG_LINE_CAUSES.belongsToOther, { number, owner })];
  return dedicated === null || dedicated.e164 === number ? [] : [say(WRONG_LINE_CAUSES.differs, { number, own: dedicated.e164 })];
}
