import type { Room } from '@cordboard/contracts';
import { beginning, type Announced } from './hearing.ts';
import { newLeg, roomOf, type BoardLeg, type LegOwner } from './leg.ts';
import type { Step } from './steps.ts';

/** The engine's side of one conversation. */
interface Conversation {
  readonly legs: Map<string, BoardLeg>;
  readonly rooms: Set<Room>;
}

/** What we know of the engine now, by conversation. Legs that ended stay until their conversation is forgotten, so that none is dialled twice. */
export class Board {
  private readonly conversations = new Map<string, Conversation>();
  private readonly homes = new Map<string, string>();

  leg(legId: string): BoardLeg | undefined {
    return this.conversations.get(this.homes.get(legId) ?? '')?.legs.get(legId);
  }

  put(leg: BoardLeg): void {
    this.homes.set(leg.legId, leg.conversationId);
    this.of(leg.conversationId).legs.set(leg.legId, leg);
  }

  of(conversationId: string): Conversation {
    const known = this.conversations.get(conversationId);
    if (known) return known;
    const added: Conversation = { legs: new Map(), rooms: new Set() };
    this.conversations.set(conversationId, added);
    return added;
  }

  /** All legs that have not ended. */
  live(): BoardLeg[] {
    return [...this.conversations.values()].flatMap(({ legs }) => [...legs.values()]).filter(({ state }) => state !== 'ended');
  }

  isQuiet(conversationId: string): boolean {
    const { legs, rooms } = this.of(conversationId);
    return rooms.size === 0 && [...legs.values()].every(({ state }) => state === 'ended');
  }

  forget(conversationId: string): void {
    for (const legId of this.of(conversationId).legs.keys()) this.homes.delete(legId);
    this.conversations.delete(conversationId);
  }

  /** The engine has nothing of what the leg was hearing. */
  lost(leg: BoardLeg): void {
    if (leg.hearing) this.put({ ...leg, hearing: { ...leg.hearing, stage: 'lost' } });
  }

  /** Forgets what an engine that came back has to show anew (which rooms exist), and what none shows (who hears ringback). */
  reset(): void {
    for (const { rooms } of this.conversations.values()) rooms.clear();
    for (const leg of this.live()) this.put({ ...leg, ringback: null });
  }

  /** Notes what the engine accepted and will not tell by an event. */
  accepted(step: Step, conversationId: string, known: { owner: LegOwner | undefined; announcement: Announced | undefined }): void {
    switch (step.command) {
      case 'dial': {
        const { legId, callId, shows } = step.with;
        const leg = this.leg(legId) ?? (known.owner && newLeg({ legId, ...known.owner }, 'dialing'));
        if (leg) this.put({ ...leg, callId, shows: shows.number });
        return;
      }
      case 'ringing':
        return this.change(step.with.legId, { ringback: step.with.on });
      case 'identify':
        return this.change(step.with.legId, { shows: step.with.shows.number });
      case 'label':
        return this.change(step.with.legId, { callId: step.with.callId });
      case 'createBridge':
        return void this.of(conversationId).rooms.add(roomOf(step.with.bridgeId) as Room);
      case 'destroyBridge':
        return void this.of(conversationId).rooms.delete(roomOf(step.with.bridgeId) as Room);
      case 'play': {
        const leg = 'legId' in step.with.on ? this.leg(step.with.on.legId) : undefined;
        if (leg?.hearing?.stage === 'lost') this.put({ ...leg, hearing: { ...leg.hearing, stage: 'playing' } });
        else if (leg && known.announcement) this.put(beginning(leg, known.announcement));
        return;
      }
      case 'record': {
        const leg = this.leg(step.with.legId);
        if (leg?.hearing?.stage === 'played') this.put({ ...leg, hearing: { ...leg.hearing, stage: 'recording' } });
        return;
      }
      case 'stopPlay':
      case 'stopRecord':
      case 'answer':
      case 'hangup':
      case 'hold':
      case 'retrieve':
      case 'join':
      case 'leave':
        return;
    }
  }

  private change(legId: string, change: Partial<BoardLeg>): void {
    const leg = this.leg(legId);
    if (leg && leg.state !== 'ended') this.put({ ...leg, ...change });
  }
}
