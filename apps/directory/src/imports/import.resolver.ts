import { refused } from '@cordboard/platform-subgraph';
import type { MutationResolvers } from '../generated/graphql.ts';
import type { ImportHandler } from './import.handler.ts';

export const importResolvers = (imports: ImportHandler): { Mutation: Pick<MutationResolvers, 'importContacts'> } => ({
  Mutation: {
    importContacts: async (_, { csv }, { identity }) => {
      const progress = await imports.begin(identity.account, whole(csv));
      if ('refused' in progress) return refused(progress);
      const result = { created: 0, updated: 0, unchanged: 0, rejected: [] as { line: number; reason: string }[] };
      for await (const { created, updated, unchanged, rejections } of progress) {
        Object.assign(result, { created, updated, unchanged });
        for (const { line, reason } of rejections) result.rejected.push({ line, reason });
      }
      return { __typename: 'ContactImport', ...result };
    },
  },
});

async function* whole(text: string): AsyncGenerator<string> {
  yield text;
}
