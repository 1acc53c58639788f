import { refuse, type Refusal } from '@cordboard/decider';
import { agentChoice, teamChoice, transferOf, type Target, type Transfer } from '@cordboard/domain-transfer';
import type { TransferView } from '@cordboard/contracts';
import { createHash } from 'node:crypto';
import { whoMayBeRung, type AgentStore, type KnownAgent } from '../agents/agent.store.ts';
import type { ConversationHandler } from '../conversations/conversation.handler.ts';
import { transferView } from '../conversations/conversation.messages.ts';

/** What a client asks for, already known to be well-formed and about a call of theirs. */
export interface StartTransfer {
  readonly account: string;
  readonly agentId: string;
  readonly conversationId: string;
  readonly callId: string;
  readonly mode: 'COLD' | 'WARM';
  readonly target: { readonly agentId: string } | { readonly teamId: string };
  readonly note: string | null;
  readonly idempotencyKey: string | null;
}

export type Started =
  | { readonly is: 'started'; readonly transfer: TransferView; readonly told: number }
  | { readonly is: 'refused'; readonly refusal: Refusal };

/** There is nobody and nothing with this id in the account. */
export class UnknownTarget extends Error {}

/** Starts transfers: who can be rung is read just before, and holds when it is saved, or is read again. */
export class TransferHandler {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly agents: AgentStore,
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
    const outcome = await this.conversations.execute(o.conversationId, { account: o.account, ...once }, async () => {
      const behind = await this.agents.behind(o.account, o.agentId, o.target);
      if (!behind) throw new UnknownTarget('agentId' in o.target ? 'agent' : 'team');
      const target: Target =
        'agentId' in o.target ? { kind: 'AGENT', ...o.target, label: behind.label } : { kind: 'TEAM', ...o.target, label: behind.label };
      const others = behind.members.filter((agent) => agent.id !== o.agentId || target.kind === 'AGENT');
      const { candidates, revs } = whoMayBeRung('TRANSFER', others);
      return {
        command: {
          type: 'startTransfer',
          callId: o.callId,
          mode: o.mode,
          target,
          note: o.note,
          transferor: behind.transferor,
          candidates,
          unavailableBecause: whyNobody(target, others),
          ringSeconds: behind.policy.ringSeconds,
          at: new Date().toISOString(),
        },
        revs,
      };
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

  private async again(conversationId: string, transferId: string): Promise<Started> {
    const stored = await this.conversations.current(conversationId);
    const transfer = stored && transferOf(stored.state, transferId);
    if (!stored || !transfer) throw new Error(`transfer ${transferId} is remembered and is not there`);
    return { is: 'started', transfer: transferView(stored.state, transfer), told: stored.told };
  }
}

function whyNobody(target: Target, members: readonly KnownAgent[]): string | null {
  const [first] = members;
  const choice =
    target.kind === 'AGENT' && first
      ? agentChoice(target.label, first.standing)
      : teamChoice(
          target.label,
          members.map((agent) => agent.standing),
        );
  return choice.available ? null : choice.because.message;
}
