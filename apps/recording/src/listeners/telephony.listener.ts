import { TelephonyEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { VoicemailStore } from '../voicemails/voicemail.store.ts';

/** What telephony said: of it, messages that were left on Numbers are kept. */
export const takeTelephony =
  (database: Database, voicemails: VoicemailStore) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const left = told.events.filter((event) => event.type === 'voicemail.left').map((event) => TelephonyEvent.parse(event));
    return once(database, told, async (tx) => {
      for (const event of left)
        if (event.type === 'voicemail.left') {
          const { announcementId: id, numberId, callId, from: sender, seconds, media } = event;
          await voicemails.save(tx, { id, account: told.account, numberId, callId, sender, seconds, leftAt: told.at, media });
        }
    });
  };
