import {
  isEnumType,
  isInterfaceType,
  Kind,
  parse,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Needed } from './plan.ts';

/** What the supergraph says of interface objects. */
export class InterfaceObjects {
  /** The interfaces that a subgraph knows as objects, by its name. */
  private readonly known = new Map<string, string[]>();
  /** What subgraphs must be told to answer a field (`@requires`), by `Interface.field`. */
  private readonly required = new Map<string, { readonly subgraph: string; readonly needs: readonly Needed[] }[]>();

  /** @param schema the supergraph with its `join__` directives */
  constructor(schema: GraphQLSchema) {
    const subgraphs = subgraphsOf(schema);
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isInterfaceType(type)) continue;
      for (const { graph, isInterfaceObject } of joinsOf(type, 'join__type'))
        if (isInterfaceObject === 'true') add(this.known, subgraphs.get(graph ?? '') ?? '', type.name);
      for (const field of Object.values(type.getFields()))
        for (const { graph, requires } of joinsOf(field, 'join__field'))
          if (requires !== undefined)
            add(this.required, `${type.name}.${field.name}`, { subgraph: subgraphs.get(graph ?? '') ?? '', needs: neededFor(requires) });
    }
  }

  /** The interfaces that this subgraph knows as objects. */
  of(subgraph: string): readonly string[] {
    return this.known.get(subgraph) ?? [];
  }

  /** Whether some subgraph must be told something to answer this field. */
  isRequiring(type: string, field: string): boolean {
    return this.required.has(`${type}.${field}`);
  }

  /** What this subgraph must be told to answer this field. */
  needs(subgraph: string, type: string, field: string): readonly Needed[] {
    return (this.required.get(`${type}.${field}`) ?? []).flatMap((one) => (one.subgraph === subgraph ? one.needs : []));
  }
}

function add<T>(lists: Map<string, T[]>, key: string, one: T): void {
  lists.set(key, [...(lists.get(key) ?? []), one]);
}

/** The arguments of every directive of that name, as text. */
function joinsOf(
  { astNode }: GraphQLInterfaceType | GraphQLField<unknown, unknown>,
  name: string,
): readonly Record<string, string | undefined>[] {
  const directives = (astNode?.directives ?? []).filter((one) => one.name.value === name);
  return directives.map((one) =>
    Object.fromEntries(
      (one.arguments ?? []).map(({ name: { value: key }, value }) => [key, 'value' in value ? String(value.value) : undefined]),
    ),
  );
}

/** The names of subgraphs, by the values of `join__Graph`. */
function subgraphsOf(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const graphs = schema.getType('join__Graph');
  const values = isEnumType(graphs) ? graphs.getValues() : [];
  return new Map(
    values.flatMap(({ name, astNode }) => {
      const given = astNode?.directives?.flatMap((one) => one.arguments ?? []).find((one) => one.name.value === 'name');
      return given?.value.kind === Kind.STRING ? [[name, given.value.value] as const] : [];
    }),
  );
}

/** @param requires a selection, as `@requires` writes it */
function neededFor(requires: string): readonly Needed[] {
  const [operation] = parse(`{ ${requires} }`, { noLocation: true }).definitions;
  const needs = (set: SelectionSetNode): readonly Needed[] =>
    set.selections.flatMap((node): readonly Needed[] => {
      if (node.kind === Kind.FIELD)
        return [{ kind: 'field', name: node.name.value, key: node.name.value, of: node.selectionSet && needs(node.selectionSet) }];
      if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition)
        return [{ kind: 'fragment', type: node.typeCondition.name.value, of: needs(node.selectionSet) }];
      return [];
    });
  return operation?.kind === Kind.OPERATION_DEFINITION ? needs(operation.selectionSet) : [];
}
