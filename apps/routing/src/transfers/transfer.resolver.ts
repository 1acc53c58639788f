import { conversationIdOf } from '@cordboard/domain-transfer';
import { transferInGraph } from '@cordboard/contracts';
import { badInput, forbidden, notFound, refused } from '@cordboard/platform-subgraph';
import type { CallParts } from '../calls/call.resolver.ts';
import { transferView } from '../conversations/conversation.messages.ts';
import type { Resolvers, StartTransferInput } from '../generated/graphql.ts';
import { UnknownTarget, type StartTransfer, type TransferHandler } from './transfer.handler.ts';

/** The longest note that a transferor can leave, in characters. */
const LONGEST_NOTE = 2_000;

/** Transfers: reading and starting them. */
export function transferResolvers(
  parts: CallParts & { transfers: TransferHandler },
): Pick<Resolvers, 'Transfer'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'transfer'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'startTransfer'>;
} {
  const { access, followers, transfers } = parts;
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
        if (input.mode === 'WARM')
          return refused({ refused: 'NOT_READY', message: 'Talking first is not possible yet.', remedy: 'Transfer with mode COLD.' });
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
    },
    Transfer: {
      __resolveReference: async ({ id }, { identity }) => {
        const { transfer, stored } = await access.transfer(identity, id);
        return transferInGraph(transferView(stored.state, transfer));
      },
    },
  };
}

/** @returns null for a kind of target that calls cannot go to here */
function readTarget({ target, note, idempotencyKey }: StartTransferInput): StartTransfer['target'] | null {
  const named = Object.entries(target).filter(([, value]) => value !== null && value !== undefined);
  if (named.length !== 1) throw badInput('target names exactly one of agentId, teamId, contactId, numberId and phoneNumber.');
  if ((note?.length ?? 0) > LONGEST_NOTE) throw badInput(`note has ${LONGEST_NOTE} characters at most.`);
  if (idempotencyKey !== null && idempotencyKey !== undefined && (idempotencyKey.length === 0 || idempotencyKey.length > 200))
    throw badInput('idempotencyKey has 1 to 200 characters.');
  if (target.agentId) return { agentId: target.agentId };
  return target.teamId ? { teamId: target.teamId } : null;
}
