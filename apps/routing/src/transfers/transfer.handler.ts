import { refuse, type Refusal } from '@cordboard/decider';
import { callOf, transferOf, type Conversation, type Transfer } from '@cordboard/domain-transfer';
import type { TransferView } from '@cordboard/contracts';
import { createHash } from 'node:crypto';
import { isFree } from '../agents/agent.row.ts';
import type { AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import type { ConversationHandler, Prepared } from '../conversations/conversation.handler.ts';
import { transferView } from '../conversations/conversation.messages.ts';
import type { ReachHandler, TargetAsked } from './reach.handler.ts';

/** What a client asks for, already known to be well-formed and about a call of theirs. */
export interface StartTransfer {
  readonly account: string;
  readonly agentId: string;
  readonly conversationId: string;
  readonly callId: string;
  readonly mode: 'COLD' | 'WARM';
  readonly target: TargetAsked;
  readonly note: string | null;
  readonly idempotencyKey: string | null;
}

export type Started =
  | { readonly is: 'started'; readonly transfer: TransferView; readonly told: number }
  | { readonly is: 'refused'; readonly refusal: Refusal };

/** Starts transfers: who can be rung is read just before, and holds when it is saved, or is read again. */
export class TransferHandler {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly targets: ReachHandler,
    private readonly agents: Pick<AgentStore, 'find'>,
    private readonly directory: Pick<DirectoryStore, 'policy'>,
  ) {}

  async start(o: StartTransfer): Promise<Started> {
    const hash = createHash('sha256')
      .update(JSON.stringify([o.callId, o.mode, o.target, o.note]))
      .digest('hex');
    const once =
      o.idempotencyKey === null
        ? {}
        : {
            once: {
              agentId: o.agentId,
              key: o.idempotencyKey,
              hash,
              resultOf: (state: { transfers: readonly Transfer[] }) => state.transfers.at(-1)?.id ?? '',
            },
          };
    const outcome = await this.conversations.execute(o.conversationId, { account: o.account, ...once }, async (state) => {
      const at = new Date().toISOString();
      const { target, reach, shownAs, revs } = await this.targets.reach(o.account, o.agentId, callOf(state, o.callId), o.target, at);
      return { command: { type: 'startTransfer', callId: o.callId, mode: o.mode, target, note: o.note, shownAs, reach, at }, revs };
    });
    switch (outcome.is) {
      case 'refused':
        return outcome;
      case 'repeated':
        return outcome.hash === hash
          ? this.again(o.conversationId, outcome.result)
          : {
              is: 'refused',
              refusal: refuse('IDEMPOTENCY_KEY_REUSED', 'This key was used for another transfer.', 'Use a new key for each transfer.'),
            };
      case 'done': {
        const transfer = outcome.state.transfers.at(-1);
        if (!transfer) throw new Error('a transfer was started and is not there');
        return { is: 'started', transfer: transferView(outcome.state, transfer), told: outcome.told };
      }
      case 'taken':
        throw new Error('a command has no cursor');
    }
  }

  /** Taking a transfer back, with what the rules must know of a transferor who has left the call already. */
  async cancelling(state: Conversation, transferId: string, at: string): Promise<Prepared> {
    const agentId = transferOf(state, transferId)?.transferorId ?? '';
    const [[transferor], policy] = await Promise.all([this.agents.find(state.account, [agentId]), this.directory.policy(state.account)]);
    return {
      command: {
        type: 'cancelTransfer',
        transferId,
        transferorIsFree: transferor !== undefined && isFree(transferor),
        ringSeconds: policy.ringSeconds,
        at,
      },
      revs: new Map(transferor ? [[agentId, transferor.rev]] : []),
    };
  }

  private async again(conversationId: string, transferId: string): Promise<Started> {
    const stored = await this.conversations.current(conversationId);
    const transfer = stored && transferOf(stored.state, transferId);
    if (!stored || !transfer) throw new Error(`transfer ${transferId} is remembered and is not there`);
    return { is: 'started', transfer: transferView(stored.state, transfer), told: stored.told };
  }
}
