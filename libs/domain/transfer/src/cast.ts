import { given as givenFor } from '@cordboard/decider';
import { conversation, type Command, type CommandOf } from './index.ts';

/** The cast of the specs: one caller, the Number they dialled, and the colleagues of team sales. */
export const K = 'k0000000000000000000';
export const at = '2026-01-05T10:00:00.000Z';
const facts = { at, transferorAvailable: true, ringSeconds: 30 };

export const call = (...agents: string[]): CommandOf<'callCame'> & Command => ({
  type: 'callCame',
  conversationId: K,
  account: 'demo',
  legId: 'in1',
  from: '+33611111111',
  line: { id: 'main' },
  candidates: agents.map((agentId) => ({ agentId })),
  ringSeconds: 30,
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
export const answered = (n: number): Command => ({ type: 'legAnswered', legId: leg(n), ...facts });
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
  transferor: { number: '101', name: 'Alice' },
  candidates: candidates.map((agentId) => ({ agentId })),
  unavailableBecause: candidates.length > 0 ? null : 'bob is offline.',
  ringSeconds: 30,
  at,
});
export const consultationJoined = (n: number): Command => ({ type: 'legJoined', legId: leg(n), room: 'consultation', at });
export const startWarm = (...candidates: string[]): Command => ({ ...startCold(...candidates), mode: 'WARM' });
const transferId = `${K}-t1`;
export const switchTo = (to: 'CALLER' | 'TARGET'): Command => ({ type: 'switchParty', transferId, to, at });
export const complete: Command = { type: 'completeTransfer', transferId, at };
export const cancel: Command = { type: 'cancelTransfer', transferId, at };
/** Alice (leg 1) waits in the consultation while bob (offer and leg 2) rings, and the caller hears music. */
export const calling: readonly Command[] = [...talking, startWarm('bob'), consultationJoined(1), held(0)];
/** Alice and bob talk. */
export const consulting: readonly Command[] = [...calling, accept(2), answered(2), consultationJoined(2)];
/** Alice sends the call to bob, whose offer and leg are number 2. */
export const cold: readonly Command[] = [...talking, startCold('bob'), hangsUp(1), held(0)];
export const given = givenFor(conversation);
