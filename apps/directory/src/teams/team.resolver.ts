import { dedicatedNumberOf } from '@cordboard/domain-directory';
import { newId } from '@cordboard/platform-process';
import { notFound, refused } from '@cordboard/platform-subgraph';
import { administered, answer } from '../administration/administration.resolver.ts';
import { isActive } from '../agents/agent.store.ts';
import type { Lookups } from '../directory.lookups.ts';
import type { MutationResolvers, QueryResolvers, TeamResolvers } from '../generated/graphql.ts';
import { isThere } from '../removal/is-there.ts';
import type { TeamHandler } from './team.handler.ts';
import type { TeamStore } from './team.store.ts';

export const teamResolvers = (
  teams: TeamStore,
  handler: TeamHandler,
  find: Lookups,
): {
  Query: Pick<QueryResolvers, 'team' | 'teams'>;
  Mutation: Pick<MutationResolvers, 'createTeam' | 'updateTeam' | 'deleteTeam'>;
  Team: TeamResolvers;
} => ({
  Query: {
    team: async (_, { id }, { identity }) => {
      const team = await find.team(identity, id);
      if (!team || !isThere(team)) throw notFound('team');
      return team;
    },
    teams: (_, __, { identity }) => teams.list(identity.account),
  },
  Mutation: {
    createTeam: async (_, { id, name, memberIds }, { identity }) =>
      answer('Team', await handler.create({ id: id ?? newId(), account: administered(identity), name, memberIds })),
    updateTeam: async (_, { id, name, memberIds }, { identity }) =>
      answer('Team', await handler.update(administered(identity), id, { name: name ?? undefined, memberIds: memberIds ?? undefined })),
    deleteTeam: async (_, { id }, { identity }) => answer('Team', await handler.delete(administered(identity), id)),
  },
  Team: {
    __resolveReference: ({ id }, { identity }) => find.team(identity, id),
    deletedAt: (team) => team.deletedAt?.toISOString() ?? null,
    members: async (team, _, { identity }) => (await find.all(find.agent, identity, team.memberIds)).filter(isActive),
    dedicatedNumber: (team, _, { identity }) => find.number(identity, team.dedicatedNumberId),
    noDedicatedNumber: (team) => {
      const reached = dedicatedNumberOf({ kind: 'TEAM', ...team });
      return 'refused' in reached ? refused(reached) : null;
    },
  },
});
