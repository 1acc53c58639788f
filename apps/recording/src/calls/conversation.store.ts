import type { Call, Conversation } from '@cordboard/domain-recording';
import type { Database, Sql } from '@cordboard/platform-database';

/** A conversation, how many events have told of it, and the last of them that said what is wanted of the engine. */
export interface StoredConversation {
  readonly state: Conversation;
  readonly told: number;
  readonly wantedSeq: number;
}

/** Conversations, each written by one at a time. */
export class ConversationStore {
  constructor(private readonly database: Database) {}

  /** In a transaction, and locked until its end. */
  async load(tx: Sql, account: string, id: string): Promise<StoredConversation> {
    const [row] = await tx.query<{ told: number; wantedSeq: number }>(
      `INSERT INTO recorded_conversation (id, account) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET account = recorded_conversation.account
       RETURNING told, wanted_seq AS "wantedSeq"`,
      id,
      account,
    );
    const calls = await tx.query<Call>(
      `SELECT id, coalesce(agent_ids, '{}') AS "agentIds", line_id AS "lineId", internal, made_by AS "madeBy", phase, recording, policy, leaves_cold AS "leavesCold"
       FROM recorded_call WHERE account = $1 AND conversation_id = $2 ORDER BY place`,
      account,
      id,
    );
    return { state: { calls }, told: row?.told ?? 0, wantedSeq: row?.wantedSeq ?? 0 };
  }

  async save(tx: Sql, account: string, id: string, { state, told, wantedSeq }: StoredConversation): Promise<void> {
    await tx.query('UPDATE recorded_conversation SET told = $2, wanted_seq = $3 WHERE id = $1', id, told, wantedSeq);
    for (const [place, call] of state.calls.entries())
      await tx.query(
        `INSERT INTO recorded_call (id, account, conversation_id, place, agent_ids, participants, line_id, internal, phase, recording, made_by, leaves_cold, policy)
         VALUES ($1, $2, $3, $4, $5::text[], '{}', $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET agent_ids = excluded.agent_ids, line_id = excluded.line_id, internal = excluded.internal, phase = excluded.phase,
           recording = excluded.recording, made_by = excluded.made_by, leaves_cold = excluded.leaves_cold, policy = excluded.policy`,
        call.id,
        account,
        id,
        place,
        call.agentIds,
        call.lineId,
        call.internal,
        call.phase,
        call.recording,
        call.madeBy,
        call.leavesCold,
        call.policy,
      );
  }

  /** Who takes or took part in a call that is known. */
  async saveParticipants(tx: Sql, account: string, callId: string, participants: readonly string[]): Promise<void> {
    await tx.query('UPDATE recorded_call SET participants = $3::text[] WHERE account = $1 AND id = $2', account, callId, participants);
  }

  async saveSettled(tx: Sql, id: string, seq: number): Promise<void> {
    await tx.query('UPDATE recorded_conversation SET settled = greatest(settled, $2) WHERE id = $1', id, seq);
  }

  async settled(id: string): Promise<number> {
    return (await this.database.query<{ settled: number }>('SELECT settled FROM recorded_conversation WHERE id = $1', id))[0]?.settled ?? 0;
  }
}
