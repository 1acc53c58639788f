import { connection, page } from '@cordboard/platform-subgraph';
import type { ConversationAccess } from '../conversations/conversation.access.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { compare, type ListedTarget, type TargetHandler } from './target.handler.ts';

/** Whom a call can go to. */
export function targetResolvers({ access, targets }: { access: ConversationAccess; targets: TargetHandler }): {
  Query: Pick<NonNullable<Resolvers['Query']>, 'transferTargets'>;
} {
  return {
    Query: {
      transferTargets: async (_, { callId, search, kinds, includeUnavailable, first, after }, { identity }) => {
        const { call } = await access.call(identity, callId);
        const { size, limit, after: place } = page(first, after);
        const listed = await targets.list({
          account: identity.account,
          agentId: call.agentId ?? identity.agentId,
          search: search ?? '',
          kinds: kinds ?? null,
          includeUnavailable: includeUnavailable ?? false,
        });
        const rows = listed.filter((target) => place === null || compare(target.place, place) > 0).slice(0, limit);
        return connection(rows, { size, after: place, place: (row) => row.place, node: inGraph });
      },
    },
  };
}

const inGraph = ({ kind, id, label, choice }: ListedTarget) => ({
  kind,
  label,
  available: choice.available,
  unavailableBecause: choice.available ? null : choice.because,
  agent: kind === 'AGENT' ? { id } : null,
  team: kind === 'TEAM' ? { id } : null,
  contact: null,
  number: null,
});
