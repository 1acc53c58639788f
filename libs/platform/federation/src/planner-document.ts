import {
  isInterfaceType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { literalText, variablesIn } from './literals.ts';
import { definitionOf, variableOf, withDefinitions } from './normalise.ts';
import { mapFetches, type Fetch, type Plan } from './plan.ts';
import type { InterfaceObjects } from './interface-objects.ts';
import type { ResponseKeys } from './response-keys.ts';

/** An operation as it is planned. */
export interface PlannerDocument {
  readonly text: string;
  /** Puts back into a plan's operations what the planner was not shown. */
  readonly restored: (plan: Plan) => Plan;
}

const LITERAL = 'cordboard_literal_';

/**
 * The operation for the planner: with response keys of our own (`ResponseKeys`), and without any literal or default value, which it would print
 * otherwise than they were written (`-0` as `0`, `1.0` as `1`) or fail to read (integers of more than 64 bits). Where fragments depend on the
 * type of an object, it asks for the type too: without, the planner leaves out fragments on an interface object that another one refers to.
 */
export function plannerDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  keys: ResponseKeys,
  interfaceObjects: InterfaceObjects,
): PlannerDocument {
  const info = new TypeInfo(schema);
  const literals = new Map<string, ValueNode>();
  const names = new Map<string, string>();
  const definitions: VariableDefinitionNode[] = [];
  const all = new Map<string, VariableDefinitionNode>();
  const withoutLiteral = (node: ArgumentNode): ArgumentNode => {
    const type = info.getFieldDef()?.args.find(({ name }) => name === node.name.value)?.type;
    if (!type || node.value.kind === Kind.VARIABLE) return node;
    const known = `${String(type)} ${literalText(node.value)}`;
    const name = names.get(known) ?? `${LITERAL}${names.size}`;
    if (!names.has(known)) {
      names.set(known, name);
      literals.set(name, node.value);
      definitions.push(definitionOf(name, type));
    }
    return { ...node, value: variableOf(name) };
  };
  const renamed = visit(
    document,
    visitWithTypeInfo(info, {
      VariableDefinition: (node) => {
        all.set(node.variable.name.value, node);
        return false;
      },
      Field: (node) => {
        const internal = keys.internalOf(node);
        const alias = internal === node.name.value ? undefined : ({ kind: Kind.NAME, value: internal } as const);
        return { ...node, alias, arguments: keys.argumentsOf(node).map(withoutLiteral) };
      },
      SelectionSet: {
        leave: (node) => {
          const type = info.getParentType();
          return isInterfaceType(type) ? ofInterface(schema, document, node, type, interfaceObjects) : undefined;
        },
      },
    }),
  );
  const hasDefaults = [...all.values()].some(({ defaultValue }) => defaultValue);
  const planned = withDefinitions(renamed, (own) => [...own.map((one) => ({ ...one, defaultValue: undefined })), ...definitions]);
  return {
    text: print(planned),
    restored: (plan) => (literals.size === 0 && !hasDefaults ? plan : mapFetches(plan, (fetch) => restored(fetch, literals, all))),
  };
}

/**
 * A selection on an interface as the planner reads it well. It fails at a field of an interface object that requires others where the same
 * subgraph has told of the object: such fields are asked of each type.
 */
function ofInterface(
  schema: GraphQLSchema,
  document: DocumentNode,
  node: SelectionSetNode,
  type: GraphQLInterfaceType,
  interfaceObjects: InterfaceObjects,
): SelectionSetNode {
  const isRequiring = (one: SelectionNode): boolean => one.kind === Kind.FIELD && interfaceObjects.isRequiring(type.name, one.name.value);
  const requiring = node.selections.filter(isRequiring);
  const others = node.selections.filter((one) => !isRequiring(one));
  if (requiring.length === 0 && conditionsIn(document, node).every((name) => name === type.name)) return node;
  const types = requiring.length === 0 ? [] : schema.getPossibleTypes(type);
  return { ...node, selections: [TYPENAME, ...others, ...types.map(({ name }) => fragmentOn(name, requiring))] };
}

const fragmentOn = (name: string, selections: readonly SelectionNode[]): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});
const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

/** The types of objects that the fragments of a selection are about. */
function conditionsIn({ definitions }: DocumentNode, { selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return node.typeCondition?.name.value ?? [];
    return definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value ? one.typeCondition.name.value : [],
    );
  });
}

function restored(fetch: Fetch, literals: ReadonlyMap<string, ValueNode>, definitions: ReadonlyMap<string, VariableDefinitionNode>): Fetch {
  const used = new Set<string>();
  const withValues = visit(parse(fetch.operation, { noLocation: true }), {
    VariableDefinition: () => false,
    Argument: {
      leave: (node) => {
        const literal = node.value.kind === Kind.VARIABLE ? literals.get(node.value.name.value) : undefined;
        if (!literal) return undefined;
        for (const name of variablesIn(literal)) used.add(name);
        return { ...node, value: literal };
      },
    },
  });
  const operation = withDefinitions(withValues, (all) => {
    const own = all.filter(({ variable }) => !literals.has(variable.name.value));
    const names = new Set(own.map(({ variable }) => variable.name.value));
    const inside = [...used].filter((name) => !names.has(name)).flatMap((name) => definitions.get(name) ?? []);
    return [...own, ...inside].map((one) => ({ ...one, defaultValue: definitions.get(one.variable.name.value)?.defaultValue }));
  });
  const variables = new Set([...fetch.variables.filter((name) => !literals.has(name)), ...used]);
  return { ...fetch, operation: print(operation), variables: [...variables] };
}
