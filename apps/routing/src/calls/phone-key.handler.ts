import { refuse, type Refusal } from '@cordboard/decider';
import type { PhoneKey } from '@cordboard/contracts';
import { isAgentOf, type Call, type Conversation } from '@cordboard/domain-transfer';
import { readShortNumber } from '@cordboard/phone-number/short-number';
import type { AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import { homeOf } from '../agents/home.ts';
import type { ConversationHandler } from '../conversations/conversation.handler.ts';
import type { TargetAsked } from '../transfers/reach.handler.ts';
import type { TransferHandler } from '../transfers/transfer.handler.ts';

/** A key that was pressed at the phone of a leg. */
export interface KeyPressed {
  readonly account: string;
  readonly conversationId: string;
  readonly legId: string;
  readonly key: PhoneKey;
}

/** Keys of agents' own phones: each is the command that their app would have sent, and refused alike. A transfer by key is cold. */
export class PhoneKeyHandler {
  constructor(
    private readonly conversations: Pick<ConversationHandler, 'current' | 'execute'>,
    private readonly transfers: Pick<TransferHandler, 'start'>,
    private readonly agents: Pick<AgentStore, 'dialled'>,
    private readonly directory: Pick<DirectoryStore, 'homeCountry'>,
  ) {}

  /** @returns why not; null: it is done */
  async press({ account, conversationId, legId, key }: KeyPressed): Promise<Refusal | null> {
    const stored = await this.conversations.current(conversationId);
    const call = stored && stored.state.account === account ? callAt(stored.state, legId) : undefined;
    if (!call) return NO_CALL;
    const { id: callId, agentId } = call;
    if (key.is === 'transfer') {
      const target = await this.targetOf(account, key.to);
      const cold = { mode: 'COLD', target, note: null, idempotencyKey: null } as const;
      const started = await this.transfers.start({ account, agentId, conversationId, callId, ...cold });
      return started.is === 'refused' ? started.refusal : null;
    }
    const type = key.is === 'hold' ? 'holdCall' : 'resumeCall';
    const outcome = await this.conversations.execute(conversationId, { account }, () => ({
      command: { type, callId, agentId, at: new Date().toISOString() },
    }));
    return outcome.is === 'refused' ? outcome.refusal : null;
  }

  /** What was dialled: an emergency number whoever's extension it is (D22), a colleague by their extension, or a phone number. */
  private async targetOf(account: string, to: string): Promise<TargetAsked> {
    if (readShortNumber(to, await homeOf(this.directory, account, to))?.isEmergency) return { phoneNumber: to };
    const agentId = await this.agents.dialled(account, to);
    return agentId === null ? { phoneNumber: to } : { agentId };
  }
}

/** The live call of the agent whose leg it is; on one between colleagues it is of both. */
function callAt({ caller, legs, calls }: Conversation, legId: string): (Call & { readonly agentId: string }) | undefined {
  const agentId = [caller, ...legs].find((leg) => leg?.id === legId)?.agentId ?? null;
  if (agentId === null) return undefined;
  const call = calls.findLast((one) => one.ended === null && isAgentOf(agentId, one));
  return call && { ...call, agentId };
}

/** A key that is pressed while a call is another's, or has just ended. */
const NO_CALL = refuse('FORBIDDEN', 'You have no call.');
