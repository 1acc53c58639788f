import { given as givenFor } from '@cordboard/decider';
import { conversation, type Candidate, type Command, type CommandOf, type NumberFacts, type Words } from './index.ts';

/** The cast of the specs: one caller, the Number they dialled, and the colleagues of team sales. */
export const K = 'k0000000000000000000';
export const at = '2026-01-05T10:00:00.000Z';
const facts = { at, transferorAvailable: true, ringSeconds: 30, number: null as NumberFacts | null };
/** Number main, which rings these; it has no voicemail and no words of its own. */
export const number = (agents: readonly string[], more: Partial<NumberFacts> = {}): NumberFacts => ({
  id: 'main',
  greeting: null,
  next: agents.length > 0 ? { step: 0, candidates: agents.map(who), ringSeconds: 30 } : null,
  voicemail: false,
  voicemailMessage: null,
  message: null,
  language: null,
  music: null,
  ...more,
});
export const HELLO: Words = { text: 'Hello.', file: null };
export const who = (agentId: string): Candidate => ({ agentId, forwardedTo: null });

export const call = (...agents: string[]): CommandOf<'callCame'> & Command => ({
  type: 'callCame',
  conversationId: K,
  account: 'demo',
  legId: 'in1',
  from: '+33611111111',
  number: number(agents),
  at,
});
export const accept = (offer: number): Command => ({ type: 'acceptOffer', offerId: `${K}-o${offer}`, at });
export const reject = (offer: number, more: Partial<typeof facts> = {}): Command => ({
  type: 'rejectOffer',
  offerId: `${K}-o${offer}`,
  ...facts,
  ...more,
});
export const ringTimeEnds = (group: number, more: Partial<typeof facts> = {}): Command => ({
  type: 'ringTimeEnded',
  group,
  ...facts,
  ...more,
});
export const unavailable = (agentId: string): Command => ({ type: 'agentUnavailable', agentId, ...facts });
const leg = (n: number): string => (n === 0 ? 'in1' : `${K}-l${n}`);
export const answered = (n: number): Command => ({ type: 'legAnswered', legId: leg(n), at });
export const joined = (n: number): Command => ({ type: 'legJoined', legId: leg(n), room: 'main', at });
export const held = (n: number, is = true): Command => ({ type: 'legHeld', legId: leg(n), held: is, at });
export const hangsUp = (n: number, reason: CommandOf<'legEnded'>['reason'] = 'hangup', more: Partial<typeof facts> = {}): Command => ({
  type: 'legEnded',
  legId: leg(n),
  reason,
  ...facts,
  ...more,
});
/** Alice's phone is up, and she and the caller hear each other: her leg is 1, her offer 1, her call c1. */
export const talking: readonly Command[] = [call('alice'), accept(1), answered(1), answered(0), joined(0), joined(1)];
export const startCold = (...candidates: string[]): CommandOf<'startTransfer'> & Command => ({
  type: 'startTransfer',
  callId: `${K}-c1`,
  mode: 'COLD',
  target: { kind: 'AGENT', agentId: candidates[0] ?? 'bob', label: 'Bob' },
  note: 'wants a refund',
  shownAs: { number: '101', name: 'Alice' },
  reach: {
    by: 'COLLEAGUES',
    candidates: candidates.map(who),
    unavailableBecause: candidates.length > 0 ? null : 'bob is offline.',
    ringSeconds: 30,
  },
  at,
});
export const consultationJoined = (n: number): Command => ({ type: 'legJoined', legId: leg(n), room: 'consultation', at });
export const startWarm = (...candidates: string[]): Command => ({ ...startCold(...candidates), mode: 'WARM' });
const transferId = `${K}-t1`;
export const switchTo = (to: 'CALLER' | 'TARGET'): Command => ({ type: 'switchParty', transferId, to, at });
export const complete: Command = { type: 'completeTransfer', transferId, at };
/** Alice hangs up in her app, or, without her, a supervisor ends the call for everybody. */
export const hangsUpInApp = (agentId: string | null = 'alice'): Command => ({ type: 'hangUp', callId: `${K}-c1`, agentId, at });
export const putsOnHold = (agentId = 'alice'): Command => ({ type: 'holdCall', callId: `${K}-c1`, agentId, at });
export const resumes = (agentId = 'alice'): Command => ({ type: 'resumeCall', callId: `${K}-c1`, agentId, at });
export const cancel: CommandOf<'cancelTransfer'> & Command = {
  type: 'cancelTransfer',
  transferId,
  transferorIsFree: true,
  ringSeconds: 30,
  at,
};
/** Alice (leg 1) waits in the consultation while bob (offer and leg 2) rings, and the caller hears music. */
export const left = (n: number): Command => ({ type: 'legLeft', legId: leg(n), at });
export const calling: readonly Command[] = [...talking, startWarm('bob'), left(1), held(0)];
/** Alice and bob talk. */
export const consulting: readonly Command[] = [...calling, accept(2), answered(2), consultationJoined(1), consultationJoined(2)];
/** Alice sends the call to bob, whose offer and leg are number 2. */
export const cold: readonly Command[] = [...talking, startCold('bob'), hangsUp(1), held(0)];
export const given = givenFor(conversation);

/** Number support, in another line of business than main; `agents` are rung for it next. */
export const support = (agents: readonly string[], more: Partial<NumberFacts> = {}): NumberFacts =>
  number(agents, { id: 'support', voicemail: true, ...more });
/** Alice transfers to Number support, by the contact that stands for it. */
export const toNumber = (mode: 'COLD' | 'WARM', facts: NumberFacts): Command => ({
  ...startCold('bob'),
  mode,
  target: { kind: 'NUMBER', numberId: facts.id, phoneNumber: '+33187000002', contactId: 'k1', label: 'Support' },
  reach: { by: 'NUMBER', number: facts },
});
export const OUTSIDE = '+33145678901';
/** Alice transfers to somebody outside the account. */
export const toOutside = (
  mode: 'COLD' | 'WARM',
  more: Partial<Extract<CommandOf<'startTransfer'>['reach'], { by: 'OUTSIDE' }>> = {},
): Command => ({
  ...startCold('bob'),
  mode,
  target: { kind: 'EXTERNAL', phoneNumber: OUTSIDE, contactId: null, label: OUTSIDE },
  shownAs: { number: '+33187000001', name: 'Main' },
  reach: { by: 'OUTSIDE', phoneNumber: OUTSIDE, notDialled: null, ringSeconds: 30, ...more },
});
/** The n-th announcement is heard, or over. */
export const heard = (n: number): Command => ({ type: 'announcementBegan', announcementId: `${K}-a${n}`, at });
export const over = (n: number, facts: NumberFacts | null = null, whole = true): Command => ({
  type: 'announcementEnded',
  announcementId: `${K}-a${n}`,
  whole,
  transferorAvailable: true,
  ringSeconds: 30,
  number: facts,
  at,
});
export const dialled: CommandOf<'dial'> & Command = {
  type: 'dial',
  conversationId: K,
  account: 'demo',
  agentId: 'alice',
  to: OUTSIDE,
  notDialled: null,
  line: { id: 'main', e164: '+33187000001', music: null },
  isFree: true,
  ringSeconds: 30,
  at,
};
export const internal: CommandOf<'callAgent'> & Command = {
  type: 'callAgent',
  conversationId: K,
  account: 'demo',
  agentId: 'alice',
  shownAs: { number: '101', name: 'Alice' },
  isFree: true,
  colleague: who('bob'),
  unavailableBecause: null,
  ringSeconds: 30,
  at,
};
