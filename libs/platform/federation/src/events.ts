import {
  buildASTSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { isThing, newThing, type Thing } from './data.ts';

/** Makes what a subgraph would have answered out of an event that is there already. */
export type Project = (event: unknown) => Thing;

type Fragment = (name: string) => FragmentDefinitionNode | undefined;

/** Directives of federation that the events' SDL uses without defining them. */
const DIRECTIVES = `
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION
  directive @external on OBJECT | FIELD_DEFINITION
  directive @provides(fields: String!) on FIELD_DEFINITION
  type Query { nothing: Boolean }
`;

/** The virtual subgraph of events: its types, for reading what a plan wants of an event. */
export class EventsSchema {
  private readonly schema: GraphQLSchema;

  constructor(sdl: string) {
    const own = parse(sdl);
    const extensions = own.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
    this.schema = buildASTSchema(
      { ...own, definitions: [...parse(DIRECTIVES).definitions, ...extensions] },
      { assumeValidSDL: true, assumeValid: true },
    );
  }

  /** @param operation what the plan would ask the subgraph: one field of Subscription */
  projection(operation: string): Project {
    const { definitions } = parse(operation, { noLocation: true });
    const fragments = new Map(
      definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
      ),
    );
    const [root] = definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : []));
    const subscription = this.schema.getSubscriptionType();
    if (!root || !subscription) throw new Error('The events have no Subscription.');
    const things = this.things([root], subscription, (name) => fragments.get(name));
    const [field] = root.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? selection.name.value : []));
    return (event) => things({ [field ?? '']: event });
  }

  private things(selections: readonly SelectionSetNode[], type: GraphQLNamedType, fragment: Fragment): (thing: Thing) => Thing {
    const known = new Map<string, readonly (readonly [key: string, of: (thing: Thing) => unknown])[]>();
    const read = (concrete: GraphQLObjectType): readonly (readonly [string, (thing: Thing) => unknown])[] => {
      const nodes = new Map<string, FieldNode[]>();
      for (const selection of selections) this.gather(selection, concrete, fragment, nodes);
      return [...nodes].map(([key, all]) => [key, this.field(concrete, all, fragment)]);
    };
    return (thing) => {
      const name = isObjectType(type) ? type.name : String(thing['__typename']);
      let of = known.get(name);
      if (!of) {
        const concrete = this.schema.getType(name);
        known.set(name, (of = isObjectType(concrete) ? read(concrete) : []));
      }
      const out = newThing();
      for (const [key, value] of of) out[key] = value(thing);
      return out;
    };
  }

  private field(type: GraphQLObjectType, nodes: readonly FieldNode[], fragment: Fragment): (thing: Thing) => unknown {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return () => type.name;
    const selections = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (selections.length === 0) return (thing) => thing[name] ?? null;
    const field = type.getFields()[name];
    if (!field) throw new Error(`An event's ${type.name} has no ${name}.`);
    const inside = this.things(selections, getNamedType(field.type), fragment);
    const project = (value: unknown): unknown => (Array.isArray(value) ? value.map(project) : isThing(value) ? inside(value) : null);
    return (thing) => project(thing[name]);
  }

  private gather(selection: SelectionSetNode, type: GraphQLObjectType, fragment: Fragment, into: Map<string, FieldNode[]>): void {
    for (const node of selection.selections) {
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragment(node.name.value) : node;
      const condition = part?.typeCondition?.name.value;
      const other = condition === undefined ? type : this.schema.getType(condition);
      if (part && (other === type || (isAbstractType(other) && this.schema.isSubType(other, type))))
        this.gather(part.selectionSet, type, fragment, into);
    }
  }
}
