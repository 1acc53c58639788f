import type { TelephonyEvent } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { Message, VoicemailStore } from '../voicemails/voicemail.store.ts';
import { newLeg, type BoardLeg } from './leg.ts';

interface Row {
  id: string;
  account: string;
  conversation_id: string;
  agent_id: string | null;
  address: string;
  state: BoardLeg['state'];
  room: BoardLeg['room'];
  held: boolean;
  hearing: BoardLeg['hearing'];
  heard: string[];
  call_id: string | null;
}

/** The legs as they were last told. */
export class LegStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly voicemails: VoicemailStore,
  ) {}

  /** Saves a leg together with what is told of it and what came of its recordings; the row is to be published. */
  save(leg: BoardLeg, events: readonly TelephonyEvent[], messages: readonly Message[]): Promise<OutboxRow> {
    return this.database.transaction(async (tx) => {
      for (const message of messages) await this.voicemails.note(tx, message);
      const [row] = await tx.query<{ last_seq: number }>(
        `INSERT INTO leg (id, account, conversation_id, agent_id, address, state, room, held, call_id, last_seq, hearing, heard)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::text[])
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, room = excluded.room, held = excluded.held, call_id = excluded.call_id,
           hearing = excluded.hearing, heard = excluded.heard, last_seq = leg.last_seq + $10
         RETURNING last_seq`,
        leg.legId,
        leg.account,
        leg.conversationId,
        leg.agentId,
        leg.address,
        leg.state,
        leg.room,
        leg.held,
        leg.callId,
        events.length,
        leg.hearing && JSON.stringify(leg.hearing),
        leg.heard,
      );
      const seq = row?.last_seq ?? events.length;
      return this.outbox.add(tx, { account: leg.account, key: leg.legId, from: seq - events.length + 1, seq, events });
    });
  }

  /** Legs that live, and all legs of conversations that do. */
  async known(): Promise<BoardLeg[]> {
    const rows = await this.database.query<Row>(
      `SELECT id, account, conversation_id, agent_id, address, state, room, held, hearing, heard, call_id FROM leg
       WHERE state <> 'ended' OR conversation_id IN (SELECT conversation_id FROM wiring WHERE live)`,
    );
    return rows.map((row) => ({
      ...newLeg(
        { legId: row.id, account: row.account, conversationId: row.conversation_id, agentId: row.agent_id, address: row.address },
        row.state,
      ),
      room: row.room,
      held: row.held,
      hearing: row.hearing,
      heard: row.heard,
      callId: row.call_id,
    }));
  }
}
