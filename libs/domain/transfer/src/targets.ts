import { dedicatedNumberOf } from '@cordboard/domain-directory';
import { hindranceFor, type Hindrance, type Standing } from '@cordboard/domain-presence';
import type { Conversation, Target } from './conversation.ts';
import { whyNotTransferable } from './start-transfer.ts';

const NEVER_TRANSFERABLE = ['INTERNAL_CALL', 'HOP_LIMIT', 'ALREADY_ENDED'] as const;
/** Why a call cannot be transferred now and will not be later, wherever to. */
type NeverTransferable = (typeof NEVER_TRANSFERABLE)[number];

/** What every target of a call is that can never be transferred; null: it can, or will be able to. */
export function neverTransferable(state: Conversation, callId: string): Choice | null {
  const hindrance = whyNotTransferable(state, callId);
  const code = NEVER_TRANSFERABLE.find((never) => never === hindrance?.refused);
  return hindrance && code ? { available: false, because: { code, message: hindrance.message, remedy: hindrance.remedy ?? '' } } : null;
}

/** Whether something can be chosen as a target now, and if not, why and what to do (S41's words). */
export type Choice =
  | { readonly available: true }
  | {
      readonly available: false;
      readonly because: {
        readonly code: Hindrance | 'INVALID_DESTINATION' | 'FORBIDDEN_DESTINATION' | NeverTransferable;
        readonly message: string;
        readonly remedy: string;
      };
    };

/** How an agent or a team is reached when they are not available: through the Number of their own, if they have one. */
export type DirectWay = null | {
  /** The name of a contact that stands for the Number. */
  readonly contact: string | null;
  /** Whether the Number has a voicemail; its unavailability message takes the caller where it has none. */
  readonly voicemail: boolean;
};

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
 * Whether a colleague can be transferred to directly. `way` is left out by who shows no remedy.
 * @rule S3 who is unavailable, offline, in a call or in wrap-up is not offered; a team is, while one member or more is available
 */
export function agentChoice(name: string, standing: Standing, way?: DirectWay): Choice {
  const hindrance = hindranceFor('TRANSFER', standing);
  if (hindrance === null) return { available: true };
  return {
    available: false,
    because: { code: hindrance, message: `${name} ${MESSAGES[hindrance]}.`, remedy: remedyFor('AGENT', name, way) },
  };
}

/** A team rings those of its members who are available; the transferor is none of them. */
export const teamChoice = (name: string, members: readonly Standing[], way?: DirectWay): Choice =>
  teamChoiceBy(
    name,
    members.some((standing) => hindranceFor('TRANSFER', standing) === null),
    way,
  );

/** The same where it is known already whether somebody of the team may be rung. */
export const teamChoiceBy = (name: string, somebodyIsFree: boolean, way?: DirectWay): Choice =>
  somebodyIsFree
    ? { available: true }
    : {
        available: false,
        because: { code: 'UNAVAILABLE', message: `Nobody of ${name} is available.`, remedy: remedyFor('TEAM', name, way) },
      };

/**
 * What choosing a contact means: the Number or the outside number that it stands for, under the contact's own name, and never the
 * colleague behind it, however available they are. Talking first and transferring now are both open to it.
 * @rule S25 one searches the contact's name, picks the contact rather than the colleague, and chooses talk-first or transfer-now
 */
export const contactTarget = (contact: {
  readonly id: string;
  readonly name: string;
  readonly e164: string;
  readonly numberId: string | null;
}): Extract<Target, { kind: 'NUMBER' | 'EXTERNAL' }> => {
  const chosen = { phoneNumber: contact.e164, contactId: contact.id, label: contact.name };
  return contact.numberId === null ? { kind: 'EXTERNAL', ...chosen } : { kind: 'NUMBER', numberId: contact.numberId, ...chosen };
};

/** S41: their dedicated Number, which can always be reached; without one, what is missing (S22). */
function remedyFor(kind: 'AGENT' | 'TEAM', name: string, way: DirectWay | undefined): string {
  if (way === undefined) return REMEDY;
  if (way === null) {
    const lacking = dedicatedNumberOf({ kind, name, dedicatedNumberId: null });
    return 'refused' in lacking ? [REMEDY, lacking.message, lacking.remedy ?? ''].join(' ').trim() : REMEDY;
  }
  const always = `it can always be reached and falls to ${way.voicemail ? 'voicemail' : 'its unavailability message'}`;
  return way.contact === null
    ? `${REMEDY} Or create a contact with their dedicated Number and transfer to it: ${always}.`
    : `Transfer to the contact "${way.contact}": ${always}. Or ask them to become available.`;
}
