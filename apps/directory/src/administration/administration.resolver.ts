import { administers, forbidden, notFound, refused, type Identity, type Refused } from '@cordboard/platform-subgraph';
import type { Outcome } from './administration.handler.ts';

/** The account that an administrator may change. @throws FORBIDDEN for everybody else */
export function administered(identity: Identity): string {
  if (!administers(identity)) throw forbidden('Only administrators change the account.');
  return identity.account;
}

/** What a change answers. @throws NOT_FOUND for what was pointed to and is not there */
export function answer<Name extends string, Row extends object>(name: Name, outcome: Outcome<Row>): (Row & { __typename: Name }) | Refused {
  if ('missing' in outcome) throw notFound(outcome.missing);
  return 'refused' in outcome ? refused(outcome) : { ...(outcome as Row), __typename: name };
}
