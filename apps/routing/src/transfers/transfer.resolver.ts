import { consult, conversationIdOf, hearEachOther, transferOf, type CommandOf, type Conversation } from '@cordboard/domain-transfer';
import { transferInGraph } from '@cordboard/contracts';
import { badInput, forbidden, notFound, refused, seesAll, upstreamUnavailable, type Identity } from '@cordboard/platform-subgraph';
import { ENGINE_PATIENCE, type CallParts } from '../calls/call.resolver.ts';
import { transferView } from '../conversations/conversation.messages.ts';
import type { Resolvers, StartTransferInput } from '../generated/graphql.ts';
import { UnknownTarget, type StartTransfer, type TransferHandler } from './transfer.handler.ts';

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
    o: { byOthers: boolean; command: SettleCommand; confirmed: (state: Conversation) => boolean },
  ) => {
    const { transfer, stored } = await access.transfer(identity, transferId);
    if (transfer.transferorId !== identity.agentId && !(o.byOthers && seesAll(identity)))
      throw forbidden('Only the transferor may do this.');
    const { id } = stored.state;
    const outcome = await conversations.execute(id, { account: identity.account }, () => ({
      command: { ...o.command, at: new Date().toISOString() },
    }));
    if (outcome.is === 'refused') return refused(outcome.refusal);
    const hasEnded = (state: Conversation): boolean => transferOf(state, transferId)?.endedAt != null;
    const { held, stored: after } = await conversations.until(
      id,
      (state) => (o.command.type !== 'cancelTransfer' && hasEnded(state)) || o.confirmed(state),
      ENGINE_PATIENCE,
    );
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
        const { call } = await access.call(identity, input.callId);
        if (call.agentId !== identity.agentId) throw forbidden('Only the agent whose call it is may transfer it.');
        if (!target)
          return refused({
            refused: 'INVALID_DESTINATION',
            message: 'A call can go to a colleague or a team, not yet to a Number, a contact or an outside number.',
            remedy: 'Choose an agent or a team.',
          });
        const conversationId = conversationIdOf(input.callId) ?? '';
        const started = await transfers
          .start({
            account: identity.account,
            agentId: identity.agentId,
            conversationId,
            callId: input.callId,
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
          command: { type: 'switchParty', transferId, to },
          confirmed: (state) => talksTo(state, transferId, to),
        }),
      completeTransfer: (_, { transferId }, { identity }) =>
        settle(identity, transferId, {
          byOthers: true,
          command: { type: 'completeTransfer', transferId },
          confirmed: (state) => transferOf(state, transferId)?.mode === 'COLD',
        }),
      cancelTransfer: (_, { transferId }, { identity }) =>
        settle(identity, transferId, {
          byOthers: true,
          command: { type: 'cancelTransfer', transferId },
          confirmed: (state) => state.situation.is !== 'talking' || hearEachOther(state, state.situation.legId),
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

type SettleCommand = { [Type in 'switchParty' | 'completeTransfer' | 'cancelTransfer']: Omit<CommandOf<Type>, 'at'> }[
  'switchParty' | 'completeTransfer' | 'cancelTransfer'];

/** Whether the transferor and that party hear each other. While the target still rings there is nobody to hear but the caller. */
function talksTo(state: Conversation, transferId: string, to: 'CALLER' | 'TARGET'): boolean {
  const { situation } = state;
  if ((situation.is !== 'calling' && situation.is !== 'consulting') || situation.transferId !== transferId) return true;
  if (to === 'CALLER') return hearEachOther(state, situation.legId);
  return situation.is === 'consulting' ? consult(state, [situation.legId, situation.target.legId]) : consult(state, [situation.legId]);
}

/** @returns null for a kind of target that calls cannot go to here */
function readTarget({ target, note, idempotencyKey }: StartTransferInput): StartTransfer['target'] | null {
  const named = Object.entries(target).filter(([, value]) => value !== null && value !== undefined);
  if (named.length !== 1) throw badInput('target names exactly one of agentId, teamId, contactId, numberId and phoneNumber.');
  if ((note?.length ?? 0) > LONGEST_NOTE) throw badInput(`note has ${LONGEST_NOTE} characters at most.`);
  if (idempotencyKey !== null && idempotencyKey !== undefined && (idempotencyKey.length === 0 || idempotencyKey.length > 200))
    throw badInput('idempotencyKey has 1 to 200 characters.');
  if (typeof target.agentId === 'string') return { agentId: target.agentId };
  return typeof target.teamId === 'string' ? { teamId: target.teamId } : null;
}
