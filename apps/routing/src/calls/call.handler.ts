import type { Command, Conversation } from '@cordboard/domain-transfer';
import { transferOf } from '@cordboard/domain-transfer';
import type { AgentStore } from '../agents/agent.store.ts';
import { whoMayBeRung } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import type { ConversationHandler, Outcome, Prepared } from '../conversations/conversation.handler.ts';
import type { Cursor } from '../conversations/conversation.store.ts';

type WithFacts = Extract<Command, { transferorAvailable: boolean }>;
/** A command before the facts are read that it may need. */
export type Bare = WithFacts extends infer C
  ? C extends WithFacts
    ? Omit<C, 'transferorAvailable' | 'ringSeconds' | 'at'>
    : never
  : never;

/** Calls come, ring and end: reads the facts that a command needs and lets the rules decide. */
export class CallHandler {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly agents: AgentStore,
    private readonly directory: DirectoryStore,
  ) {}

  /** An outside party calls a phone number: the Number's team or agent is rung, all who may be at once. */
  came(
    account: string,
    call: { conversationId: string; legId: string; from: string; to: string; at: string },
    cursor: Cursor,
  ): Promise<Outcome> {
    return this.conversations.execute(call.conversationId, { account, cursor }, async () => {
      const [number, policy] = await Promise.all([this.directory.numberDialled(account, call.to), this.directory.policy(account)]);
      const [step] = number?.distribution ?? [];
      const team = step?.teamId ? await this.directory.team(account, step.teamId) : null;
      const { candidates, revs } = whoMayBeRung(
        'CALL',
        await this.agents.find(account, step?.agentId ? [step.agentId] : (team?.memberIds ?? [])),
      );
      return {
        command: {
          type: 'callCame',
          conversationId: call.conversationId,
          account,
          legId: call.legId,
          from: call.from,
          line: number && { id: number.id },
          candidates,
          ringSeconds: step?.ringSeconds ?? policy.ringSeconds,
          at: call.at,
        },
        revs,
      };
    });
  }

  /** Something that may leave a call unanswered: the rules are told whether its transferor could take it back (S7, S8). */
  happen(conversationId: string, account: string, bare: Bare, o: { at: string; cursor?: Cursor }): Promise<Outcome> {
    return this.conversations.execute(conversationId, { account, ...(o.cursor ? { cursor: o.cursor } : {}) }, (state) =>
      this.withFacts(state, bare, o.at),
    );
  }

  private async withFacts(state: Conversation, bare: Bare, at: string): Promise<Prepared> {
    const { account, situation } = state;
    const pending =
      situation.is === 'connecting'
        ? state.transfers.find((transfer) => transfer.endedAt === null)
        : 'transferId' in situation
          ? transferOf(state, situation.transferId)
          : undefined;
    if (!pending)
      return { command: { ...bare, at, transferorAvailable: false, ringSeconds: (await this.directory.policy(account)).ringSeconds } };
    const [transferor, policy] = await Promise.all([
      this.agents.canTakeBack(account, pending.transferorId),
      this.directory.policy(account),
    ]);
    return {
      command: { ...bare, at, transferorAvailable: transferor.available, ringSeconds: policy.ringSeconds },
      revs: new Map([[pending.transferorId, transferor.rev]]),
    };
  }
}
