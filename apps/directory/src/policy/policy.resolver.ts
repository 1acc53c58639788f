import { usualPolicy } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import { forbidden, seesAll } from '@cordboard/platform-subgraph';
import { administered, answer } from '../administration/administration.resolver.ts';
import type { MutationResolvers, QueryResolvers } from '../generated/graphql.ts';
import type { PolicyHandler } from './policy.handler.ts';
import { policyOf } from './policy.store.ts';

export const policyResolvers = (
  sql: Sql,
  handler: PolicyHandler,
): { Query: Pick<QueryResolvers, 'policy'>; Mutation: Pick<MutationResolvers, 'updatePolicy'> } => ({
  Query: {
    policy: async (_, __, { identity }) => {
      if (!seesAll(identity)) throw forbidden('Supervisors and administrators see the policy of the account.');
      return (await policyOf(sql, identity.account)) ?? usualPolicy;
    },
  },
  Mutation: {
    updatePolicy: async (_, wanted, { identity }) =>
      answer(
        'Policy',
        await handler.update(administered(identity), {
          ringSeconds: wanted.ringSeconds ?? undefined,
          wrapUpSeconds: wanted.wrapUpSeconds ?? undefined,
          tagRequired: wanted.tagRequired ?? undefined,
          allowedCountries: wanted.allowedCountries ?? undefined,
          blockedNumbers: wanted.blockedNumbers ?? undefined,
          allowedTariffs: wanted.allowedTariffs ?? undefined,
          shortNumbersAllowed: wanted.shortNumbersAllowed ?? undefined,
          recording: wanted.recording ?? undefined,
          tags: wanted.tags ?? undefined,
          consultationsRecorded: wanted.consultationsRecorded ?? undefined,
          recordingDays: wanted.recordingDays,
          historyDays: wanted.historyDays,
          timeZone: wanted.timeZone ?? undefined,
          busyAfterColdSeconds: wanted.busyAfterColdSeconds ?? undefined,
        }),
      ),
  },
});
