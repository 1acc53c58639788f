import type { TelephonyEvent } from '@cordboard/contracts';
import type { LegEvent } from '../engine/port.ts';
import { roomOf } from './leg.ts';

/** What others are told of an engine's event; undefined: it is nobody's affair but the engine's. */
export function factOf(event: LegEvent, conversationId: string): TelephonyEvent | undefined {
  const { legId } = event;
  switch (event.type) {
    case 'leg.incoming':
      return { type: 'leg.incoming', legId, conversationId, from: event.from, to: event.to };
    case 'leg.ringing':
    case 'leg.answered':
    case 'leg.held':
    case 'leg.retrieved':
      return { type: event.type, legId, conversationId };
    case 'leg.joined':
    case 'leg.left': {
      const room = roomOf(event.bridgeId);
      return room ? { type: event.type, legId, conversationId, room } : undefined;
    }
    case 'leg.ended':
      return { type: 'leg.ended', legId, conversationId, reason: event.reason, by: event.by, answered: event.answered };
    case 'leg.dialing':
    case 'leg.dtmf':
      return undefined;
  }
}
