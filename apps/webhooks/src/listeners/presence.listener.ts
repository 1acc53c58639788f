import { eventsOf, PresenceEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { knownCalls } from '../calls/call.store.ts';
import { deliver } from '../deliveries/delivery.messages.ts';
import { tellOfUsers } from '../events/user.messages.ts';

/** What presence said of an agent, or of the tags of a call, becomes deliveries. */
export const takePresence =
  (database: Database, now: () => Date) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const events = eventsOf(PresenceEvent, told);
    const tagged = events.flatMap((event) => (event.type === 'call.tagged' ? [event.callId] : []));
    return once(database, told, async (tx) =>
      deliver(tx, told, tellOfUsers({ ...told, events }, await knownCalls(tx, told.account, tagged)), now()),
    );
  };
