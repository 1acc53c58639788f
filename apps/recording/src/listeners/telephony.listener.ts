import { eventsOf, RecorderFact, TelephonyEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { ConversationStore } from '../calls/conversation.store.ts';
import type { RecordingStore } from '../recordings/recording.store.ts';
import type { VoicemailStore } from '../voicemails/voicemail.store.ts';

/** Where what telephony says is kept. */
interface Stores {
  readonly voicemails: VoicemailStore;
  readonly recordings: RecordingStore;
  readonly conversations: ConversationStore;
}

/** What telephony said: of it, messages that were left, segments that were recorded, and how far the engine does what is wanted. */
export const takeTelephony =
  (database: Database, { voicemails, recordings, conversations }: Stores) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const left = eventsOf(TelephonyEvent, told).filter((event) => event.type === 'voicemail.left');
    const facts = eventsOf(RecorderFact, told);
    return once(database, told, async (tx) => {
      for (const { announcementId: id, numberId, callId, from: sender, seconds, media } of left)
        await voicemails.save(tx, { id, account: told.account, numberId, callId, sender, seconds, leftAt: told.at, media });
      for (const fact of facts)
        if (fact.type === 'recording.kept') await recordings.keep(tx, told.account, fact);
        else await conversations.saveSettled(tx, fact.conversationId, fact.seq);
    });
  };
