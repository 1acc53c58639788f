import {
  isInterfaceType,
  isObjectType,
  Kind,
  type ArgumentNode,
  type ConstDirectiveNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import { literalText } from './literals.ts';

/** What the names of a graph's fields decide about the response keys that subgraphs are asked for. */
export class FieldNames {
  /** No field of the graph has a name of this prefix and a number. */
  readonly prefix: string;
  private readonly aliased = new Set<string>();
  private readonly needed = new Set<string>();

  /** @param schema the supergraph with all of its types, those too that clients do not see */
  constructor(schema: GraphQLSchema) {
    const names = new Set<string>();
    for (const type of Object.values(schema.getTypeMap()))
      if (isObjectType(type) || isInterfaceType(type)) {
        this.noteNeeds(type.astNode?.directives);
        for (const field of Object.values(type.getFields())) {
          this.noteNeeds(field.astNode?.directives);
          names.add(field.name);
          // each field of Mutation is done by itself, however often
          if (field.args.length > 0 || type === schema.getMutationType()) this.aliased.add(field.name);
        }
      }
    let prefix = 'r';
    while ([...names].some((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))) prefix += '_';
    this.prefix = prefix;
  }

  /** Whether a field of that name can be asked for by its name: nothing else can be found under it. */
  isKept(name: string): boolean {
    return !this.aliased.has(name) && !(name in Object.prototype);
  }

  /** Whether the planner may ask for a field of that name on its own account: some key or required field has it. */
  isNeeded(name: string): boolean {
    return this.needed.has(name);
  }

  private noteNeeds(directives: readonly ConstDirectiveNode[] | undefined): void {
    for (const { name, value } of (directives ?? []).flatMap((one) => one.arguments ?? []))
      if ((name.value === 'key' || name.value === 'requires') && value.kind === Kind.STRING)
        for (const [field] of value.value.matchAll(/\w+/g)) this.needed.add(field);
  }
}

/**
 * The response keys of one operation, as clients wrote them and as subgraphs are asked for them. An alias may be the name of a key field, of a
 * required field or of a property of every object; the planner and the executor look fields up by their names. They therefore never see an
 * alias of a client. Leaves without arguments are asked for by their names, once for all aliases: the planner loses aliases of keys where an
 * interface object has them. Objects with an alias, and all fields that take arguments, have response keys of our own (`r0`, `r1`, …); fields of
 * one alias, name and arguments share one, since they merge (GraphQL §5.3.2).
 */
export class ResponseKeys {
  private readonly internal = new Map<string, string>();
  private readonly firstArguments = new Map<string, readonly ArgumentNode[]>();
  /** A field is looked up several times, and to write its arguments takes long. */
  private readonly known = new WeakMap<FieldNode, string>();

  constructor(private readonly names: FieldNames) {}

  /** @returns the response key that stands in subgraphs' answers for this field */
  internalOf(node: FieldNode): string {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const internal = this.internalFor(node);
    this.known.set(node, internal);
    return internal;
  }

  private internalFor(node: FieldNode): string {
    const name = node.name.value;
    const key = (node.alias ?? node.name).value;
    if (name === '__typename' || ((key === name || !node.selectionSet) && this.names.isKept(name))) return name;
    const signature = `${key}:${name}(${signatureOf(node.arguments ?? [])})`;
    let internal = this.internal.get(signature);
    if (internal === undefined) {
      internal = `${this.names.prefix}${this.internal.size}`;
      this.internal.set(signature, internal);
      this.firstArguments.set(internal, node.arguments ?? []);
    }
    return internal;
  }

  /** @returns the arguments of the first field with that response key: equal ones may differ in their order */
  argumentsOf(node: FieldNode): readonly ArgumentNode[] {
    return this.firstArguments.get(this.internalOf(node)) ?? node.arguments ?? [];
  }
}

/** Equal for arguments that validation takes for equal: neither their order nor that of an input object's fields matters. */
const signatureOf = (given: readonly ArgumentNode[]): string =>
  [...given]
    .map(({ name, value }) => `${name.value}:${literalText(value)}`)
    .sort()
    .join(',');
