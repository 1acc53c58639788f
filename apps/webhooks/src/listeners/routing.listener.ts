import { eventsOf, RoutingEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { knownCalls, saveCalls } from '../calls/call.store.ts';
import { deliver } from '../deliveries/delivery.messages.ts';
import { tellOfCalls } from '../events/call.messages.ts';

/** What routing said of a conversation becomes deliveries, and what is known of its calls. */
export const takeRouting =
  (database: Database, now: () => Date) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const events = eventsOf(RoutingEvent, told);
    return once(database, told, async (tx) => {
      const { messages, calls } = tellOfCalls({ ...told, events }, await knownCalls(tx, told.account, idsIn(events)));
      await deliver(tx, told, messages, now());
      await saveCalls(tx, told.account, calls, now());
    });
  };

const idsIn = (events: readonly RoutingEvent[]): readonly string[] => [
  ...new Set(
    events.flatMap((event) => (event.type === 'calls.changed' ? event.calls.map(({ id }) => id) : 'callId' in event ? [event.callId] : [])),
  ),
];
