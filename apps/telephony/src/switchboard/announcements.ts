import type { Wiring } from '@cordboard/contracts';
import type { LegEvent, Snapshot } from '../engine/port.ts';
import type { Message } from '../voicemails/voicemail.store.ts';
import { beginning, isSound, missedSound, soundOf, type Announced, type SoundEvent } from './hearing.ts';
import type { BoardLeg } from './leg.ts';

/** Which announcement each leg was last wanted to hear, and what that says of the engine's words about sounds and recordings. */
export class Announcements {
  private readonly byLeg = new Map<string, Announced>();

  remember({ legs }: Wiring): void {
    for (const { legId, callId, want } of legs)
      if (want.as === 'hearing') {
        const { id, what, numberId } = want.announcement;
        this.byLeg.set(legId, { id, what, numberId, callId });
      }
  }

  forget(legId: string): void {
    this.byLeg.delete(legId);
  }

  of(legId: string): Announced | undefined {
    return this.byLeg.get(legId);
  }

  /** The engine may tell that an announcement began before it tells that it will. */
  expected(leg: BoardLeg, event: LegEvent): BoardLeg {
    const announcement = this.byLeg.get(leg.legId);
    return isSound(event) && announcement?.id === soundOf(event) ? beginning(leg, announcement) : leg;
  }

  /** What a leg that is gone must have left, while nobody was told. */
  left(leg: BoardLeg, { kept }: Snapshot): SoundEvent[] {
    const id = this.idFor(leg);
    return kept
      .filter(({ recordingId }) => recordingId === id)
      .map((recording) => ({ type: 'recording.finished', legId: leg.legId, ...recording, full: false }));
  }

  /** What must have happened to what a leg that lives is hearing, while nobody was told; `lost` where it is to begin anew. */
  missed(leg: BoardLeg, snapshot: Snapshot): SoundEvent[] | 'lost' {
    const id = this.idFor(leg);
    return id === undefined ? [] : missedSound(leg.legId, id, snapshot);
  }

  private idFor({ legId, hearing }: BoardLeg): string | undefined {
    return (hearing ?? this.byLeg.get(legId))?.id;
  }
}

/** What somebody has said to a voicemail, if that is what ended. @param wanted the leg as routing wants it now: its call, and its number as routing reads it */
export function messageIn(
  event: LegEvent,
  { hearing, ...leg }: BoardLeg,
  wanted: Pick<Wiring['legs'][number], 'callId' | 'address'> | undefined,
  now: Date,
): Message | undefined {
  if (event.type !== 'recording.finished' || hearing?.what !== 'voicemail' || hearing.id !== event.recordingId) return undefined;
  return {
    id: hearing.id,
    account: leg.account,
    conversationId: leg.conversationId,
    legId: leg.legId,
    callId: wanted?.callId ?? leg.callId ?? hearing.callId,
    numberId: hearing.numberId,
    from: wanted?.address ?? leg.address,
    seconds: event.seconds,
    leftAt: now,
  };
}
