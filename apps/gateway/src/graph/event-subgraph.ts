import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  subscribe,
  visit,
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Identity, Language } from '@cordboard/platform-subgraph';
import type { Ask, ExecutionRequest } from './subgraph-executor.ts';
import type { GatewayContext } from './supergraph.ts';

/** The feeds behind the fields of Subscription, by the field's name: each event as the graph's types show it. */
export type Events = Readonly<
  Record<
    string,
    (
      args: Readonly<Record<string, unknown>>,
      identity: Identity,
      language: Language,
    ) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>
  >
>;

/** What was asked of the subgraph after all: its fields lie under the names that were asked for. */
const ANSWERED = Symbol('answered by the subgraph');

/**
 * A subgraph's subscriptions, without the subgraph: its own part of the schema is evaluated here over what the feed carries. What
 * the event does not carry is asked of the subgraph by the thing's id; what other subgraphs know is added by the gateway as ever.
 */
export function evaluateEvents(schema: GraphQLSchema, events: Events, ask: Ask) {
  return async ({ document, variables, context }: ExecutionRequest): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> => {
    const { identity, language } = context as GatewayContext;
    if (!identity) return { data: null, errors: [new GraphQLError('A token is needed.', { extensions: { code: 'UNAUTHENTICATED' } })] };
    return subscribe({
      schema,
      document,
      variableValues: variables as Record<string, unknown>,
      contextValue: context,
      subscribeFieldResolver: async (_, args: Record<string, unknown>, __, info) => {
        const feed = events[info.fieldName];
        if (!feed) throw new GraphQLError(`There is no feed for ${info.fieldName}.`);
        return wrapped(await feed(args, identity, language), info.fieldName);
      },
      fieldResolver: fromEvent(ask),
      typeResolver: (value) => (value as { __typename: string }).__typename,
    } as Parameters<typeof subscribe>[0]) as Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
  };
}

async function* wrapped(feed: AsyncIterable<unknown>, field: string): AsyncGenerator<unknown> {
  for await (const event of feed) yield { [field]: event };
}

const fromEvent =
  (ask: Ask): GraphQLFieldResolver<unknown, GatewayContext> =>
  (source, _, context, info) => {
    const thing = source as Record<string | symbol, unknown>;
    if (thing[ANSWERED]) return marked(thing[String(info.path.key)]);
    if (info.fieldName in thing) return thing[info.fieldName];
    return askTheOwner(thing, context, info, ask);
  };

async function askTheOwner(thing: Record<string, unknown>, context: GatewayContext, info: GraphQLResolveInfo, ask: Ask): Promise<unknown> {
  const { data, errors } = await ask({
    document: entityQuery(info),
    variables: { ...usedValues(info), cordboardThings: [{ __typename: info.parentType.name, id: thing['id'] }] },
    context,
  } as ExecutionRequest);
  const [error] = errors ?? [];
  if (error) throw new GraphQLError(error.message, { extensions: error.extensions });
  const [entity] = (data as { _entities: (Record<string, unknown> | null)[] })._entities;
  return marked(entity?.[String(info.path.key)] ?? null);
}

/** One field of one thing, selected as the subscription selects it. */
const entityQuery = (info: GraphQLResolveInfo): DocumentNode => {
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
  const things = name('cordboardThings');
  const used = usedBy(info);
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: [
          ...(info.operation.variableDefinitions ?? []).filter(({ variable }) => used.variables.has(variable.name.value)),
          {
            kind: Kind.VARIABLE_DEFINITION,
            variable: { kind: Kind.VARIABLE, name: things },
            type: {
              kind: Kind.NON_NULL_TYPE,
              type: { kind: Kind.LIST_TYPE, type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('_Any') } } },
            },
          },
        ],
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [
            {
              kind: Kind.FIELD,
              name: name('_entities'),
              arguments: [{ kind: Kind.ARGUMENT, name: name('representations'), value: { kind: Kind.VARIABLE, name: things } }],
              selectionSet: {
                kind: Kind.SELECTION_SET,
                selections: [
                  {
                    kind: Kind.INLINE_FRAGMENT,
                    typeCondition: { kind: Kind.NAMED_TYPE, name: name(info.parentType.name) },
                    selectionSet: { kind: Kind.SELECTION_SET, selections: info.fieldNodes },
                  },
                ],
              },
            },
          ],
        },
      },
      ...used.fragments,
    ],
  };
};

const usedValues = (info: GraphQLResolveInfo): Record<string, unknown> => {
  const { variables } = usedBy(info);
  return Object.fromEntries(Object.entries(info.variableValues).filter(([name]) => variables.has(name)));
};

/** The variables and fragments that this field's selection needs: the rest of the subscription is none of the subgraph's business. */
function usedBy(info: GraphQLResolveInfo): { variables: ReadonlySet<string>; fragments: readonly FragmentDefinitionNode[] } {
  const variables = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  const look = (node: ASTNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = info.fragments[name.value];
        if (!fragment || fragments.has(name.value)) return;
        fragments.set(name.value, fragment);
        look(fragment);
      },
    });
  };
  for (const node of info.fieldNodes) look(node);
  return { variables, fragments: [...fragments.values()] };
}

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  return value !== null && typeof value === 'object' ? { ...value, [ANSWERED]: true } : value;
}
