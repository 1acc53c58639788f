import {
  consult,
  conversationIdOf,
  hearEachOther,
  isAgentOf,
  isAsWanted,
  isBeingCompleted,
  isUp,
  transferOf,
  type Conversation,
} from '@cordboard/domain-transfer';
import { countCharacters } from '@cordboard/text';
import { transferInGraph } from '@cordboard/contracts';
import { badInput, forbidden, notFound, refused, seesAll, upstreamUnavailable, type Identity } from '@cordboard/platform-subgraph';
import { ENGINE_PATIENCE, type CallParts } from '../calls/call.resolver.ts';
import type { Prepared } from '../conversations/conversation.handler.ts';
import { transferView } from '../conversations/conversation.messages.ts';
import type { Resolvers, StartTransferInput } from '../generated/graphql.ts';
import { UnknownTarget, type TargetAsked } from './reach.handler.ts';
import type { TransferHandler } from './transfer.handler.ts';

/** The longest note that a transferor can leave, in characters. */
const LONGEST_NOTE = 2_000;

/** Transfers: reading and starting them. */
export function transferResolvers(parts: CallParts & { transfers: TransferHandler }): Pick<Resolvers, 'Transfer'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'transfer'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'startTransfer' | 'switchParty' | 'completeTransfer' | 'cancelTransfer'>;
} {
  const { access, conversations, followers, transfers } = parts;

  /** Something done to a transfer that goes on; answers when the engine has confirmed, or when it has come to another end. */
  const settle = async (
    identity: Identity,
    transferId: string,
    o: {
      byOthers: boolean;
      prepare: (state: Conversation, at: string) => Prepared | Promise<Prepared>;
      confirmed: (state: Conversation) => boolean;
    },
  ) => {
    const { transfer, stored } = await access.transfer(identity, transferId);
    if (transfer.transferorId !== identity.agentId && !(o.byOthers && seesAll(identity)))
      throw forbidden('Only the transferor may do this.');
    const { id } = stored.state;
    const outcome = await conversations.execute(id, { account: identity.account }, (state) => o.prepare(state, new Date().toISOString()));
    if (outcome.is === 'refused') return refused(outcome.refusal);
    const { held, stored: after } = await conversations.until(id, o.confirmed, ENGINE_PATIENCE);
    const now = after && transferOf(after.state, transferId);
    if (!held || !after || !now)
      throw upstreamUnavailable(
        'The call engine did not confirm in time.',
        after && now && transferInGraph(transferView(after.state, now)),
      );
    await followers.haveSeen(id, after.told);
    return { __typename: 'Transfer' as const, ...transferInGraph(transferView(after.state, now)) };
  };
  return {
    Query: {
      transfer: async (_, { id }, { identity }) => {
        const { transfer, stored } = await access.transfer(identity, id);
        return transferInGraph(transferView(stored.state, transfer));
      },
    },
    Mutation: {
      startTransfer: async (_, { input }, { identity }) => {
        const target = readTarget(input);
        const callId = await access.named(identity, input.callId, input.idempotencyKey);
        if (typeof callId !== 'string') return refused(callId);
        const { call } = await access.call(identity, callId);
        if (!isAgentOf(identity.agentId, call)) throw forbidden('Only the agent whose call it is may transfer it.');
        const conversationId = conversationIdOf(callId) ?? '';
        const started = await transfers
          .start({
            account: identity.account,
            agentId: identity.agentId,
            conversationId,
            callId,
            mode: input.mode,
            target,
            note: input.note ?? null,
            idempotencyKey: input.idempotencyKey ?? null,
          })
          .catch((error: unknown) => {
            throw error instanceof UnknownTarget ? notFound(error.message) : error;
          });
        if (started.is === 'refused') return refused(started.refusal);
        await followers.haveSeen(conversationId, started.told);
        return { __typename: 'Transfer', ...transferInGraph(started.transfer) };
      },
      switchParty: (_, { transferId, to }, { identity }) =>
        settle(identity, transferId, {
          byOthers: false,
          prepare: (_state, at) => ({ command: { type: 'switchParty', transferId, to, at } }),
          confirmed: (state) => hasEnded(state, transferId) || isSwitched(state, transferId),
        }),
      completeTransfer: (_, { transferId }, { identity }) =>
        settle(identity, transferId, {
          byOthers: true,
          prepare: (_state, at) => ({ command: { type: 'completeTransfer', transferId, at } }),
          confirmed: (state) => hasEnded(state, transferId) || !isBeingCompleted(state),
        }),
      cancelTransfer: (_, { transferId }, { identity }) =>
        settle(identity, transferId, {
          byOthers: true,
          prepare: (state, at) => transfers.cancelling(state, transferId, at),
          confirmed: (state) => (state.situation.is === 'talking' ? isAsWanted(state) : state.situation.is !== 'connecting'),
        }),
    },
    Transfer: {
      __resolveReference: async ({ id }, { identity }) => {
        const { transfer, stored } = await access.transfer(identity, id);
        return transferInGraph(transferView(stored.state, transfer));
      },
    },
  };
}

const hasEnded = (state: Conversation, transferId: string): boolean => transferOf(state, transferId)?.endedAt != null;

/** Whether the transferor hears who they talk to now, or, while the target still rings, has left the caller to hear ringback. */
function isSwitched(state: Conversation, transferId: string): boolean {
  const { situation } = state;
  if ((situation.is !== 'calling' && situation.is !== 'consulting') || situation.transferId !== transferId) return true;
  if (situation.talkingTo === 'CALLER') return hearEachOther(state, situation.legId);
  const engine = state.legs.find(({ id }) => id === situation.legId)?.engine;
  return situation.is === 'consulting' && isUp(state, situation.target.legId)
    ? consult(state, [situation.legId, situation.target.legId])
    : engine?.as === 'up' && engine.room === null;
}

function readTarget({ target, note, idempotencyKey }: StartTransferInput): TargetAsked {
  const named = Object.entries(target).filter(([, value]) => value !== null && value !== undefined);
  if (named.length !== 1) throw badInput('target names exactly one of agentId, teamId, contactId, numberId and phoneNumber.');
  if (countCharacters(note ?? '') > LONGEST_NOTE) throw badInput(`note has ${LONGEST_NOTE} characters at most.`);
  if (idempotencyKey !== null && idempotencyKey !== undefined && (idempotencyKey.length === 0 || countCharacters(idempotencyKey) > 200))
    throw badInput('idempotencyKey has 1 to 200 characters.');
  return Object.fromEntries(named) as unknown as TargetAsked;
}
