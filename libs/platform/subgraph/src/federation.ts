import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  GraphQLError,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';

/** The directives of Apollo Federation 2 that our SDL uses (https://specs.apollo.dev/federation/v2.9). */
const DIRECTIVES = parse(`
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION
  directive @external on OBJECT | FIELD_DEFINITION
  directive @requires(fields: String!) on FIELD_DEFINITION
  directive @provides(fields: String!) on FIELD_DEFINITION
  directive @override(from: String!) on FIELD_DEFINITION
  directive @interfaceObject on OBJECT
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  scalar _Any
  type _Service { sdl: String! }
`);

type EntityResolver = (reference: Record<string, unknown>, context: unknown, info: GraphQLResolveInfo) => unknown;
export type ResolverTree = Readonly<Record<string, unknown>>;

/** A schema that a federation gateway can ask for entities: the SDL as written, plus `_service` and `_entities`. */
export function subgraphSchema(sdl: string, resolvers: ResolverTree): GraphQLSchema {
  const own = parse(sdl);
  const entities = entityNames(own);
  const federation =
    entities.length === 0
      ? ''
      : `union _Entity = ${entities.join(' | ')}  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const hasQuery = own.definitions.some(
    (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Query',
  );
  const referencesOf = (type: string): EntityResolver | undefined =>
    (resolvers[type] as { __resolveReference?: EntityResolver } | undefined)?.__resolveReference;
  return makeExecutableSchema({
    typeDefs: [DIRECTIVES, own, parse(`${hasQuery ? 'extend ' : ''}type Query { _service: _Service! } ${federation}`)],
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
    resolvers: [
      resolvers as never,
      {
        Query: {
          _service: () => ({ sdl }),
          ...(entities.length === 0
            ? {}
            : {
                _entities: (
                  _: unknown,
                  { representations }: { representations: ({ __typename: string } & Record<string, unknown>)[] },
                  context: unknown,
                  info: GraphQLResolveInfo,
                ) => representations.map((reference) => resolveEntity(reference, referencesOf(reference.__typename), context, info)),
              }),
        },
        ...(entities.length === 0 ? {} : { _Entity: { __resolveType: (entity: { __typename: string }) => entity.__typename } }),
      },
    ],
  });
}

async function resolveEntity(
  reference: { __typename: string } & Record<string, unknown>,
  resolve: EntityResolver | undefined,
  context: unknown,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const type = info.schema.getType(reference.__typename);
  if (!isObjectType(type) && !isInterfaceType(type))
    throw new GraphQLError(`No entity ${reference.__typename} here.`, { extensions: { code: 'BAD_USER_INPUT' } });
  const entity = resolve ? await resolve(reference, context, info) : reference;
  if (entity === null || entity === undefined) return null;
  // an entity that was referred to by its interface says itself of which type it is
  return isInterfaceType(type) ? entity : { ...entity, __typename: reference.__typename };
}

/** Object types with a resolvable @key: those the gateway may ask for. */
function entityNames(sdl: DocumentNode): string[] {
  const names = sdl.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    const keys = (definition.directives ?? []).filter((directive) => directive.name.value === 'key');
    const resolvable = keys.some(
      (key) =>
        !key.arguments?.some(
          (argument) => argument.name.value === 'resolvable' && argument.value.kind === Kind.BOOLEAN && !argument.value.value,
        ),
    );
    return resolvable ? [definition.name.value] : [];
  });
  return [...new Set(names)];
}
