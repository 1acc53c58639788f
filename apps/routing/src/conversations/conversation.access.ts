import type { Refusal } from '@cordboard/decider';
import {
  CURRENT_CALL,
  callOf,
  conversationIdOf,
  currentCall,
  offerOf,
  transferOf,
  type Call,
  type Conversation,
  type Offer,
  type RefusalCode,
  type Transfer,
} from '@cordboard/domain-transfer';
import type { CallView } from '@cordboard/contracts';
import { notFound, seesAll, type Identity } from '@cordboard/platform-subgraph';
import { callView } from './conversation.messages.ts';
import type { ConversationHandler } from './conversation.handler.ts';
import type { ConversationStore, Stored } from './conversation.store.ts';

/**
 * Calls, transfers and offers for whoever may see them: those who took part, supervisors and administrators of the account.
 * @throws GraphQLError NOT_FOUND for what does not exist, alike for what one may not see
 */
export class ConversationAccess {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly store: Pick<ConversationStore, 'holding' | 'repeated'>,
  ) {}

  /**
   * The id of the call that an agent names: it may be called the current one, where they have one alone. With the idempotency key
   * of a transfer that was started before, it is that transfer's call, which may have ended since.
   */
  async named(identity: Identity, callId: string, idempotencyKey?: string | null): Promise<string | Refusal<RefusalCode>> {
    if (callId !== CURRENT_CALL) return callId;
    const before = idempotencyKey ? await this.store.repeated(identity.account, identity.agentId, idempotencyKey) : null;
    if (before) return (await this.transfer(identity, before.result)).transfer.callId;
    const held = await this.store.holding(identity.account, identity.agentId);
    const own = held
      .flatMap(({ state }) => state.calls)
      .filter((call) => !call.ended && (call.agentId === identity.agentId || call.callerAgentId === identity.agentId));
    const current = currentCall(own);
    return 'refused' in current ? current : current.id;
  }

  async call(identity: Identity, callId: string): Promise<{ call: Call; stored: Stored }> {
    const stored = await this.stored(identity, callId);
    const call = stored && callOf(stored.state, callId);
    if (!stored || !call || !maySee(identity, stored.state, call)) throw notFound('call');
    return { call, stored };
  }

  /** Those of these calls that an agent took part in, live or ended. */
  async ofAgent(account: string, agentId: string, callIds: readonly string[]): Promise<{ seq: number; call: CallView }[]> {
    const found = await Promise.all(
      callIds.map(async (id) => {
        const stored = await this.stored({ account }, id);
        const call = stored && callOf(stored.state, id);
        return stored && call ? [{ seq: stored.told, call: callView(stored.state, call) }] : [];
      }),
    );
    return found.flat().filter(({ call }) => call.participants.includes(agentId));
  }

  /** Those of these offers that an agent was made and that do not ring any more. */
  async ended(account: string, agentId: string, offerIds: readonly string[]): Promise<Offer[]> {
    const found = await Promise.all(
      offerIds.map(async (id) => {
        const stored = await this.stored({ account }, id);
        return (stored && offerOf(stored.state, id)) ?? [];
      }),
    );
    return found.flat().filter((offer) => offer.agentId === agentId && offer.end !== null);
  }

  async transfer(identity: Identity, transferId: string): Promise<{ transfer: Transfer; stored: Stored }> {
    const stored = await this.stored(identity, transferId);
    const transfer = stored && transferOf(stored.state, transferId);
    const call = stored && transfer && callOf(stored.state, transfer.callId);
    if (!stored || !transfer || !call || !maySee(identity, stored.state, call)) throw notFound('transfer');
    return { transfer, stored };
  }

  /** An offer of one's own, or, for those who see all, of anybody. */
  async offer(identity: Identity, offerId: string): Promise<{ offer: Offer; stored: Stored }> {
    const stored = await this.stored(identity, offerId);
    const offer = stored && offerOf(stored.state, offerId);
    if (!stored || !offer || offer.agentId === null || (offer.agentId !== identity.agentId && !seesAll(identity))) throw notFound('offer');
    return { offer, stored };
  }

  private async stored({ account }: { readonly account: string }, id: string): Promise<Stored | null> {
    const conversationId = conversationIdOf(id);
    const stored = conversationId && (await this.conversations.current(conversationId));
    return stored && stored.state.account === account ? stored : null;
  }
}

const maySee = (identity: Identity, state: Conversation, call: Call): boolean =>
  seesAll(identity) || callView(state, call).participants.includes(identity.agentId);
