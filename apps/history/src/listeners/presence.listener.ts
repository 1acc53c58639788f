import { PresenceEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { saveWrapUp } from '../wrap-up/wrap-up.store.ts';

/** What presence said of an agent: of it, the work after a call that has ended is kept. */
export const takePresence =
  (database: Database) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const ended = told.events.filter((event) => event.type === 'wrapUp.ended').map((event) => PresenceEvent.parse(event));
    return once(database, told, async (tx) => {
      for (const event of ended) if (event.type === 'wrapUp.ended') await saveWrapUp(tx, { account: told.account, ...event });
    });
  };
