import { dedicatedNumberOf } from '@cordboard/domain-directory';
import { notFound, refused } from '@cordboard/platform-subgraph';
import type { Lookups } from '../directory.lookups.ts';
import type { QueryResolvers, TeamResolvers } from '../generated/graphql.ts';
import type { TeamStore } from './team.store.ts';

export const teamResolvers = (teams: TeamStore, find: Lookups): { Query: Pick<QueryResolvers, 'team' | 'teams'>; Team: TeamResolvers } => ({
  Query: {
    team: async (_, { id }, { identity }) => (await find.team(identity, id)) ?? Promise.reject(notFound('team')),
    teams: (_, __, { identity }) => teams.list(identity.account),
  },
  Team: {
    __resolveReference: ({ id }, { identity }) => find.team(identity, id),
    members: (team, _, { identity }) => find.all(find.agent, identity, team.memberIds),
    dedicatedNumber: (team, _, { identity }) => find.number(identity, team.dedicatedNumberId),
    noDedicatedNumber: (team) => {
      const reached = dedicatedNumberOf({ kind: 'TEAM', ...team });
      return 'refused' in reached ? refused(reached) : null;
    },
  },
});
