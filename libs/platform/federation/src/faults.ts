import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { isThing, type ResponsePath } from './data.ts';

/** Something that went wrong, and where in the answer: as the GraphQL specification (§7.1.2) writes it. */
export interface Fault {
  readonly message: string;
  readonly path: ResponsePath | undefined;
  readonly extensions: GraphQLErrorExtensions;
}

export const errorOf = ({ message, path, extensions }: Fault): GraphQLError =>
  new GraphQLError(message, { path: path ?? null, extensions });

/** A subgraph's own error: what it says passes unchanged, its place is the answer's. */
export function faultOf(error: unknown, path: ResponsePath | undefined): Fault {
  const { message, extensions } = isThing(error) ? error : {};
  return {
    message: typeof message === 'string' ? withoutRepresentations(message) : 'A part of the graph has failed.',
    path,
    extensions: codedAsFault(isThing(extensions) ? extensions : {}),
  };
}

/** What a subgraph finds wrong with the text of an operation is our mistake, who wrote it, and not the client's. */
const codedAsFault = (extensions: GraphQLErrorExtensions): GraphQLErrorExtensions =>
  String(extensions['code']).startsWith('GRAPHQL_') ? { code: 'INTERNAL_SERVER_ERROR' } : extensions;

/** A subgraph's message without the names of variables that the planner made. */
const withoutRepresentations = (message: string): string =>
  message.replace(/Variable "\$_*representations\w*"/g, 'An argument').replace(/"_*representations\w*\.?([^"]*)"/g, '"$1"');

/** A subgraph that could not be asked. */
export function faultOfAway(error: unknown, subgraph: string, path: ResponsePath | undefined): Fault {
  const said = error instanceof GraphQLError ? error : undefined;
  return {
    message: said?.message ?? `${subgraph} cannot be reached.`,
    path,
    extensions: { code: 'UPSTREAM_UNAVAILABLE', ...said?.extensions, subgraph },
  };
}

export const isPathOf = (error: unknown): ResponsePath | undefined => {
  const path = isThing(error) ? error['path'] : undefined;
  return Array.isArray(path) && path.every((key) => typeof key === 'string' || typeof key === 'number')
    ? (path as ResponsePath)
    : undefined;
};
