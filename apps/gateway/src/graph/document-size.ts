import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { IntrospectionMeasure, mostIntrospected } from './introspection-size.ts';

/** What a selection set comes to, with its fragments counted wherever they are spread. */
export interface Size {
  /** Fields, fragment spreads and inline fragments. */
  readonly selections: number;
  /** Fields that its answer may have, where lists are as long as they usually are or were asked to be. */
  readonly cost: number;
  readonly aliases: number;
  readonly directives: number;
  /** How often variables stand in arguments, those of directives too: validation compares each with every operation that comes to it. */
  readonly uses: number;
  /** Fields at its top. */
  readonly roots: number;
  /** How often the schema itself is asked about: `__schema` and `__type`. */
  readonly introspections: number;
  /** What that comes to in this schema, see `IntrospectionMeasure`. */
  readonly introspected: number;
  /** Levels of fields that have fields. Those of introspection are one. */
  readonly depth: number;
  /** Levels of selection sets, those of fragments too. */
  readonly nesting: number;
  /** By the name of a field that has fields: how often it stands on one way down, at most. */
  readonly returns: ReadonlyMap<string, number>;
}

/**
 * Says why a size is refused; null where it is not. Whatever lies around is larger still, so measuring ends there.
 * @param field the field whose size it is, where it is one with fields
 */
export type Judge = (size: Size, field: string | null) => string | null;

/** Why a document is not measured any further. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code: 'BAD_USER_INPUT' | 'GRAPHQL_VALIDATION_FAILED' = 'BAD_USER_INPUT',
  ) {
    super(message);
  }
}
const invalid = (message: string): Refused => new Refused(message, 'GRAPHQL_VALIDATION_FAILED');

/** How long a page is that does not say it, how long one may be, and how long other lists are taken to be. */
const PAGE = 20;
const LONGEST_PAGE = 100;
const LIST = 10;

/**
 * Measures the selection sets of one document. Each fragment is evaluated once, so that measuring takes as long as reading, however often
 * fragments spread one another.
 */
export class DocumentMeasure {
  /** How many selections were visited: never more than the document has. */
  visited = 0;
  readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly known = new Map<FragmentDefinitionNode, Size | 'in progress'>();
  private readonly introspection: IntrospectionMeasure;

  /** @throws Refused where two fragments have one name */
  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly judge: Judge,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
      if (this.fragments.has(definition.name.value)) throw invalid(`There can be only one fragment named "${definition.name.value}".`);
      this.fragments.set(definition.name.value, definition);
    }
    this.introspection = new IntrospectionMeasure(schema, this.fragments, mostIntrospected(schema));
  }

  /** @throws Refused where it is too large, or its fragments spread themselves */
  operation(node: OperationDefinitionNode): Size {
    const size = this.selectionSet(node.selectionSet, this.schema.getRootType(node.operation) ?? null);
    return this.judged({ ...size, directives: size.directives + (node.directives?.length ?? 0), uses: size.uses + usesIn(node) }, null);
  }

  /** @throws Refused where there is a fragment that no operation measured so far has come to */
  refuseUnused(): void {
    for (const fragment of this.fragments.values())
      if (!this.known.has(fragment)) throw invalid(`Fragment "${fragment.name.value}" is never used.`);
  }

  private fragment(fragment: FragmentDefinitionNode): Size {
    const known = this.known.get(fragment);
    if (known === 'in progress') throw invalid(`Cannot spread fragment "${fragment.name.value}" within itself.`);
    if (known) return known;
    this.known.set(fragment, 'in progress');
    const inside = this.selectionSet(fragment.selectionSet, this.typeOf(fragment.typeCondition.name.value));
    const size = { ...inside, uses: inside.uses + usesIn(fragment) };
    this.known.set(fragment, size);
    return size;
  }

  private selectionSet({ selections }: SelectionSetNode, type: GraphQLCompositeType | null): Size {
    const sum = { ...NOTHING, nesting: 1, returns: new Map<string, number>() };
    const merged = new Set<Size>();
    for (const node of selections) {
      this.visited += 1;
      const size = this.selection(node, type);
      sum.selections += 1 + size.selections;
      sum.cost += size.cost;
      sum.aliases += size.aliases;
      sum.directives += size.directives + (node.directives?.length ?? 0);
      sum.uses += size.uses + usesIn(node);
      sum.roots += size.roots;
      sum.introspections += size.introspections;
      sum.introspected += size.introspected;
      sum.depth = Math.max(sum.depth, size.depth);
      sum.nesting = Math.max(sum.nesting, size.nesting + 1);
      if (!merged.has(size)) for (const [name, times] of size.returns) sum.returns.set(name, Math.max(times, sum.returns.get(name) ?? 0));
      merged.add(size);
      this.judged(sum, null);
    }
    return sum;
  }

  private selection(node: SelectionSetNode['selections'][number], type: GraphQLCompositeType | null): Size {
    switch (node.kind) {
      case Kind.FIELD:
        return this.field(node, type);
      case Kind.INLINE_FRAGMENT:
        return this.selectionSet(node.selectionSet, node.typeCondition ? this.typeOf(node.typeCondition.name.value) : type);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = this.fragments.get(node.name.value);
        if (!fragment) throw invalid(`Unknown fragment "${node.name.value}".`);
        return this.fragment(fragment);
      }
    }
  }

  private field(node: FieldNode, type: GraphQLCompositeType | null): Size {
    const [name, aliases] = [node.name.value, node.alias ? 1 : 0];
    if (!node.selectionSet) return { ...NOTHING, aliases, cost: 1, roots: 1 };
    const field = this.definitionOf(name, type);
    const of = field && getNamedType(field.type);
    const inside = this.selectionSet(node.selectionSet, of && isCompositeType(of) ? of : null);
    const measured = this.judged(
      {
        ...inside,
        aliases: inside.aliases + aliases,
        cost: 1 + inside.cost * lengthOf(node, type, field),
        roots: 1,
        depth: inside.depth + 1,
        returns: isOfIntrospection(type) ? inside.returns : new Map([...inside.returns, [name, (inside.returns.get(name) ?? 0) + 1]]),
      },
      name,
    );
    if (!name.startsWith('__')) return measured;
    return { ...measured, cost: 1, depth: 1, introspections: 1, introspected: this.introspection.sizeOf(node) };
  }

  private definitionOf(name: string, type: GraphQLCompositeType | null): GraphQLField<unknown, unknown> | undefined {
    if (name === '__schema') return SchemaMetaFieldDef;
    if (name === '__type') return TypeMetaFieldDef;
    return type && 'getFields' in type ? type.getFields()[name] : undefined;
  }

  private typeOf(name: string): GraphQLCompositeType | null {
    const type = this.schema.getType(name);
    return type && isCompositeType(type) ? type : null;
  }

  private judged(size: Size, field: string | null): Size {
    const problem = this.judge(size, field);
    if (problem !== null) throw new Refused(problem);
    return size;
  }
}

