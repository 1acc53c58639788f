import type { NumberFacts } from './commands.ts';
import {
  callOf,
  nextAnnouncementId,
  numberFollowed,
  transferOf,
  type Announcement,
  type Conversation,
  type OfferKind,
  type Words,
} from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { offersTo, partiesOf } from './offers.ts';
import { consultationDisplay } from './warm.ts';

/**
 * A call comes to a Number. A caller who is transferred there warm goes on hearing music: the greeting is for those who are alone.
 * @rule S18 a transfer through a Number works whatever the availability of those behind it
 * @rule S21 the call follows the Number's own settings: first its greeting, then its distribution
 */
export const enterNumber = (state: Conversation, number: NumberFacts, at: string): readonly Event[] =>
  number.greeting !== null && number.next !== null && state.situation.is !== 'calling'
    ? announce(state, number, 'greeting', number.greeting)
    : goOn(state, number, at);

/** What a Number does when the last of those it rang did not take the call, or nobody was rung yet. */
export function goOn(state: Conversation, number: NumberFacts, at: string): readonly Event[] {
  return number.next ? ring(state, number, number.next, at) : nobodyAnswers(state, number);
}

/** A Number that nothing is known of any more takes calls as one without people, voicemail or words of its own. */
export const withoutSettings = (state: Conversation): NumberFacts => ({
  id: numberFollowed(state) ?? '',
  greeting: null,
  next: null,
  voicemail: false,
  voicemailMessage: null,
  message: null,
  language: null,
  music: null,
});

function ring(state: Conversation, number: NumberFacts, next: NonNullable<NumberFacts['next']>, at: string): readonly Event[] {
  const { situation } = state;
  const call = 'callId' in situation ? callOf(state, situation.callId) : undefined;
  if (!call) return [];
  const transfer = 'transferId' in situation && situation.transferId !== null ? transferOf(state, situation.transferId) : undefined;
  const kind: OfferKind = !transfer ? 'DIRECT' : situation.is === 'calling' ? 'WARM_TRANSFER' : 'COLD_TRANSFER';
  return offersTo(state, partiesOf(next.candidates), {
    kind,
    call,
    transfer: transfer ?? null,
    at,
    ringSeconds: next.ringSeconds,
    number: { id: number.id, step: next.step },
    ...(transfer && kind === 'WARM_TRANSFER' ? { display: consultationDisplay(transfer.shownAs) } : {}),
  });
}

/**
 * Nobody is left to be rung. A transferor who waits for the target is not given the caller back: the transfer turns cold.
 * @rule S19 an unanswered transfer through a Number never comes back to the transferor
 * @rule S20 the caller gets the Number's voicemail, or its unavailability message
 */
function nobodyAnswers(state: Conversation, number: NumberFacts): readonly Event[] {
  const { situation } = state;
  const says = (at: Conversation): readonly Event[] =>
    number.voicemail
      ? announce(at, number, 'voicemail', number.voicemailMessage)
      : announce(at, number, 'unavailable-message', number.message);
  if (situation.is !== 'calling') return says(state);
  const left: Event[] = [
    { type: 'transferTurnedCold', transferId: situation.transferId },
    { type: 'legReleased', legId: situation.legId, reason: 'hangup' },
  ];
  return [...left, ...says(left.reduce(evolve, state))];
}

function announce(state: Conversation, number: NumberFacts, what: Announcement['what'], words: Words | null): readonly Event[] {
  const { situation } = state;
  if (!('callId' in situation)) return [];
  const transferId = 'transferId' in situation ? situation.transferId : null;
  const announcement: Announcement = {
    id: nextAnnouncementId(state),
    what,
    numberId: number.id,
    text: words?.text ?? null,
    file: words?.file ?? null,
    language: number.language,
  };
  return [{ type: 'announced', callId: situation.callId, transferId, announcement }];
}
