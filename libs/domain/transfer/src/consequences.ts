import { isUp, ringing, type Announcement, type Conversation, type Leg, type SoundFile } from './conversation.ts';

/** How a conversation holds its agents, derived from its state: a row per agent is kept in step with it, in the same transaction. */
export function engagements(state: Conversation): ReadonlyMap<string, 'RINGING' | 'IN_CALL' | 'RESERVED'> {
  const { situation } = state;
  const held = new Map<string, 'RINGING' | 'IN_CALL' | 'RESERVED'>();
  const hold = (agentId: string | null, as: 'RINGING' | 'IN_CALL' | 'RESERVED'): void => {
    if (agentId !== null) held.set(agentId, as);
  };
  for (const transfer of state.transfers) if (transfer.endedAt === null) hold(transfer.transferorId, 'RESERVED'); // D6
  for (const offer of ringing(state)) hold(offer.agentId, 'RINGING');
  hold(state.caller?.agentId ?? null, 'IN_CALL');
  if (situation.is === 'dialling') hold(situation.agentId, 'IN_CALL');
  if (situation.is === 'connecting') hold(situation.agentId, isUp(state, situation.legId) ? 'IN_CALL' : 'RINGING');
  if (situation.is === 'talking' || situation.is === 'calling' || situation.is === 'consulting') hold(situation.agentId, 'IN_CALL');
  if (situation.is === 'consulting') hold(situation.target.agentId, isUp(state, situation.target.legId) ? 'IN_CALL' : 'RINGING');
  if (situation.is === 'colleagues') for (const { agentId } of situation.both) hold(agentId, 'IN_CALL');
  return held;
}

/** A timer that a state asks for: it exists exactly as long as the state does. */
export interface WantedTimer {
  readonly id: string;
  readonly dueAt: string;
  readonly group: number;
}

/** The group of an outside party that an agent dialled: there is no offer. */
export const DIALLED = 0;

/** The group of a greeting that broke off: nobody rings yet. */
export const BROKEN_OFF = -1;
/** How long the engine has to tell that a caller hung up whose greeting broke off, in ms: its facts come within some milliseconds. */
const BROKEN_OFF_MS = 1_000;
const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** The ring time of the offers that ring (D1), or of the outside party that was dialled. */
export function timers(state: Conversation): readonly WantedTimer[] {
  const { situation } = state;
  if (situation.is === 'announcing' && situation.brokenOffAt)
    return [{ id: `${state.id}-greeting-${state.announced}`, dueAt: later(situation.brokenOffAt, BROKEN_OFF_MS), group: BROKEN_OFF }];
  if (situation.is === 'dialling') return [{ id: `${state.id}-dial`, dueAt: situation.until, group: DIALLED }];
  const offer = ringing(state)[0];
  return offer ? [{ id: `${state.id}-ring-${offer.group}`, dueAt: offer.expiresAt, group: offer.group }] : [];
}

type Want =
  | { readonly as: 'waiting' }
  | { readonly as: 'ringing'; readonly displayNumber: string; readonly displayName: string }
  | { readonly as: 'answered' }
  | { readonly as: 'talking'; readonly room: 'main' | 'consultation' }
  | { readonly as: 'held'; readonly music?: SoundFile }
  | { readonly as: 'hearing'; readonly announcement: Announcement };
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
    want: want.as === 'held' && state.music ? { ...want, music: state.music } : want,
    displayNumber:
      state.offers.find((offer) => offer.legId === leg.id)?.displayNumber ??
      (situation.is === 'dialling' && leg.id === situation.legId ? (state.caller?.address ?? null) : null),
  });
  const caller = state.caller && situation.is !== 'ended' ? [wire(state.caller, wantOfCaller(state, state.caller))] : [];
  return {
    conversationId: state.id,
    legs: [...caller, ...state.legs.map((leg) => wire(leg, wantOfLeg(state, leg)))],
    ended: state.ending,
  };
}

function wantOfCaller(state: Conversation, caller: Leg): Want {
  const { situation } = state;
  switch (situation.is) {
    case 'nothing':
    case 'ringing': // a colleague's own phone is picked up for them first
    case 'ended':
      return caller.agentId !== null && caller.engine.as === 'ringing' ? { as: 'answered' } : { as: 'waiting' };
    case 'dialling':
      return caller.engine.as === 'up'
        ? { as: 'talking', room: 'main' }
        : { as: 'ringing', displayNumber: situation.shownAs, displayName: situation.shownAs };
    case 'announcing':
      return { as: 'hearing', announcement: situation.announcement };
    case 'transferring':
    case 'returning':
    case 'colleagues':
      return { as: 'held' };
    case 'calling':
    case 'consulting':
      return situation.talkingTo === 'CALLER' ? { as: 'talking', room: 'main' } : { as: 'held' };
    case 'connecting': // whoever took it has yet to pick up: the caller goes on hearing what they heard
      return isUp(state, situation.legId) ? { as: 'talking', room: 'main' } : meanwhile(state, situation.offerId);
    case 'talking':
      return situation.hold ? { as: 'held' } : { as: 'talking', room: 'main' };
  }
}

const meanwhile = (state: Conversation, offerId: string): Want =>
  state.offers.find((offer) => offer.id === offerId)?.kind === 'DIRECT' ? { as: 'waiting' } : { as: 'held' };

function wantOfLeg(state: Conversation, leg: Leg): Want {
  const offer = ringing(state).find((o) => o.legId === leg.id);
  if (offer) return { as: 'ringing', displayNumber: offer.displayNumber, displayName: offer.displayName };
  const { situation } = state;
  if (situation.is === 'dialling' && state.caller?.engine.as === 'ringing')
    return leg.engine.as === 'up' ? { as: 'waiting' } : { as: 'answered' };
  if (situation.is === 'colleagues') return { as: 'talking', room: 'consultation' };
  if (situation.is === 'talking' && situation.callerHolds && leg.id === situation.legId) return { as: 'held' };
  if (situation.is !== 'calling' && situation.is !== 'consulting') return { as: 'talking', room: 'main' };
  if (situation.talkingTo === 'TARGET') return awaitsTarget(state, leg) ? { as: 'waiting' } : { as: 'talking', room: 'consultation' };
  return leg.id === situation.legId ? { as: 'talking', room: 'main' } : { as: 'held' };
}

/** A transferor whose target has yet to pick up hears ringback meanwhile (D17). */
function awaitsTarget(state: Conversation, { id }: Leg): boolean {
  const { situation } = state;
  if (situation.is === 'calling') return situation.legId === id;
  return situation.is === 'consulting' && situation.legId === id && !isUp(state, situation.target.legId);
}
