import type { CommandOf, Onward } from './commands.ts';
import { callOf, transferOf, type Conversation } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { callAfter } from './offers.ts';
import { goOn, withoutSettings } from './through-a-number.ts';
import type { Outcome } from './outcome.ts';
import { endCall } from './unanswered.ts';

type Announcing = Extract<Conversation['situation'], { is: 'announcing' }>;

const current = (state: Conversation, announcementId: string): Announcing | null =>
  state.situation.is === 'announcing' && state.situation.announcement.id === announcementId ? state.situation : null;

/** The caller hears what a Number says. A voicemail or a message has taken the call with it: a transfer there is completed. */
export function announcementBegan(state: Conversation, { announcementId, at }: CommandOf<'announcementBegan'>): Outcome {
  const situation = current(state, announcementId);
  return situation && !situation.begun ? taken(state, situation, at) : [];
}

function taken(state: Conversation, { callId, transferId, announcement: { what } }: Announcing, at: string): readonly Event[] {
  if (what === 'greeting') return [];
  const call = callOf(state, callId);
  const transfer = transferId === null ? undefined : transferOf(state, transferId);
  if (!transfer || !call) return [{ type: 'callTakenByAnnouncement', callId, what }];
  const next = callAfter(state, transfer, call, null, at);
  return [
    { type: 'transferCompleted', transferId: transfer.id, newCallId: next.id, agentId: null, at },
    { type: 'callBegan', call: next },
    { type: 'callEnded', callId, how: 'TRANSFERRED', at },
    { type: 'callTakenByAnnouncement', callId: next.id, what },
  ];
}

/**
 * A greeting is over: phones ring. One that broke off most often did so because the caller hung up, so nobody is rung before the engine
 * had time to say that. A voicemail or a message is over: the call has ended.
 */
export function announcementEnded(state: Conversation, command: CommandOf<'announcementEnded'>): Outcome {
  const situation = current(state, command.announcementId);
  if (!situation) return [];
  if (situation.announcement.what === 'greeting')
    return command.whole ? greetingIsOver(state, command) : situation.brokenOffAt ? [] : [{ type: 'greetingBrokeOff', at: command.at }];
  // it may be over before it was told that it had begun
  const begun = situation.begun ? [] : taken(state, situation, command.at);
  const after = begun.reduce(evolve, state);
  const callId = after.situation.is === 'announcing' ? after.situation.callId : situation.callId;
  return [...begun, ...endCall(after, callId, howItEnds(situation), command.at)];
}

/** The caller has been greeted, or is still there after the greeting broke off: whoever is behind the Number is rung. */
export function greetingIsOver(state: Conversation, facts: Onward & { readonly at: string }): readonly Event[] {
  const greeted: Event = { type: 'greeted' };
  const after = evolve(state, greeted);
  return [greeted, ...goOn(after, facts.number ?? withoutSettings(after), facts.at)];
}

/** How a call ends that nobody but a machine took. */
export const howItEnds = ({ announcement }: Announcing): 'VOICEMAIL' | 'UNAVAILABILITY_MESSAGE' =>
  announcement.what === 'voicemail' ? 'VOICEMAIL' : 'UNAVAILABILITY_MESSAGE';
