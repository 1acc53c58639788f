import { eventsOf, RecordingEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { Want } from '../recordings/segment.ts';
import type { WantStore } from '../recordings/want.store.ts';
import type { Switchboard } from '../switchboard/switchboard.ts';

/** Hears what recording wants. The last word is kept in the transaction that notes the message as taken, and acted upon after it. */
export class RecordingListener {
  constructor(
    private readonly database: Database,
    private readonly wants: WantStore,
    private readonly switchboard: Switchboard,
  ) {}

  readonly take = async (told: Told<{ type: string }>): Promise<Taken> => {
    const want = lastWant(told);
    const taken = await once(this.database, told, async (tx) => {
      if (want) await this.wants.save(tx, want);
    });
    if (taken === 'applied' && want) this.switchboard.record(want);
    return taken;
  };
}

function lastWant(told: Told<{ type: string }>): Want | undefined {
  const event = eventsOf(RecordingEvent, told).findLast(({ type }) => type === 'recording.wanted');
  if (event?.type !== 'recording.wanted') return undefined;
  const { conversationId, want, consultations } = event;
  return { account: told.account, seq: told.seq, conversationId, want, consultations };
}