const NOTHING: Size = {
  selections: 0,
  cost: 0,
  aliases: 0,
  directives: 0,
  uses: 0,
  roots: 0,
  introspections: 0,
  introspected: 0,
  depth: 0,
  nesting: 0,
  returns: new Map(),
};

/** How often variables stand in a node's own arguments and in those of its directives. */
function usesIn(node: {
  readonly arguments?: readonly ArgumentNode[] | undefined;
  readonly directives?: readonly DirectiveNode[] | undefined;
}): number {
  let uses = 0;
  const left: ValueNode[] = [node, ...(node.directives ?? [])].flatMap((one) => (one.arguments ?? []).map(({ value }) => value));
  for (let value = left.pop(); value; value = left.pop()) {
    if (value.kind === Kind.VARIABLE) uses += 1;
    else if (value.kind === Kind.LIST) for (const one of value.values) left.push(one);
    else if (value.kind === Kind.OBJECT) for (const field of value.fields) left.push(field.value);
  }
  return uses;
}

const isOfIntrospection = (type: GraphQLCompositeType | null): boolean => type?.name.startsWith('__') === true;

/** How many objects a field answers with. */
function lengthOf(node: FieldNode, type: GraphQLCompositeType | null, field: GraphQLField<unknown, unknown> | undefined): number {
  if (!field) return 1;
  if (getNamedType(field.type).name.endsWith('Connection')) return pageOf(node);
  if (!isListType(getNullableType(field.type))) return 1;
  return type?.name.endsWith('Connection') && field.name === 'edges' ? 1 : LIST; // the field of the connection has counted its edges
}

/** How long the page is that is asked for. What only a variable says is taken to be the longest. */
function pageOf(node: FieldNode): number {
  const first = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (!first || first.kind === Kind.NULL) return PAGE;
  return first.kind === Kind.INT ? Math.min(LONGEST_PAGE, Math.max(1, Number(first.value))) : LONGEST_PAGE;
}

/**
 * How many pairs of fields have one response name and stand in one place of the answer: graphql-js compares each
 * (GraphQL §5.3.2, fields in set can merge). Counting ends where there are more than `most`.
 */
export function pairsOf(selectionSet: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, most: number): number {
  let pairs = 0;
  const merge = (sets: readonly SelectionSetNode[]): void => {
    const byName = new Map<string, FieldNode[]>();
    const gather = ({ selections }: SelectionSetNode): void => {
      for (const node of selections) {
        if (pairs > most) return;
        if (node.kind === Kind.FIELD) {
          const name = (node.alias ?? node.name).value;
          const others = byName.get(name);
          pairs += others?.length ?? 0;
          if (others) others.push(node);
          else byName.set(name, [node]);
        } else {
          const set = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)?.selectionSet;
          if (set) gather(set);
        }
      }
    };
    sets.forEach(gather);
    for (const nodes of byName.values()) {
      const inside = nodes.flatMap((node) => node.selectionSet ?? []);
      if (inside.length > 0 && pairs <= most) merge(inside);
    }
  };
  merge([selectionSet]);
  return pairs;
}
