import { eventsOf, PresenceEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { saveTags } from '../tags/tag.store.ts';
import { saveWrapUp } from '../wrap-up/wrap-up.store.ts';

const HEARD: ReadonlySet<string> = new Set<PresenceEvent['type']>(['wrapUp.ended', 'call.tagged']);

/** What presence said of an agent: of it, the work after a call that has ended is kept, and how a call was tagged. */
export const takePresence =
  (database: Database) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const { account, at } = told;
    const heard = eventsOf(PresenceEvent, { ...told, events: told.events.filter(({ type }) => HEARD.has(type)) });
    return once(database, told, async (tx) => {
      for (const event of heard) {
        if (event.type === 'wrapUp.ended') await saveWrapUp(tx, { account, ...event });
        if (event.type === 'call.tagged') await saveTags(tx, { account, at, ...event });
      }
    });
  };
