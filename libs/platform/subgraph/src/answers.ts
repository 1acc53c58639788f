import type { Refusal } from '@cordboard/decider';
import { GraphQLError } from 'graphql';

/** What a rule refuses, as the graph says it: data, not an error. */
export interface Refused {
  readonly __typename: 'Refused';
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

export const refused = (refusal: Refusal): Refused => ({
  __typename: 'Refused',
  code: refusal.refused,
  message: refusal.message,
  remedy: refusal.remedy ?? null,
});

/** What does not exist and what one may not see are told apart to nobody. */
export const notFound = (what: string): GraphQLError =>
  new GraphQLError(`There is no such ${what}.`, { extensions: { code: 'NOT_FOUND' } });
export const forbidden = (why: string): GraphQLError => new GraphQLError(why, { extensions: { code: 'FORBIDDEN' } });
export const badInput = (why: string): GraphQLError => new GraphQLError(why, { extensions: { code: 'BAD_USER_INPUT' } });
/** A rule's refusal where the answer has no room for one as data: a query's. */
export const cannot = ({ refused, message, remedy }: Refusal): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', refused, ...(remedy === undefined ? {} : { remedy }) } });
/** The part that was asked did not confirm in time; `state` is what holds now. */
export const upstreamUnavailable = (why: string, state?: unknown): GraphQLError =>
  new GraphQLError(why, { extensions: { code: 'UPSTREAM_UNAVAILABLE', ...(state === undefined ? {} : { state }) } });
