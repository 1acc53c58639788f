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

/** A leg as it is after these facts, with what came of recordings that ended with them. */
export interface ToldLeg {
  readonly leg: BoardLeg;
  readonly facts: readonly TelephonyEvent[];
  readonly messages: readonly Message[];
}

/** The legs as they were last told. */
export class LegStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly voicemails: VoicemailStore,
  ) {}

  /** Saves legs together with what is told of them and what came of their recordings; the rows are to be published. */
  save(told: readonly ToldLeg[]): Promise<OutboxRow[]> {
    const legs = told.toSorted((a, b) => (a.leg.legId < b.leg.legId ? -1 : 1)); // one order for all, so that nobody waits for each other
    const rows = legs.map(({ leg, facts }) => ({
      id: leg.legId,
      account: leg.account,
      conversation_id: leg.conversationId,
      agent_id: leg.agentId,
      address: leg.address,
      state: leg.state,
      room: leg.room,
      held: leg.held,
      call_id: leg.callId,
      last_seq: facts.length,
      hearing: leg.hearing,
      heard: leg.heard,
    }));
    return this.database.transaction(async (tx) => {
      for (const message of legs.flatMap(({ messages }) => messages)) await this.voicemails.note(tx, message);
      const saved = await tx.query<{ id: string; last_seq: number }>(
        `INSERT INTO leg (id, account, conversation_id, agent_id, address, state, room, held, call_id, last_seq, hearing, heard)
         SELECT id, account, conversation_id, agent_id, address, state, room, held, call_id, last_seq, hearing, heard FROM jsonb_populate_recordset(NULL::leg, $1::jsonb)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, room = excluded.room, held = excluded.held, call_id = excluded.call_id,
           hearing = excluded.hearing, heard = excluded.heard, last_seq = leg.last_seq + excluded.last_seq
         RETURNING id, last_seq`,
        JSON.stringify(rows),
      );
      const lastOf = new Map(saved.map((row) => [row.id, row.last_seq]));
      return this.outbox.addAll(
        tx,
        legs.map(({ leg, facts: events }) => {
          const seq = lastOf.get(leg.legId) ?? events.length;
          return { account: leg.account, key: leg.legId, from: seq - events.length + 1, seq, events };
        }),
      );
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
