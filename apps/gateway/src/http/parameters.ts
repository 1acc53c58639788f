import { isExcessive } from '@cordboard/platform-subgraph';
import type express from 'express';
import { GraphQLError } from 'graphql';
import { targetOf } from './target.ts';

/** What a request asks for, by the names of GraphQL over HTTP §5.1; the values are not checked. */
export type Parameters = Readonly<Record<string, unknown>>;

const NAMES = ['query', 'operationName', 'variables', 'extensions', 'documentId'];
const TOO_DEEP = new GraphQLError('A parameter has too many values, or nests them too deep.', { extensions: { code: 'BAD_USER_INPUT' } });

/**
 * @returns the parameters; null where they are none, which Apollo Server answers in its own words (no object, a parameter twice, broken JSON);
 * a GraphQLError where they must not be looked at any further
 */
export function parametersOf(request: express.Request): Parameters | GraphQLError | null {
  if (request.method === 'POST') return parametersIn(request.body);
  const search = new URLSearchParams(targetOf(request.originalUrl).search);
  const parameters = new Map<string, unknown>();
  for (const name of NAMES) {
    const [value, ...others] = search.getAll(name);
    if (others.length > 0) return null;
    // an empty name is none (GraphQL over HTTP §5.2)
    if (value === undefined || (value === '' && name === 'operationName')) continue;
    if (name !== 'variables' && name !== 'extensions') parameters.set(name, value);
    else if (isExcessive(Buffer.from(value))) return TOO_DEEP;
    else {
      const map = mapOf(value);
      if (map === undefined) return null;
      if (map !== null) parameters.set(name, map); // null is none, as in a body
    }
  }
  return Object.fromEntries(parameters);
}

/** What a JSON body asks for, and nothing else that stands in it; null where it is no map. */
export function parametersIn(body: unknown): Parameters | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  return Object.fromEntries(NAMES.flatMap((name) => (Object.hasOwn(body, name) ? [[name, (body as Parameters)[name]]] : [])));
}

/** @returns the map that this JSON is, or null; undefined where it is neither (GraphQL over HTTP §5.1) */
function mapOf(json: string): object | null | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The query string of a GET that asks for this. */
export function searchOf({ query, operationName, variables }: Parameters): string {
  const search = new URLSearchParams();
  if (typeof query === 'string') search.set('query', query);
  if (typeof operationName === 'string') search.set('operationName', operationName);
  if (variables !== undefined) search.set('variables', JSON.stringify(variables));
  return `?${search.toString()}`;
}
