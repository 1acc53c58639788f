import { dedicatedNumberOf } from '@cordboard/domain-directory';
import { newId } from '@cordboard/platform-process';
import { connection, notFound, page, refused } from '@cordboard/platform-subgraph';
import { administered, answer } from '../administration/administration.resolver.ts';
import type { Lookups } from '../directory.lookups.ts';
import type { AgentResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.ts';
import type { AgentHandler } from './agent.handler.ts';
import type { AgentStore } from './agent.store.ts';

export const agentResolvers = (
  agents: AgentStore,
  handler: AgentHandler,
  find: Lookups,
): {
  Query: Pick<QueryResolvers, 'me' | 'agent' | 'agents'>;
  Mutation: Pick<MutationResolvers, 'createAgent' | 'updateAgent' | 'deactivateAgent' | 'reactivateAgent' | 'revokeTokens'>;
  Agent: AgentResolvers;
} => ({
  Query: {
    me: async (_, __, { identity }) => (await find.agent(identity, identity.agentId)) ?? Promise.reject(notFound('agent')),
    agent: async (_, { id }, { identity }) => (await find.agent(identity, id)) ?? Promise.reject(notFound('agent')),
    agents: async (_, { teamId = null, search, first, after }, { identity }) => {
      const asked = page({ first, after }, { list: 'agents', parts: ['text', 'text'] });
      const rows = await agents.list({ account: identity.account, teamId, search: search ?? '', limit: asked.limit, after: asked.after });
      return connection(rows, { ...asked, place: (row) => [row.search, row.id], node: (row) => row });
    },
  },
  Mutation: {
    createAgent: async (_, { id, defaultNumberId, forwarding, ...agent }, { identity }) =>
      answer(
        'Agent',
        await handler.create({
          id: id ?? newId(),
          account: administered(identity),
          defaultNumberId: defaultNumberId ?? null,
          forwarding: forwarding ?? null,
          ...agent,
        }),
      ),
    updateAgent: async (_, { id, name, extension, role, defaultNumberId, forwarding, mayDialOut }, { identity }) =>
      answer(
        'Agent',
        await handler.update(administered(identity), id, {
          name: name ?? undefined,
          extension: extension ?? undefined,
          role: role ?? undefined,
          defaultNumberId,
          forwarding,
          mayDialOut: mayDialOut ?? undefined,
        }),
      ),
    deactivateAgent: async (_, { id }, { identity }) =>
      answer('Agent', await handler.deactivate(administered(identity), id, identity.agentId)),
    reactivateAgent: async (_, { id }, { identity }) => answer('Agent', await handler.reactivate(administered(identity), id)),
    revokeTokens: async (_, { agentId }, { identity }) =>
      answer('Agent', await handler.revokeTokens(agentId === identity.agentId ? identity.account : administered(identity), agentId)),
  },
  Agent: {
    __resolveReference: ({ id }, { identity }) => find.agent(identity, id),
    teams: (agent, _, { identity }) => find.all(find.team, identity, agent.teamIds),
    deactivatedAt: (agent) => agent.deactivatedAt?.toISOString() ?? null,
    defaultNumber: (agent, _, { identity }) => find.number(identity, agent.defaultNumberId),
    dedicatedNumber: (agent, _, { identity }) => find.number(identity, agent.dedicatedNumberId),
    noDedicatedNumber: (agent) => {
      const reached = dedicatedNumberOf({ kind: 'AGENT', ...agent });
      return 'refused' in reached ? refused(reached) : null;
    },
  },
});
