import type { TelephonyEvent } from '@cordboard/contracts';
import type { LegEvent } from '../engine/port.ts';
import { roomOf, type BoardLeg } from './leg.ts';

/** What others are told when an event has made the leg `now` out of what it was `before`; nothing where it is the engine's affair alone. */
export function factsOf(event: LegEvent, before: BoardLeg, now: BoardLeg): TelephonyEvent[] {
  const { legId, conversationId } = now;
  const begun = (): TelephonyEvent[] =>
    now.hearing?.told && !before.hearing?.told ? [{ type: 'leg.hearing', legId, conversationId, announcementId: now.hearing.id }] : [];
  switch (event.type) {
    case 'leg.incoming':
      return [{ type: 'leg.incoming', legId, conversationId, from: event.from, to: event.to }];
    case 'leg.ringing':
    case 'leg.answered':
    case 'leg.held':
    case 'leg.retrieved':
      return [{ type: event.type, legId, conversationId }];
    case 'leg.joined':
    case 'leg.left': {
      const room = roomOf(event.bridgeId);
      return room ? [{ type: event.type, legId, conversationId, room }] : [];
    }
    case 'playback.started':
    case 'recording.started':
      return begun();
    case 'playback.finished':
      return now.hearing ? [] : ended(before, event.whole);
    case 'recording.finished':
      return ended(before, event.full);
    case 'leg.ended':
      return [
        ...(before.hearing?.told ? ended(before, false) : []),
        { type: 'leg.ended', legId, conversationId, reason: event.reason, by: event.by, answered: event.answered },
      ];
    case 'leg.dialing':
    case 'leg.dtmf':
    case 'leg.key':
      return [];
  }
}

/** The end of what a leg heard; its beginning first where that was never told. */
function ended({ legId, conversationId, hearing }: BoardLeg, whole: boolean): TelephonyEvent[] {
  if (!hearing) return [];
  const about = { legId, conversationId, announcementId: hearing.id };
  return [...(hearing.told ? [] : [{ type: 'leg.hearing' as const, ...about }]), { type: 'leg.heard', ...about, whole }];
}
