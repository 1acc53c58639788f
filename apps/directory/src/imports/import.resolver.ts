import { refused } from '@cordboard/platform-subgraph';
import type { MutationResolvers } from '../generated/graphql.ts';
import type { ImportHandler, ImportProgress } from './import.handler.ts';

export const importResolvers = (imports: ImportHandler): { Mutation: Pick<MutationResolvers, 'importContacts'> } => ({
  Mutation: {
    importContacts: async (_, { csv, dryRun, columns: chosen }, { identity }) => {
      const columns = { name: chosen?.name ?? null, number: chosen?.number ?? null };
      const started = await imports.begin({ account: identity.account, columns, dryRun: dryRun ?? false }, whole(csv));
      if ('refused' in started) return refused(started);
      const result = { created: 0, updated: 0, unchanged: 0, firstRows: [] as ImportProgress['firstRows'] };
      const rejected: { line: number; reason: string; text: string }[] = [];
      for await (const { created, updated, unchanged, firstRows, rejections } of started.progress) {
        Object.assign(result, { created, updated, unchanged, firstRows });
        for (const rejection of rejections) rejected.push(rejection);
      }
      return { __typename: 'ContactImport', ...result, rejected, dryRun: dryRun ?? false, columns: started.columns };
    },
  },
});

async function* whole(text: string): AsyncGenerator<string> {
  yield text;
}
