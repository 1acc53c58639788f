import { isRefusal, type Refusal } from '@cordboard/decider';
import { recording, type Conversation, type Wish } from '@cordboard/domain-recording';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { consultationsRecorded } from '../policy/policy.store.ts';
import { messagesOf } from './conversation.messages.ts';
import type { ConversationStore } from './conversation.store.ts';

/** What came of a wish: `seq` numbers the message that says what the engine is to do now. */
export type Outcome = { readonly is: 'done'; readonly seq: number } | { readonly is: 'refused'; readonly refusal: Refusal };

/** What becomes of the recording of a conversation's calls: one change at a time, each in one transaction with what is told of it. */
export class Conversations {
  constructor(
    private readonly database: Database,
    private readonly store: ConversationStore,
    private readonly outbox: Outbox,
  ) {}

  /** Does what somebody who may wants of a call. */
  async execute(call: { readonly account: string; readonly conversationId: string; readonly id: string }, wish: Wish): Promise<Outcome> {
    let refusal: Refusal | undefined;
    const { seq, rows } = await this.database.transaction((tx) =>
      this.change(tx, call.account, call.conversationId, async (state) => {
        const decided = recording.decide(state, { type: wish, callId: call.id });
        refusal = isRefusal(decided) ? decided : undefined;
        return isRefusal(decided) ? state : decided.reduce(recording.evolve, state);
      }),
    );
    await this.outbox.publish(rows);
    return refusal ? { is: 'refused', refusal } : { is: 'done', seq };
  }

  /** In somebody's transaction: the rows are to be published once it is committed. */
  async change(
    tx: Sql,
    account: string,
    id: string,
    to: (state: Conversation) => Promise<Conversation>,
  ): Promise<{ readonly seq: number; readonly rows: readonly OutboxRow[] }> {
    const before = await this.store.load(tx, account, id);
    const state = await to(before.state);
    if (state === before.state) return { seq: before.wantedSeq, rows: [] };
    const events = messagesOf(id, before.state, state, await consultationsRecorded(tx, account));
    const told = before.told + events.length;
    const wantedSeq = events.some(({ type }) => type === 'recording.wanted') ? told : before.wantedSeq;
    await this.store.save(tx, account, id, { state, told, wantedSeq });
    if (events.length === 0) return { seq: wantedSeq, rows: [] };
    return { seq: wantedSeq, rows: [await this.outbox.add(tx, { account, key: id, from: before.told + 1, seq: told, events })] };
  }
}
