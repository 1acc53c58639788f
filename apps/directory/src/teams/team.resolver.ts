import { dedicatedNumberOf } from '@cordboard/domain-directory';
import { newId } from '@cordboard/platform-process';
import { notFound, refused } from '@cordboard/platform-subgraph';
import { administered, answer } from '../administration/administration.resolver.ts';
import type { Lookups } from '../directory.lookups.ts';
import type { MutationResolvers, QueryResolvers, TeamResolvers } from '../generated/graphql.ts';
import type { TeamHandler } from './team.handler.ts';
import type { TeamStore } from './team.store.ts';

export const teamResolvers = (
  teams: TeamStore,
  handler: TeamHandler,
  find: Lookups,
): {
  Query: Pick<QueryResolvers, 'team' | 'teams'>;
  Mutation: Pick<MutationResolvers, 'createTeam' | 'updateTeam'>;
  Team: TeamResolvers;
} => ({
  Query: {
    team: async (_, { id }, { identity }) => (await find.team(identity, id)) ?? Promise.reject(notFound('team')),
    teams: (_, __, { identity }) => teams.list(identity.account),
  },
  Mutation: {
    createTeam: async (_, { id, name, memberIds }, { identity }) =>
      answer('Team', await handler.create({ id: id ?? newId(), account: administered(identity), name, memberIds })),
    updateTeam: async (_, { id, name, memberIds }, { identity }) =>
      answer('Team', await handler.update(administered(identity), id, { name: name ?? undefined, memberIds: memberIds ?? undefined })),
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
