import type { Wiring } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';

/** The last wiring of a conversation, and the number of the routing event that told it. */
export interface KnownWiring {
  readonly account: string;
  readonly seq: number;
  readonly wiring: Wiring;
}

/** What routing wants, conversation by conversation. */
export class WiringStore {
  constructor(private readonly database: Database) {}

  /** In the transaction that notes the event as taken. */
  async save(tx: Sql, { account, seq, wiring }: KnownWiring): Promise<void> {
    await tx.query(
      `INSERT INTO wiring (conversation_id, account, seq, body, live) VALUES ($1, $2, $3, $4::jsonb, true)
       ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq, body = excluded.body, live = true`,
      wiring.conversationId,
      account,
      seq,
      JSON.stringify(wiring),
    );
  }

  live(): Promise<KnownWiring[]> {
    return this.database.query<KnownWiring>('SELECT account, seq, body AS wiring FROM wiring WHERE live');
  }

  /** The engine has nothing left of the conversation, unless routing has told more since. */
  async close({ seq, wiring }: KnownWiring): Promise<void> {
    await this.database.query('UPDATE wiring SET live = false WHERE conversation_id = $1 AND seq = $2', wiring.conversationId, seq);
  }
}
