import { hindranceFor, type Hindrance, type Standing } from '@cordboard/domain-presence';

/** Whether somebody can be chosen as a target now, and if not, why and what to do (S41's words). */
export type Choice =
  | { readonly available: true }
  | { readonly available: false; readonly because: { readonly code: Hindrance; readonly message: string; readonly remedy: string } };

const MESSAGES: Readonly<Record<Hindrance, string>> = {
  RINGING: 'is being rung by another call',
  IN_CALL: 'is in a call',
  WRAP_UP: 'is in wrap-up',
  BUSY: 'is busy',
  UNAVAILABLE: 'is unavailable',
  OFFLINE: 'is offline',
};
const REMEDY = 'Ask them to become available, or choose somebody who is.';

/**
 * Whether a colleague can be transferred to directly.
 * @rule S3 who is unavailable, offline, in a call or in wrap-up is not offered; a team is, while one member or more is available
 */
export function agentChoice(name: string, standing: Standing): Choice {
  const hindrance = hindranceFor('TRANSFER', standing);
  return hindrance === null
    ? { available: true }
    : { available: false, because: { code: hindrance, message: `${name} ${MESSAGES[hindrance]}.`, remedy: REMEDY } };
}

/** A team rings those of its members who are available; the transferor is none of them. */
export function teamChoice(name: string, members: readonly Standing[]): Choice {
  return members.some((standing) => hindranceFor('TRANSFER', standing) === null)
    ? { available: true }
    : { available: false, because: { code: 'UNAVAILABLE', message: `Nobody of ${name} is available.`, remedy: REMEDY } };
}
