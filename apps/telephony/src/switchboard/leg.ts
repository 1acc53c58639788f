import { ROOMS, type Room } from '@cordboard/contracts';
import type { LegEvent, SnapshotLeg } from '../engine/port.ts';
import { afterSound, over, type Hearing } from './hearing.ts';

/** Whose a leg is. */
export interface LegOwner {
  readonly account: string;
  readonly conversationId: string;
  readonly agentId: string | null;
  /** An agent's id, or a number. */
  readonly address: string;
}

/** What the engine last told of a leg, or accepted for it. */
export interface BoardLeg extends LegOwner {
  readonly legId: string;
  readonly state: 'dialing' | 'ringing' | 'up' | 'ended';
  readonly room: Room | null;
  readonly held: boolean;
  /** Null: unknown, since we were gone. */
  readonly ringback: boolean | null;
  readonly hearing: Hearing | null;
  /** Announcements that are over for this leg, by id: none of them is begun again. */
  readonly heard: readonly string[];
  readonly callId: string | null;
  /** The number that its device shows; null: unknown. */
  readonly shows: string | null;
}

export const newLeg = (owner: LegOwner & { legId: string }, state: BoardLeg['state']): BoardLeg => ({
  legId: owner.legId,
  account: owner.account,
  conversationId: owner.conversationId,
  agentId: owner.agentId,
  address: owner.address,
  state,
  room: null,
  held: false,
  ringback: false,
  hearing: null,
  heard: [],
  callId: null,
  shows: null,
});

/** The bridge of a room, and the room of a bridge. */
export const bridgeOf = (room: Room, conversationId: string): string => `${room}-${conversationId}`;
export const roomOf = (bridgeId: string): Room | null => ROOMS.find((room) => bridgeId.startsWith(`${room}-`)) ?? null;
export const conversationOf = (bridgeId: string): string => bridgeId.slice(bridgeId.indexOf('-') + 1);

/** The leg after an event; the same object where it tells nothing new. */
export function after(leg: BoardLeg, event: LegEvent): BoardLeg {
  if (leg.state === 'ended') return leg;
  switch (event.type) {
    case 'leg.incoming':
    case 'leg.dialing':
    case 'leg.dtmf':
    case 'leg.key':
      return leg;
    case 'leg.ringing':
      return leg.state === 'dialing' ? { ...leg, state: 'ringing' } : leg;
    case 'leg.answered':
      return leg.state === 'up' ? leg : { ...leg, state: 'up', ringback: false };
    case 'leg.joined':
      return leg.room === roomOf(event.bridgeId) ? leg : { ...leg, room: roomOf(event.bridgeId) };
    case 'leg.left':
      return leg.room === roomOf(event.bridgeId) ? { ...leg, room: null } : leg;
    case 'leg.held':
      return leg.held ? leg : { ...leg, held: true };
    case 'leg.retrieved':
      return leg.held ? { ...leg, held: false } : leg;
    case 'playback.started':
    case 'playback.finished':
    case 'recording.started':
    case 'recording.finished':
      return afterSound(leg, event);
    case 'leg.ended':
      return { ...over(leg), state: 'ended', room: null, held: false, ringback: false };
  }
}

/** What must have happened to a leg while nobody was told, by what the engine shows now (undefined: the leg is gone). */
export function missed(leg: BoardLeg, now: SnapshotLeg | undefined): LegEvent[] {
  const { legId } = leg;
  if (leg.state === 'ended') return [];
  const bridgeId = leg.room && bridgeOf(leg.room, leg.conversationId);
  const left: LegEvent[] = bridgeId && now?.bridgeId !== bridgeId ? [{ type: 'leg.left', legId, bridgeId }] : [];
  if (!now) return [...left, { type: 'leg.ended', legId, reason: 'lost', by: 'engine', answered: leg.state === 'up' }];
  const events: LegEvent[] = [];
  if (leg.state === 'dialing') events.push({ type: 'leg.ringing', legId });
  if (leg.state !== 'up' && now.state === 'up') events.push({ type: 'leg.answered', legId });
  if (leg.held && !now.held) events.push({ type: 'leg.retrieved', legId });
  events.push(...left);
  if (now.bridgeId !== null && now.bridgeId !== bridgeId) events.push({ type: 'leg.joined', legId, bridgeId: now.bridgeId });
  if (!leg.held && now.held) events.push({ type: 'leg.held', legId });
  return events;
}
