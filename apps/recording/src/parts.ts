import type { MutationResolvers, QueryResolvers, Resolvers } from './generated/graphql.ts';

/** What one thing of the service resolves. */
export type Part = Omit<Resolvers, 'Query' | 'Mutation'> & { Query?: Partial<QueryResolvers>; Mutation?: Partial<MutationResolvers> };

/** Several parts as one: some resolve fields of the same types. */
export function merged(...parts: readonly Part[]): object {
  const types = [...new Set(parts.flatMap((part) => Object.keys(part)))] as (keyof Part)[];
  return Object.fromEntries(types.map((type) => [type, Object.assign({}, ...parts.map((part) => part[type]))]));
}
