import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { ResponseKeys } from './response-keys.ts';

/** The form of a value, as the client asked for it. */
export type Form =
  | { readonly is: 'leaf'; readonly type: string; readonly fits: (value: unknown) => boolean; readonly nonNull: boolean }
  | { readonly is: 'list'; readonly of: Form; readonly nonNull: boolean }
  | { readonly is: 'thing'; readonly of: Things; readonly nonNull: boolean };

/** The fields of an object, in the order that the client asked for them; `typename` ones are known without asking. */
export interface FieldForm {
  /** The response key, as the client wrote it. */
  readonly key: string;
  /** The response key in subgraphs' answers. */
  readonly from: string;
  /** `Type.field`, for errors. */
  readonly name: string;
  readonly form: Form | 'typename' | 'introspection';
}

/** The fields of an object of one type; of an interface only where no subgraph has said which object it is. */
export interface FieldsOfType {
  readonly type: string;
  readonly isInterface: boolean;
  readonly fields: readonly FieldForm[];
}

/** The fields that a selection has of an object, by its type. */
export interface Things {
  /** Null where there is no such type, or it cannot stand here. */
  fieldsOf(typename: string | undefined): FieldsOfType | null;
  /** Of every object type that can stand here. */
  possible(): readonly FieldsOfType[];
}

/** Values of the variables that decide what is skipped and included. */
export type Conditions = Readonly<Record<string, unknown>>;

/** Reads selections against the schema that clients see, once; for one set of conditions. */
export class Shapes {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly conditions: Conditions,
    private readonly keys: ResponseKeys,
  ) {}

  things(selections: readonly SelectionSetNode[], type: GraphQLNamedType): Things {
    const known = new Map<string, FieldsOfType | null>();
    // a subgraph need not say of which type something is where only the interface's own fields are asked for
    const alone = isObjectType(type) || isInterfaceType(type) ? type.name : undefined;
    const read = (name: string): FieldsOfType | null => {
      if (isInterfaceType(type) && name === type.name) return { type: name, isInterface: true, fields: this.fields(selections, type) };
      const concrete = this.schema.getType(name);
      const fits = isObjectType(concrete) && (concrete === type || (isAbstractType(type) && this.schema.isSubType(type, concrete)));
      return fits ? { type: name, isInterface: false, fields: this.fields(selections, concrete) } : null;
    };
    const fieldsOf = (typename: string | undefined): FieldsOfType | null => {
      const name = typename ?? alone;
      if (name === undefined) return null;
      let is = known.get(name);
      if (is === undefined) known.set(name, (is = read(name)));
      return is;
    };
    const possible = (): readonly FieldsOfType[] =>
      (isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type]).flatMap(({ name }) => fieldsOf(name) ?? []);
    return { fieldsOf, possible };
  }

  private fields(selections: readonly SelectionSetNode[], type: GraphQLObjectType | GraphQLInterfaceType): readonly FieldForm[] {
    const nodes = new Map<string, FieldNode[]>();
    for (const selection of selections) this.gather(selection, type, nodes, new Set());
    return [...nodes].map(([key, [first, ...others]]): FieldForm => {
      const name = first?.name.value ?? '';
      if (name === '__typename') return { key, from: name, name: `${type.name}.${name}`, form: 'typename' };
      if (name.startsWith('__')) return { key, from: key, name, form: 'introspection' };
      const field = type.getFields()[name];
      if (!first || !field) throw new Error(`${type.name} has no field ${name}.`);
      return { key, from: this.keys.internalOf(first), name: `${type.name}.${name}`, form: this.form(field.type, [first, ...others]) };
    });
  }

  private gather(
    selection: SelectionSetNode,
    type: GraphQLObjectType | GraphQLInterfaceType,
    into: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    for (const node of selection.selections) {
      if (!this.isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD && spread.has(node.name.value)) continue;
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(node.name.value) : node;
      if (node.kind === Kind.FRAGMENT_SPREAD) spread.add(node.name.value);
      if (fragment && this.applies(fragment.typeCondition?.name.value, type)) this.gather(fragment.selectionSet, type, into, spread);
    }
  }

  private isIncluded({ directives }: { readonly directives?: FieldNode['directives'] }): boolean {
    return (directives ?? []).every(({ name, arguments: given }) => {
      if (name.value !== 'skip' && name.value !== 'include') return true;
      const value = given?.[0]?.value;
      const holds = value?.kind === Kind.VARIABLE ? this.conditions[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
      return name.value === 'include' ? holds === true : holds !== true;
    });
  }

  private applies(condition: string | undefined, type: GraphQLObjectType | GraphQLInterfaceType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const other = this.schema.getType(condition);
    return isAbstractType(other) && this.schema.isSubType(other, type);
  }

  private form(type: GraphQLOutputType, nodes: readonly FieldNode[], nonNull = false): Form {
    if (isNonNullType(type)) return this.form(type.ofType as GraphQLOutputType, nodes, true);
    if (isListType(type)) return { is: 'list', of: this.form(type.ofType, nodes), nonNull };
    if (isLeafType(type)) {
      const values = isEnumType(type) ? new Set(type.getValues().map(({ name }) => name)) : null;
      return {
        is: 'leaf',
        type: type.name,
        nonNull,
        fits: values ? (value) => values.has(value as string) : (FITS[type.name] ?? ANYTHING),
      };
    }
    return {
      is: 'thing',
      of: this.things(
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
        getNamedType(type),
      ),
      nonNull,
    };
  }
}

const ANYTHING = (): boolean => true;
const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value),
  Float: (value) => typeof value === 'number',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};
