import {
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How many characters of a description count for as much as one field does. */
const CHARACTERS = 100;
/** How many fields an object counts for beside its own. */
const OBJECT = 2;
/** How much larger than the largest introspection query of tools what is asked about the schema may be. */
const ROOM = 1.1;

const TOO_MUCH = new Error('There is no need to measure on.');

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** A selection set, and what it comes to for each type, field, argument… of the schema. */
interface Selected {
  /** How many of its fields cost the same wherever they are asked for. */
  readonly leaves: number;
  readonly others: readonly SelectionNode[];
  readonly sizes: Map<unknown, number>;
}

/**
 * Measures what the schema itself is asked by one document: the fields that the answer will have, in this schema, and its descriptions. Whatever
 * is skipped or deprecated counts, and where a variable names the type, all types do.
 */
export class IntrospectionMeasure {
  /** How many selections were visited, each once for each type, field, argument… of the schema; no more than `most` and one. */
  visited = 0;
  private readonly known = new Map<SelectionSetNode, Selected>();

  /** @param most where measuring ends, as the document is refused anyway */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly most: number,
  ) {}

  /** @param node `__schema` or `__type`, valid but for what it selects and without cycles @returns Infinity where it is more than `most` */
  sizeOf(node: FieldNode): number {
    try {
      return this.root(node);
    } catch (problem) {
      if (problem === TOO_MUCH) return Infinity;
      throw problem;
    }
  }

  private root({ name, selectionSet, arguments: given }: FieldNode): number {
    if (!selectionSet) return 1;
    const schemaType = getNamedType(SchemaMetaFieldDef.type) as GraphQLObjectType;
    if (name.value === '__schema') return 1 + this.selectionSet(selectionSet, schemaType, this.schema);
    const typeType = getNamedType(schemaType.getFields()['types']?.type) as GraphQLObjectType;
    const asked = given?.[0]?.value;
    const types = asked?.kind === Kind.STRING ? [this.schema.getType(asked.value)] : Object.values(this.schema.getTypeMap());
    return types.reduce((sum, type) => sum + (type ? this.selectionSet(selectionSet, typeType, type) : 0), 1);
  }

  private selectionSet(set: SelectionSetNode, type: GraphQLObjectType, of: unknown): number {
    const { leaves, others, sizes } = this.selected(set);
    const known = sizes.get(of);
    if (known !== undefined) return known;
    let size = leaves;
    for (const node of others) {
      this.visited += 1;
      if (this.visited > this.most) throw TOO_MUCH;
      size += 1;
      if (node.kind === Kind.FIELD) size += this.inside(node, type, of);
      else {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : this.fragments.get(node.name.value)?.selectionSet;
        if (inner) size += this.selectionSet(inner, type, of);
      }
    }
    sizes.set(of, size);
    return size;
  }

  private selected(set: SelectionSetNode): Selected {
    const known = this.known.get(set);
    if (known) return known;
    const others = set.selections.filter((node) => node.kind !== Kind.FIELD || node.selectionSet || node.name.value === 'description');
    const selected = { leaves: set.selections.length - others.length, others, sizes: new Map<unknown, number>() };
    this.known.set(set, selected);
    return selected;
  }

  /** What a field comes to beside itself. It is resolved as graphql-js resolves it. */
  private inside({ name, selectionSet }: FieldNode, type: GraphQLObjectType, of: unknown): number {
    const field = type.getFields()[name.value];
    const inner = field && getNamedType(field.type);
    if (!field?.resolve) return 0;
    const value: unknown = field.resolve(of, { includeDeprecated: true }, undefined, { schema: this.schema } as GraphQLResolveInfo);
    if (typeof value === 'string') return Math.floor(value.length / CHARACTERS);
    if (!selectionSet || !isObjectType(inner) || value === null || value === undefined) return 0;
    const all = (Array.isArray(value) ? value : [value]) as readonly unknown[];
    return all.reduce<number>((sum, one) => sum + OBJECT + this.selectionSet(selectionSet, inner, one), 0);
  }
}

const limits = new WeakMap<GraphQLSchema, number>();

/** How much may be asked about this schema at once: a tenth more than by the largest query that graphql-js writes for tools. */
export function mostIntrospected(schema: GraphQLSchema): number {
  const known = limits.get(schema);
  if (known !== undefined) return known;
  const most = Math.floor(toolsIntrospection(schema) * ROOM);
  limits.set(schema, most);
  return most;
}

function toolsIntrospection(schema: GraphQLSchema): number {
  const text = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  const { definitions } = parse(text, { noLocation: true });
  const fragments = new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
  const measure = new IntrospectionMeasure(schema, fragments, Infinity);
  return definitions.reduce(
    (sum, one) =>
      one.kind === Kind.OPERATION_DEFINITION
        ? one.selectionSet.selections.reduce((all, node) => all + (node.kind === Kind.FIELD ? measure.sizeOf(node) : 0), sum)
        : sum,
    0,
  );
}
