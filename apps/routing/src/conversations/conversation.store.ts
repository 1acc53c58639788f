import { noConversation, type Conversation, type Event } from '@cordboard/domain-transfer';
import type { RoutingEvent, Told } from '@cordboard/contracts';
import type { OutboxRow } from '@cordboard/platform-messaging';
import type { RoutingDatabase } from '../database.store.ts';

/** A conversation as it was committed last. */
export interface Stored {
  readonly state: Conversation;
  /** How many commits it has had; the next names it. */
  readonly version: number;
  /** The number of the last event that was told to the others. */
  readonly told: number;
}

/** What one commit does to the row of an agent: `rev` where nobody may have changed it since it was read. */
export interface AgentChange {
  readonly id: string;
  readonly rev: number | null;
  readonly engagedAs: 'RINGING' | 'IN_CALL' | null;
  readonly reserved: boolean;
  /** Not to be rung until presence has told what follows from the call that ended. */
  readonly settle: boolean;
}

/** The event of a stream that a commit is the effect of. */
export interface Cursor {
  readonly source: string;
  readonly key: string;
  readonly from: number;
  readonly seq: number;
}

/** An idempotency key with what it stands for. `hash` is of the command's parameters. */
export interface OnceKey {
  readonly agentId: string;
  readonly key: string;
  readonly hash: string;
  readonly result: string;
}

export interface Commit {
  readonly id: string;
  readonly account: string;
  readonly expected: number;
  readonly at: string;
  readonly cursor: Cursor | null;
  readonly once: OnceKey | null;
  /** Null: nothing happened, only the cursor moves. */
  readonly change: {
    readonly state: Conversation;
    readonly live: boolean;
    readonly events: readonly Event[];
    readonly agents: readonly AgentChange[];
    readonly timers: { readonly set: readonly { id: string; dueAt: string; body: object }[]; readonly end: readonly string[] };
    readonly told: number;
    /** Null where nothing is to be told. */
    readonly outbox: { readonly subject: string; readonly body: Told<RoutingEvent> } | null;
  } | null;
}

/** `conflict`: somebody else was first; `agents`: an agent was taken or changed meanwhile. Both: decide again. */
export type Saved =
  | { readonly outcome: 'saved'; readonly row: OutboxRow | null }
  | { readonly outcome: 'duplicate' | 'gap' | 'conflict' | 'agents' }
  | { readonly outcome: 'repeated'; readonly hash: string; readonly result: string };

/** Conversations in PostgreSQL: the truth. */
export class ConversationStore {
  constructor(private readonly database: RoutingDatabase) {}

  async load(id: string): Promise<Stored | null> {
    const [row] = await this.database.query<Stored>('SELECT state, version, told FROM conversation WHERE id = $1', id);
    return row ? { ...row, state: { ...noConversation, ...row.state } } : null; // what an older version saved may lack what came since
  }

  /** One command in one round trip (see the migration save_conversation). */
  async save(commit: Commit): Promise<Saved> {
    const { change } = commit;
    const answer = await this.run(parameterOf(commit));
    if (answer.outcome !== 'saved') return answer;
    return {
      outcome: 'saved',
      row:
        change?.outbox && answer.outboxId
          ? { id: answer.outboxId, subject: change.outbox.subject, key: commit.id, seq: change.told, body: change.outbox.body }
          : null,
    };
  }

  private async run(p: string): Promise<Answer> {
    const [row] = await this.database
      .query<{ answer: Answer }>('SELECT save_conversation($1::jsonb) AS answer', p)
      .catch((error: unknown) => {
        if (isDoubleInsert(error)) return [{ answer: { outcome: 'conflict' as const } }];
        throw error;
      });
    if (!row) throw new Error('save_conversation answered nothing');
    return row.answer;
  }

  /** What a command with this key came to, if it was given before. */
  async repeated(account: string, agentId: string, key: string): Promise<{ hash: string; result: string } | null> {
    const [row] = await this.database.query<{ hash: string; result: string }>(
      'SELECT hash, result FROM idempotency WHERE account = $1 AND agent_id = $2 AND key = $3',
      account,
      agentId,
      key,
    );
    return row ?? null;
  }

  /** Live conversations of the account in which a call has this line, or a transfer this target; some of these calls and transfers may have ended. */
  async naming(account: string, what: { readonly teamId: string } | { readonly numberId: string }): Promise<readonly Conversation[]> {
    const rows = await this.database.query<{ state: Conversation }>(
      `SELECT state FROM conversation WHERE account = $1 AND live AND (state->'transfers' @> $2::jsonb OR state->'calls' @> $3::jsonb)`,
      account,
      JSON.stringify([{ target: what }]),
      JSON.stringify([{ lineId: 'numberId' in what ? what.numberId : '' }]),
    );
    return rows.map(({ state }) => ({ ...noConversation, ...state }));
  }

  /** Conversations that hold this agent now, newest first. */
  holding(account: string, agentId: string): Promise<readonly Stored[]> {
    return this.database.query<Stored>(
      `SELECT c.state, c.version, c.told FROM agent a JOIN conversation c ON c.id = a.engaged_by OR c.id = ANY(a.reserved_by) WHERE a.account = $1 AND a.id = $2 ORDER BY c.started_at DESC`,
      account,
      agentId,
    );
  }
}

/** What save_conversation is given. */
export function parameterOf(commit: Commit): string {
  const { change } = commit;
  return JSON.stringify({
    id: commit.id,
    account: commit.account,
    expected: commit.expected,
    at: commit.at,
    ...(commit.cursor ? { cursor: commit.cursor } : {}),
    ...(commit.once ? { once: commit.once } : {}),
    ...(change
      ? {
          version: commit.expected + 1,
          told: change.told,
          live: change.live,
          state: change.state,
          events: change.events,
          agents: change.agents,
          timers: change.timers,
        }
      : {}),
    ...(change?.outbox ? { outbox: { key: commit.id, seq: change.told, subject: change.outbox.subject, body: change.outbox.body } } : {}),
  });
}

type Answer =
  | { outcome: 'saved'; outboxId: string | null }
  | { outcome: 'duplicate' | 'gap' | 'conflict' | 'agents' }
  | { outcome: 'repeated'; hash: string; result: string };

/** Two first commits of one conversation, or of one idempotency key, at the same instant: the second is to decide again. */
const isDoubleInsert = (error: unknown): boolean =>
  /23505/.test(JSON.stringify((error as { meta?: unknown }).meta ?? (error as { code?: string }).code ?? ''));
