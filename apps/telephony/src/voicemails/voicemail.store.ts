import type { Media } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { keyOf, leftMessage } from './voicemail.messages.ts';

/** What somebody said to a voicemail, as the engine has recorded it; `id` is its announcement's, and its recording's. */
export interface Message {
  readonly id: string;
  readonly account: string;
  readonly conversationId: string;
  readonly legId: string;
  /** The call that the leg carried when the recording ended. */
  readonly callId: string;
  readonly numberId: string;
  readonly from: string;
  readonly seconds: number;
  readonly leftAt: Date;
}

/** Messages from the end of their recording until the engine has nothing of them any more. */
export class VoicemailStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** In the transaction that tells the end of the recording. */
  async note(tx: Sql, message: Message): Promise<void> {
    await tx.query(
      `INSERT INTO voicemail (id, account, conversation_id, leg_id, call_id, number_id, sender, seconds, left_at, told)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, false) ON CONFLICT (id) DO NOTHING`,
      message.id,
      message.account,
      message.conversationId,
      message.legId,
      message.callId,
      message.numberId,
      message.from,
      message.seconds,
      message.leftAt.toISOString(),
    );
  }

  async ids(): Promise<string[]> {
    return (await this.database.query<{ id: string }>('SELECT id FROM voicemail ORDER BY left_at')).map(({ id }) => id);
  }

  async find(id: string): Promise<(Message & { readonly told: boolean }) | undefined> {
    const [row] = await this.database.query<Message & { told: boolean }>(
      `SELECT id, account, conversation_id AS "conversationId", leg_id AS "legId", call_id AS "callId", number_id AS "numberId", sender AS "from", seconds, left_at AS "leftAt", told
       FROM voicemail WHERE id = $1`,
      id,
    );
    return row;
  }

  /** Notes that the message lies in the storage, and tells it, in one transaction; the row is to be published. */
  tell(message: Message, media: Media): Promise<OutboxRow> {
    return this.database.transaction(async (tx) => {
      await tx.query('UPDATE voicemail SET told = true WHERE id = $1', message.id);
      const at = message.leftAt.toISOString();
      return this.outbox.add(tx, {
        account: message.account,
        key: keyOf(message),
        from: 1,
        seq: 1,
        at,
        events: [leftMessage(message, media)],
      });
    });
  }

  async forget(id: string): Promise<void> {
    await this.database.query('DELETE FROM voicemail WHERE id = $1', id);
  }
}
