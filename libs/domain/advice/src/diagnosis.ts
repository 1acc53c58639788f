import type { Language, Text } from './phrase.ts';

/** Something that was found out, by rule: what programs can act on. */
export type DiagnosisCode =
  | NotNow
  | ConnectionTrouble
  | 'CAME_BACK'
  | 'RETURN_IMPOSSIBLE'
  | 'RETURN_NOT_TAKEN'
  | 'TARGET_LEFT'
  | 'NOT_TAKEN'
  | NotOffered
  | 'WRONG_DEFAULT_NUMBER'
  | 'FORWARDED'
  | 'SEVERAL_DEVICES'
  | 'NO_WRAP_UP_AFTER_COLD'
  | 'NO_WRAP_UP_TURNED_COLD'
  | 'NO_WRAP_UP_TIME';
/** S39: the refusals of a transfer, wherever to. */
export type NotNow = 'INTERNAL_CALL' | 'TRANSFER_IN_PROGRESS' | 'HOP_LIMIT' | 'NOT_READY' | 'ALREADY_ENDED';
/** S39, S42: what devices tell of their connection. */
export type ConnectionTrouble =
  'NO_DEVICE' | 'DEVICE_LOST' | 'BLOCKED_TRAFFIC' | 'UNSTABLE_CONNECTION' | 'NETWORK_INSTABILITY' | 'OUTDATED_APP' | 'CONNECTION_UNKNOWN';
/** S41: in the words of availability. */
export type NotOffered = 'RINGING' | 'IN_CALL' | 'WRAP_UP' | 'BUSY' | 'UNAVAILABLE' | 'OFFLINE';

/** What is the matter, why, and what one can do about it; each from facts. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly message: Text;
  readonly causes: readonly Text[];
  readonly remedies: readonly Text[];
}

/** A diagnosis for somebody who reads this language. */
export interface Told {
  readonly code: DiagnosisCode;
  readonly message: string;
  readonly causes: readonly string[];
  readonly remedies: readonly string[];
}

export const told = (language: Language, { code, message, causes, remedies }: Diagnosis): Told => ({
  code,
  message: message[language],
  causes: causes.map((text) => text[language]),
  remedies: remedies.map((text) => text[language]),
});
