import { eventsOf, TelephonyEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { knownCalls } from '../calls/call.store.ts';
import { deliver } from '../deliveries/delivery.messages.ts';
import { tellOfVoicemails } from '../events/user.messages.ts';

/** What telephony said: of it, messages that were left on Numbers become deliveries. */
export const takeTelephony =
  (database: Database, now: () => Date) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const events = eventsOf(TelephonyEvent, told);
    const calls = events.flatMap((event) => (event.type === 'voicemail.left' ? [event.callId] : []));
    return once(database, told, async (tx) =>
      deliver(tx, told, tellOfVoicemails({ ...told, events }, await knownCalls(tx, told.account, calls)), now()),
    );
  };
