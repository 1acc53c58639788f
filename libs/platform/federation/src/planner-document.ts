import {
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type GraphQLSchema,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { definitionOf, variableOf } from './normalise.ts';
import type { Fetch, Plan, PlanNode } from './plan.ts';
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
 * otherwise than they were written (`-0` as `0`, `1.0` as `1`) or fail to read (integers of more than 64 bits).
 */
export function plannerDocument(schema: GraphQLSchema, document: DocumentNode, keys: ResponseKeys): PlannerDocument {
  const info = new TypeInfo(schema);
  const literals = new Map<string, ValueNode>();
  const names = new Map<string, string>();
  const definitions: VariableDefinitionNode[] = [];
  const all = new Map<string, VariableDefinitionNode>();
  const withoutLiteral = (node: ArgumentNode): ArgumentNode => {
    const type = info.getFieldDef()?.args.find(({ name }) => name === node.name.value)?.type;
    if (!type || node.value.kind === Kind.VARIABLE) return node;
    const known = `${String(type)} ${print(node.value)}`;
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
    }),
  );
  const hasDefaults = [...all.values()].some(({ defaultValue }) => defaultValue);
  const planned = visit(renamed, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [...(node.variableDefinitions ?? []).map((one) => ({ ...one, defaultValue: undefined })), ...definitions],
    }),
  });
  return {
    text: print(planned),
    restored: (plan) => (literals.size === 0 && !hasDefaults ? plan : withLiterals(plan, (fetch) => restored(fetch, literals, all))),
  };
}

function withLiterals(plan: Plan, change: (fetch: Fetch) => Fetch): Plan {
  const changed = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'fetch':
        return change(node);
      case 'sequence':
      case 'parallel':
        return { ...node, nodes: node.nodes.map(changed) };
      case 'condition':
        return { ...node, then: node.then && changed(node.then), otherwise: node.otherwise && changed(node.otherwise) };
    }
  };
  return { ...plan, events: plan.events && change(plan.events), node: plan.node && changed(plan.node) };
}

function restored(fetch: Fetch, literals: ReadonlyMap<string, ValueNode>, definitions: ReadonlyMap<string, VariableDefinitionNode>): Fetch {
  const used = new Set<string>();
  const withValues = visit(parse(fetch.operation, { noLocation: true }), {
    VariableDefinition: () => false,
    Argument: (node) => {
      const literal = node.value.kind === Kind.VARIABLE ? literals.get(node.value.name.value) : undefined;
      if (literal) visit(literal, { Variable: ({ name }) => void used.add(name.value) });
      return literal && { ...node, value: literal };
    },
  });
  const operation = visit(withValues, {
    OperationDefinition: (node) => {
      const own = (node.variableDefinitions ?? []).filter(({ variable }) => !literals.has(variable.name.value));
      const names = new Set(own.map(({ variable }) => variable.name.value));
      const inside = [...used].filter((name) => !names.has(name)).flatMap((name) => definitions.get(name) ?? []);
      const is = [...own, ...inside].map((one) => ({ ...one, defaultValue: definitions.get(one.variable.name.value)?.defaultValue }));
      return { ...node, variableDefinitions: is };
    },
  });
  const variables = new Set([...fetch.variables.filter((name) => !literals.has(name)), ...used]);
  return { ...fetch, operation: print(operation), variables: [...variables] };
}
