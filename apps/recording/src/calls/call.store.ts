import type { Mode, Policy, RecordingState } from '@cordboard/domain-recording';
import type { Sql } from '@cordboard/platform-database';

/** A call that routing told of, with what its recording does and what decides about it. */
export interface RecordedCall {
  readonly id: string;
  readonly account: string;
  readonly conversationId: string;
  readonly agentIds: readonly string[];
  readonly participants: readonly string[];
  readonly lineId: string | null;
  readonly madeBy: Mode | null;
  /** The one that held at the answer; before, the one that holds now. */
  readonly policy: Policy;
  readonly leavesCold: boolean;
  readonly state: RecordingState;
}

export class CallStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<RecordedCall[]> {
    return this.sql.query(
      `SELECT call.id, call.account, conversation_id AS "conversationId", coalesce(agent_ids, '{}') AS "agentIds", coalesce(participants, '{}') AS participants,
         line_id AS "lineId", made_by AS "madeBy", leaves_cold AS "leavesCold", call.recording AS state,
         coalesce(call.policy, number.recording, (SELECT recording FROM policy WHERE policy.account = call.account), 'ON_DEMAND') AS policy
       FROM recorded_call call LEFT JOIN number ON number.id = line_id AND number.account = call.account
       WHERE call.account = $1 AND call.id = ANY($2::text[])`,
      account,
      ids,
    );
  }
}

/** A call of which routing has not told yet, or nothing is known any more. */
export const unknownCall = (account: string, id: string): RecordedCall => ({
  id,
  account,
  conversationId: id,
  agentIds: [],
  participants: [],
  lineId: null,
  madeBy: null,
  policy: 'ON_DEMAND',
  leavesCold: false,
  state: 'OFF',
});
