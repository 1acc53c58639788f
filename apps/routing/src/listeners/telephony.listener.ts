import { eventsOf, TelephonyEvent, type Told } from '@cordboard/contracts';
import type { Taken } from '@cordboard/platform-messaging';
import type { CallHandler } from '../calls/call.handler.ts';
import type { ConversationHandler, Outcome } from '../conversations/conversation.handler.ts';
import type { Cursor } from '../conversations/conversation.store.ts';

/** The engine's facts, each decided on and committed with its place in the leg's stream. */
export class TelephonyListener {
  constructor(
    private readonly calls: CallHandler,
    private readonly conversations: ConversationHandler,
  ) {}

  /** Events of one envelope are taken one by one; the last carries the envelope's place. */
  async take(told: Told<{ type: string }>): Promise<Taken> {
    for (const [index, raw] of told.events.entries()) {
      const [event] = eventsOf(TelephonyEvent, { ...told, events: [raw] });
      const seq = told.from + index;
      if (!event) continue; // said by a newer telephony: the next one that is known steps over it
      if (event.type === 'leg.heard' && endsIn(told, index)) continue; // it was cut short by the leg's end, which says it all
      const outcome = await this.apply(event, told, { source: told.source, key: told.key, from: told.from, seq });
      if (outcome.is === 'taken' && outcome.taken === 'gap') return 'gap';
    }
    return 'applied';
  }

  private apply(event: TelephonyEvent, { account, at }: Told<unknown>, cursor: Cursor): Promise<Outcome> {
    const { conversationId, legId } = event;
    const plain = (command: Parameters<ConversationHandler['execute']>[2]): Promise<Outcome> =>
      this.conversations.execute(conversationId, { account, cursor }, command);
    switch (event.type) {
      case 'leg.incoming':
        return this.calls.came(account, { conversationId, legId, from: event.from, to: event.to, at }, cursor);
      case 'leg.ringing':
      case 'voicemail.left': // lies with the recordings
        return plain(() => null);
      case 'leg.answered':
        return plain(() => ({ command: { type: 'legAnswered', legId, at } }));
      case 'leg.hearing':
        return plain(() => ({ command: { type: 'announcementBegan', announcementId: event.announcementId, at } }));
      case 'leg.heard':
        return this.calls.happen(
          conversationId,
          account,
          { type: 'announcementEnded', announcementId: event.announcementId, whole: event.whole },
          { at, cursor },
        );
      case 'leg.joined':
        return plain(() => ({ command: { type: 'legJoined', legId, room: event.room, at } }));
      case 'leg.left':
        return plain(() => ({ command: { type: 'legLeft', legId, at } }));
      case 'leg.held':
      case 'leg.retrieved':
        return plain(() => ({ command: { type: 'legHeld', legId, held: event.type === 'leg.held', at } }));
      case 'leg.ended':
        return this.calls.happen(conversationId, account, { type: 'legEnded', legId, reason: event.reason }, { at, cursor });
    }
  }
}

/** Whether what is told after this ends the leg. */
const endsIn = (told: Told<{ type: string }>, index: number): boolean =>
  told.events.slice(index + 1).some(({ type }) => type === 'leg.ended');
