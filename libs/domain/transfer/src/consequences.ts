import { ringing, type Conversation, type Leg } from './conversation.ts';

/** How a conversation holds its agents, derived from its state: a row per agent is kept in step with it, in the same transaction. */
export function engagements(state: Conversation): ReadonlyMap<string, 'RINGING' | 'IN_CALL' | 'RESERVED'> {
  const { situation } = state;
  const held = new Map<string, 'RINGING' | 'IN_CALL' | 'RESERVED'>();
  for (const transfer of state.transfers) if (transfer.endedAt === null) held.set(transfer.transferorId, 'RESERVED'); // D6
  for (const offer of ringing(state)) held.set(offer.agentId, 'RINGING');
  if (situation.is === 'connecting') held.set(situation.agentId, isUp(state, situation.legId) ? 'IN_CALL' : 'RINGING');
  if (situation.is === 'talking' || situation.is === 'calling' || situation.is === 'consulting') held.set(situation.agentId, 'IN_CALL');
  if (situation.is === 'consulting') held.set(situation.target.agentId, isUp(state, situation.target.legId) ? 'IN_CALL' : 'RINGING');
  if (situation.is === 'colleagues') for (const { agentId } of situation.both) held.set(agentId, 'IN_CALL');
  return held;
}

const isUp = (state: Conversation, legId: string): boolean => state.legs.find((leg) => leg.id === legId)?.engine.as === 'up';

/** A timer that a state asks for: it exists exactly as long as the state does. */
export interface WantedTimer {
  readonly id: string;
  readonly dueAt: string;
  readonly group: number;
}

/** The ring time of the offers that ring (D1). */
export function timers(state: Conversation): readonly WantedTimer[] {
  const offer = ringing(state)[0];
  return offer ? [{ id: `${state.id}-ring-${offer.group}`, dueAt: offer.expiresAt, group: offer.group }] : [];
}

type Want =
  | { readonly as: 'waiting' }
  | { readonly as: 'ringing'; readonly displayNumber: string; readonly displayName: string }
  | { readonly as: 'answered' }
  | { readonly as: 'talking'; readonly room: 'main' | 'consultation' }
  | { readonly as: 'held' };
export interface WiredLeg {
  readonly legId: string;
  readonly address: string;
  readonly agentId: string | null;
  readonly callId: string;
  readonly want: Want;
  readonly displayNumber: string | null;
}

/** Who should hear whom: the whole picture that the engine is to be brought to, derived from the state. */
export function wiring(state: Conversation): {
  readonly conversationId: string;
  readonly legs: readonly WiredLeg[];
  readonly ended: Conversation['ending'];
} {
  const { situation } = state;
  const callId = situation.is === 'ended' || situation.is === 'nothing' ? (state.calls.at(-1)?.id ?? state.id) : situation.callId;
  const wire = (leg: Leg, want: Want): WiredLeg => ({
    legId: leg.id,
    address: leg.address,
    agentId: leg.agentId,
    callId,
    want,
    displayNumber: state.offers.find((offer) => offer.legId === leg.id)?.displayNumber ?? null,
  });
  const caller = state.caller && situation.is !== 'ended' ? [wire(state.caller, wantOfCaller(state))] : [];
  return {
    conversationId: state.id,
    legs: [...caller, ...state.legs.map((leg) => wire(leg, wantOfAgent(state, leg)))],
    ended: state.ending,
  };
}

function wantOfCaller(state: Conversation): Want {
  const { situation } = state;
  switch (situation.is) {
    case 'nothing':
    case 'ringing':
    case 'ended':
      return { as: 'waiting' };
    case 'transferring':
    case 'returning':
    case 'colleagues':
      return { as: 'held' };
    case 'calling':
    case 'consulting':
      return situation.talkingTo === 'CALLER' ? { as: 'talking', room: 'main' } : { as: 'held' };
    case 'connecting':
      return { as: 'talking', room: 'main' };
    case 'talking':
      return situation.hold ? { as: 'held' } : { as: 'talking', room: 'main' };
  }
}

function wantOfAgent(state: Conversation, leg: Leg): Want {
  const offer = ringing(state).find((o) => o.legId === leg.id);
  if (offer) return { as: 'ringing', displayNumber: offer.displayNumber, displayName: offer.displayName };
  const { situation } = state;
  if (situation.is === 'colleagues') return { as: 'talking', room: 'consultation' };
  if (situation.is !== 'calling' && situation.is !== 'consulting') return { as: 'talking', room: 'main' };
  if (situation.talkingTo === 'TARGET') return { as: 'talking', room: 'consultation' };
  return leg.id === situation.legId ? { as: 'talking', room: 'main' } : { as: 'held' };
}
