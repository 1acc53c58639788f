export { badInput, cannot, forbidden, notFound, refused, upstreamUnavailable, type Refused } from './answers.ts';
export { graphqlBody } from './body.ts';
export { batched } from './batched.ts';
export { connection, page, type Connection } from './connection.ts';
export { subgraphSchema, type ResolverTree } from './federation.ts';
export { administers, Identities, seesAll, TOKEN_EXPIRED, unauthenticated, type Identity } from './identity.ts';
export { languageOf, type Language } from './language.ts';
export { DateTime, PhoneNumber } from './scalars.ts';
export { sayError, SubgraphModule, type SubgraphContext } from './subgraph.module.ts';
