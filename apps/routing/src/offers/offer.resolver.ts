import { offerOf, type Conversation } from '@cordboard/domain-transfer';
import { offerInGraph, type OfferInGraph } from '@cordboard/contracts';
import { forbidden, notFound, refused, upstreamUnavailable, type Identity } from '@cordboard/platform-subgraph';
import { ENGINE_PATIENCE, showCall, type CallParts } from '../calls/call.resolver.ts';
import type { CallHandler } from '../calls/call.handler.ts';
import { offersOf } from '../conversations/conversation.messages.ts';
import type { Resolvers } from '../generated/graphql.ts';

/** Offers: taking and turning down what rings. */
export function offerResolvers(
  parts: CallParts & { calls: CallHandler },
): Pick<Resolvers, 'Offer'> & { Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'acceptOffer' | 'rejectOffer'> } {
  const { conversations, access, followers, calls } = parts;
  const mine = async (identity: Identity, offerId: string) => {
    const found = await access.offer(identity, offerId);
    if (found.offer.agentId !== identity.agentId) throw forbidden('Only the agent who is rung may answer.');
    return found;
  };

  return {
    Mutation: {
      acceptOffer: async (_, { offerId }, { identity }) => {
        const { stored } = await mine(identity, offerId);
        const { id } = stored.state;
        const outcome = await conversations.execute(id, { account: identity.account }, () => ({
          command: { type: 'acceptOffer', offerId, at: new Date().toISOString() },
        }));
        if (outcome.is === 'refused') return refused(outcome.refusal);
        const { held, stored: after } = await conversations.until(id, (state) => !isConnecting(state, offerId), ENGINE_PATIENCE);
        if (!held || !after)
          throw upstreamUnavailable(
            'The call engine did not confirm in time.',
            after && showCall(after.state, callNow(after.state, offerId)),
          );
        await followers.haveSeen(id, after.told);
        return talksOn(after.state, offerId)
          ? { __typename: 'Call', ...showCall(after.state, callNow(after.state, offerId)) }
          : refused({ refused: 'ALREADY_ENDED', message: 'The call ended before you were connected.' });
      },
      rejectOffer: async (_, { offerId }, { identity }) => {
        const { stored } = await mine(identity, offerId);
        const outcome = await calls.happen(
          stored.state.id,
          identity.account,
          { type: 'rejectOffer', offerId },
          { at: new Date().toISOString() },
        );
        if (outcome.is === 'refused') return refused(outcome.refusal);
        if (outcome.is !== 'done') throw new Error('a command has no cursor');
        await followers.haveSeen(stored.state.id, outcome.told);
        return { __typename: 'Offer', ...show(outcome.state.offers, offerId) };
      },
    },
    Offer: {
      __resolveReference: async ({ id }, { identity }) => {
        const { stored } = await access.offer(identity, id);
        return show(stored.state.offers, id);
      },
    },
  };
}

/** An offer that somebody of the account was made. */
function show(offers: Conversation['offers'], offerId: string): OfferInGraph {
  const [offer] = offersOf(offers.filter(({ id }) => id === offerId));
  if (!offer) throw notFound('offer');
  return offerInGraph(offer);
}

/** Taken, and the engine has not yet brought the two together. */
const isConnecting = ({ situation, transfers }: Conversation, offerId: string): boolean =>
  (situation.is === 'connecting' && situation.offerId === offerId) ||
  (situation.is === 'consulting' &&
    situation.offerId === offerId &&
    situation.talkingTo === 'TARGET' && // else the transferor has gone back to the caller, and the target waits
    transfers.some((transfer) => transfer.id === situation.transferId && transfer.status === 'RINGING'));

/** The call that the one who took the offer is in: the offer's, or the one that the transfer has begun. */
function callNow(state: Conversation, offerId: string): string {
  const offer = offerOf(state, offerId);
  const begun = state.transfers.find((transfer) => transfer.id === offer?.transferId)?.newCallId;
  return (offer?.kind === 'COLD_TRANSFER' ? begun : null) ?? offer?.callId ?? '';
}

/** Whether taking the offer led to a conversation with the caller, however long it lasted. */
function talksOn(state: Conversation, offerId: string): boolean {
  const offer = offerOf(state, offerId);
  if (offer?.kind === 'WARM_TRANSFER')
    return (
      (state.situation.is === 'consulting' && state.situation.offerId === offerId) ||
      state.transfers.some(
        (transfer) => transfer.id === offer.transferId && (transfer.status === 'CONSULTING' || transfer.status === 'COMPLETED'),
      )
    );
  const call = state.calls.find(({ id }) => id === callNow(state, offerId));
  return offer !== undefined && call?.agentId === offer.agentId && call.answeredAt !== null;
}
