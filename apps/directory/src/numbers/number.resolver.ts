import { MESSAGE_KINDS, noFiles, type MessageKind } from '@cordboard/contracts';
import type { Step } from '@cordboard/domain-directory';
import { newId } from '@cordboard/platform-process';
import { notFound, seesAll } from '@cordboard/platform-subgraph';
import { messageIdOf } from '@cordboard/text';
import { administered, answer } from '../administration/administration.resolver.ts';
import type { Lookups } from '../directory.lookups.ts';
import type {
  DistributionStepInput,
  DistributionStepResolvers,
  MutationResolvers,
  NumberResolvers,
  QueryResolvers,
} from '../generated/graphql.ts';
import { isThere } from '../removal/is-there.ts';
import type { NumberHandler } from './number.handler.ts';
import type { NumberMessageRow, NumberRow, NumberStore } from './number.store.ts';

export const numberResolvers = (
  numbers: NumberStore,
  handler: NumberHandler,
  find: Lookups,
): {
  Query: Pick<QueryResolvers, 'number' | 'numbers'>;
  Mutation: Pick<MutationResolvers, 'createNumber' | 'updateNumber' | 'deleteNumber' | 'removeMessageFile'>;
  Number: NumberResolvers;
  DistributionStep: DistributionStepResolvers;
} => ({
  Query: {
    number: async (_, { id }, { identity }) => {
      const number = await find.number(identity, id);
      if (!number || !isThere(number)) throw notFound('Number');
      return number;
    },
    numbers: (_, __, { identity }) => numbers.list(identity.account),
  },
  Mutation: {
    createNumber: async (_, wanted, { identity }) =>
      answer(
        'Number',
        await handler.create({
          id: wanted.id ?? newId(),
          account: administered(identity),
          label: wanted.label,
          e164: wanted.e164,
          distribution: wanted.distribution.map(stepOf),
          greeting: wanted.greeting ?? null,
          openingHours: wanted.openingHours ?? null,
          voicemail: wanted.voicemail,
          unavailabilityMessage: wanted.unavailabilityMessage ?? null,
          voicemailMessage: wanted.voicemailMessage ?? null,
          language: wanted.language ?? null,
          files: noFiles,
          recording: wanted.recording ?? null,
          dedicatedAgentId: wanted.dedicatedAgentId ?? null,
          dedicatedTeamId: wanted.dedicatedTeamId ?? null,
        }),
      ),
    updateNumber: async (_, { id, label, voicemail, distribution, ...rest }, { identity }) =>
      answer(
        'Number',
        await handler.update(administered(identity), id, {
          label: label ?? undefined,
          voicemail: voicemail ?? undefined,
          distribution: distribution?.map(stepOf),
          ...rest,
        }),
      ),
    deleteNumber: async (_, { id }, { identity }) => answer('Number', await handler.delete(administered(identity), id)),
    removeMessageFile: async (_, { numberId, kind }, { identity }) =>
      answer('Number', await handler.setFile(administered(identity), numberId, kind.toLowerCase() as MessageKind, null)),
  },
  Number: {
    __resolveReference: ({ id }, { identity }) => find.number(identity, id),
    deletedAt: (number) => number.deletedAt?.toISOString() ?? null,
    dedicatedAgent: (number, _, { identity }) => find.agent(identity, number.dedicatedAgentId),
    dedicatedTeam: (number, _, { identity }) => find.team(identity, number.dedicatedTeamId),
    messages: messagesOf,
    distribution: (number, _, { identity }) => (seesAll(identity) ? number.distribution : null),
  },
  DistributionStep: {
    agent: (step, _, { identity }) => find.agent(identity, step.agentId),
    team: (step, _, { identity }) => find.team(identity, step.teamId),
    order: (step) => step.how,
  },
});

/** The messages of its own that a Number has. */
function messagesOf({ language, files, ...number }: NumberRow): NumberMessageRow[] {
  const texts = {
    greeting: number.greeting,
    voicemail: number.voicemailMessage,
    unavailable: number.unavailabilityMessage,
    music: null,
  };
  return MESSAGE_KINDS.flatMap((kind): NumberMessageRow[] => {
    const file = files[kind];
    const message = { text: file ? null : texts[kind], language, file };
    const id = messageIdOf(message);
    return id === null ? [] : [{ kind: kind.toUpperCase() as NumberMessageRow['kind'], id, text: message.text, file }];
  });
}

const stepOf = ({ agentId, teamId, order, ringSeconds }: DistributionStepInput): Step => ({
  agentId: agentId ?? null,
  teamId: teamId ?? null,
  how: order ?? 'ALL_AT_ONCE',
  ringSeconds: ringSeconds ?? null,
});
