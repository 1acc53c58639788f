import type { RecorderFact } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Outbox } from '@cordboard/platform-messaging';
import type { Want } from './segment.ts';

/** What recording wants, conversation by conversation, and how far the engine agrees. */
export class WantStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** In the transaction that notes the message as taken. */
  async save(tx: Sql, { conversationId, account, want, consultations, seq }: Want): Promise<void> {
    await tx.query(
      `INSERT INTO recording_want (conversation_id, account, want, consultations, seq) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (conversation_id) DO UPDATE SET want = excluded.want, consultations = excluded.consultations, seq = excluded.seq`,
      conversationId,
      account,
      want,
      consultations,
      seq,
    );
  }

  /** Those of which something may still come. */
  open(): Promise<Want[]> {
    return this.database.query(
      `SELECT conversation_id AS "conversationId", account, want, consultations, seq FROM recording_want WHERE want <> 'OFF' OR settled < seq`,
    );
  }

  /** Tells that the engine agrees, once. */
  async settle({ conversationId, account, seq }: Want): Promise<void> {
    const row = await this.database.transaction(async (tx) => {
      const [told] = await tx.query<{ told: number }>(
        'UPDATE recording_want SET settled = $2, told = told + 1 WHERE conversation_id = $1 AND settled < $2 RETURNING told',
        conversationId,
        seq,
      );
      const fact: RecorderFact = { type: 'recording.settled', conversationId, seq };
      const place = told && { account, key: `recorder-${conversationId}`, from: told.told, seq: told.told };
      return place && this.outbox.add(tx, { ...place, events: [fact] });
    });
    if (row) await this.outbox.publish([row]);
  }
}
