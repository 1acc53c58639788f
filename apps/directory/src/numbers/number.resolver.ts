import { notFound, seesAll } from '@cordboard/platform-subgraph';
import type { Lookups } from '../directory.lookups.ts';
import type { DistributionStepResolvers, NumberResolvers, QueryResolvers } from '../generated/graphql.ts';
import type { NumberStore } from './number.store.ts';

export const numberResolvers = (
  numbers: NumberStore,
  find: Lookups,
): { Query: Pick<QueryResolvers, 'number' | 'numbers'>; Number: NumberResolvers; DistributionStep: DistributionStepResolvers } => ({
  Query: {
    number: async (_, { id }, { identity }) => (await find.number(identity, id)) ?? Promise.reject(notFound('Number')),
    numbers: (_, __, { identity }) => numbers.list(identity.account),
  },
  Number: {
    __resolveReference: ({ id }, { identity }) => find.number(identity, id),
    dedicatedAgent: (number, _, { identity }) => find.agent(identity, number.dedicatedAgentId),
    dedicatedTeam: (number, _, { identity }) => find.team(identity, number.dedicatedTeamId),
    distribution: (number, _, { identity }) => (seesAll(identity) ? number.distribution : null),
  },
  DistributionStep: {
    agent: (step, _, { identity }) => find.agent(identity, step.agentId),
    team: (step, _, { identity }) => find.team(identity, step.teamId),
    order: (step) => step.how,
  },
});
