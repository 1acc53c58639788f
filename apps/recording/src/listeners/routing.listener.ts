import { RoutingEvent, type Told } from '@cordboard/contracts';
import { originsIn, type OriginEvent } from '@cordboard/domain-recording';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { CallStore } from '../calls/call.store.ts';

/** What of a conversation tells how a call came to be; the rest, and what routing may say in years to come, is passed over. */
const HEARD: ReadonlySet<string> = new Set<OriginEvent['type']>(['call.began', 'transfer.completed']);

/** What routing said of a conversation becomes calls that recording knows, in one transaction with how far we have heard it. */
export const takeRouting =
  (database: Database, calls: CallStore) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const events = told.events
      .filter((event) => HEARD.has(event.type))
      .map((event) => RoutingEvent.parse(event))
      .filter(isOrigin);
    return once(database, told, async (tx) => {
      for (const origin of originsIn(events)) await calls.save(tx, told.account, origin);
    });
  };

const isOrigin = (event: RoutingEvent): event is Extract<RoutingEvent, { type: OriginEvent['type'] }> => HEARD.has(event.type);
