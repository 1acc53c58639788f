import { neverTransferable } from '@cordboard/domain-transfer';
import { cannot, connection, page } from '@cordboard/platform-subgraph';
import type { ConversationAccess } from '../conversations/conversation.access.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { ListedTarget, TargetHandler } from './target.handler.ts';

/** Whom a call can go to. */
export function targetResolvers({ access, targets }: { access: ConversationAccess; targets: TargetHandler }): {
  Query: Pick<NonNullable<Resolvers['Query']>, 'transferTargets'>;
} {
  return {
    Query: {
      transferTargets: async (_, { callId: named, search, kinds, includeUnavailable, first, after }, { identity }) => {
        const callId = await access.named(identity, named);
        if (typeof callId !== 'string') throw cannot(callId);
        const { call, stored } = await access.call(identity, callId);
        const never = neverTransferable(stored.state, callId);
        const { list, size, limit, after: place } = page({ first, after }, { list: 'transferTargets', parts: ['text', 'text'] });
        const asked = includeUnavailable ?? false;
        const listed =
          never && !asked
            ? []
            : await targets.list({
                account: identity.account,
                agentId: call.agentId ?? identity.agentId,
                lineId: call.lineId,
                search: search ?? '',
                kinds: kinds ?? null,
                includeUnavailable: asked,
                after: place,
                limit,
              });
        const rows = never ? listed.map((target) => ({ ...target, choice: never })) : listed;
        return connection(rows, { list, size, after: place, place: (row) => row.place, node: inGraph });
      },
    },
  };
}

const inGraph = ({ kind, id, label, choice, numberId, phoneNumber, preview }: ListedTarget) => ({
  kind,
  label,
  available: choice.available,
  unavailableBecause: choice.available ? null : choice.because,
  agent: kind === 'AGENT' ? { id } : null,
  team: kind === 'TEAM' ? { id } : null,
  contact: kind === 'CONTACT' ? { id } : null,
  number: numberId === null ? null : { id: numberId },
  phoneNumber,
  preview,
});
