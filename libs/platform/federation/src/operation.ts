import {
  getArgumentValues,
  GraphQLError,
  Kind,
  parse,
  isInputType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type ValueNode,
} from 'graphql';
import type { IsA, Thing } from './data.ts';
import { rewrite } from './entities.ts';
import type { EventsSchema, Project } from './events.ts';
import type { PlanMender } from './plan-mender.ts';
import { INEXACT, jsonOf } from './literals.ts';
import type { Normalised } from './normalise.ts';
import { fetchesOf, type Fetch, type Plan, type Planner } from './plan.ts';
import { plannerDocument } from './planner-document.ts';
import type { InterfaceObjects } from './interface-objects.ts';
import { ResponseKeys, type FieldNames } from './response-keys.ts';
import { rootFieldsOf } from './root-selections.ts';
import { Shapes, type Things } from './shape.ts';
import { coercedVariables } from './variables.ts';

/** Where a subscription's field is fed from: its name, and the arguments that it was given. */
export interface Followed {
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** How an operation is answered once it is known what is skipped and what is included. */
export interface Variant {
  readonly plan: Plan;
  readonly project: Project | null;
  readonly shape: Things;
  /** The part that is about the schema itself; null where there is none. */
  readonly introspection: DocumentNode | null;
}

/** Where the variants of one operation that has conditions are kept, by what the conditions come to. */
export interface Variants {
  get(key: string): Variant | undefined;
  set(key: string, variant: Variant): void;
}

/** Everything about one operation that does not depend on who asks or with which values. */
export class Prepared {
  readonly kind: OperationTypeNode;
  readonly root: string;
  readonly keys: ResponseKeys;
  private readonly operation: OperationDefinitionNode;
  /** Variables whose default values have no exact JSON value: subgraphs are told the literal. */
  private readonly inexact: readonly string[];
  /** The variables that decide what is skipped and included. */
  private readonly conditions: readonly string[];
  private readonly isConditional: boolean;
  /** The one variant of an operation that has no conditions. */
  private only: Variant | undefined;
  private readonly planning = new Map<string, Promise<Variant>>();
  private everything: Variant | undefined;
  private asked: ReadonlySet<string> | undefined;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly normal: Pick<Normalised, 'document' | 'operation'>,
    private readonly o: {
      readonly planner: Planner;
      readonly events: EventsSchema | null;
      readonly typed: GraphQLSchema;
      readonly account: string | null;
      readonly variants: Variants;
      readonly isA: IsA;
      readonly interfaceObjects: InterfaceObjects;
      readonly mender: PlanMender;
      readonly names: FieldNames;
    },
  ) {
    this.keys = new ResponseKeys(o.names);
    this.inexact = inexactDefaults(schema, normal.operation);
    this.operation = normal.operation;
    this.kind = this.operation.operation;
    const root = schema.getRootType(this.kind);
    if (!root) throw badInput(`There is no ${this.kind} here.`);
    this.root = root.name;
    const conditions = conditionsOf(normal.document);
    this.conditions = [...new Set(conditions.flatMap((value) => (value?.kind === Kind.VARIABLE ? value.name.value : [])))];
    this.isConditional = conditions.length > 0;
  }

  /**
   * Plans what can be planned before its variables are known: an operation without conditions, and all that a subscription can include.
   * @throws GraphQLError BAD_USER_INPUT where there is no way to answer
   */
  async begin(): Promise<void> {
    if (this.conditions.length > 0 && this.kind !== 'subscription') return;
    this.everything = this.conditions.length === 0 ? await this.variant({}) : await this.planned(decided(this.normal.document, null), {});
  }

  /**
   * The fields, `Type.field`, that are asked of owners whatever is skipped; of a subscription, what its events do not carry. Known once it has
   * begun, unless it is a query with conditions.
   */
  get owned(): ReadonlySet<string> {
    if (!this.everything) throw new Error('What is asked of owners is known of subscriptions, and of operations without conditions.');
    const fetches = fetchesOf(this.everything.plan.node);
    return (this.asked ??= new Set(fetches.flatMap((fetch) => coordinatesOf(this.o.typed, fetch.operation))));
  }

  /** @returns what the variables come to, or what is wrong with them */
  coerced(
    variables: Readonly<Record<string, unknown>>,
  ): { readonly values: Readonly<Record<string, unknown>> } | { readonly errors: readonly GraphQLError[] } {
    const definitions = this.operation.variableDefinitions ?? [];
    if (definitions.length === 0) return { values: {} };
    const coerced = coercedVariables(this.schema, definitions, variables);
    if ('errors' in coerced) return { errors: coerced.errors.map((error) => badInput(error.message)) };
    for (const name of this.inexact) if (variables[name] === undefined) delete coerced.values[name];
    return coerced;
  }

  /**
   * With these values of the variables; at once where it is planned already. What is skipped is decided before anything is planned: planners err
   * where conditions stand in one another.
   * @throws GraphQLError BAD_USER_INPUT where there is no way to answer
   */
  variant(values: Readonly<Record<string, unknown>>): Variant | Promise<Variant> {
    if (this.only) return this.only;
    const key = this.conditions.map((name) => (values[name] === true ? '1' : '0')).join('');
    const known = this.conditions.length === 0 ? undefined : this.o.variants.get(key);
    if (known) return known;
    const planning =
      this.planning.get(key) ??
      this.plannedVariant(key, values).finally(() => {
        this.planning.delete(key);
      });
    this.planning.set(key, planning);
    return planning;
  }

  private async plannedVariant(key: string, values: Readonly<Record<string, unknown>>): Promise<Variant> {
    const holds = (value: ValueNode): boolean =>
      value.kind === Kind.VARIABLE ? values[value.name.value] === true : value.kind === Kind.BOOLEAN && value.value;
    const document = this.isConditional ? decided(this.normal.document, holds) : this.normal.document;
    const variant = await this.planned(document, values);
    if (this.conditions.length === 0) this.only = variant;
    else this.o.variants.set(key, variant);
    return variant;
  }

  private async planned(document: DocumentNode, values: Readonly<Record<string, unknown>>): Promise<Variant> {
    const { planner, events, account } = this.o;
    const asked = rootFields(document, this.root, (name) => !name.startsWith('__'));
    const shape = this.shape(values);
    const plan = asked ? await this.plan(planner, asked, account, shape) : NOTHING;
    if (this.operation.operation === 'subscription' && (!plan.events || !events))
      throw badInput('There are no events behind this subscription.');
    return {
      plan,
      project: plan.events && events ? this.projection(plan.events, events) : null,
      shape,
      introspection: rootFields(document, this.root, (name) => name === '__schema' || name === '__type'),
    };
  }

  private shape(values: Readonly<Record<string, unknown>>): Things {
    const root = this.schema.getRootType(this.kind);
    const fragments = this.normal.document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    );
    return new Shapes(this.schema, new Map(fragments), values, this.keys).things([this.operation.selectionSet], root as GraphQLObjectType);
  }

  private async plan(planner: Planner, document: DocumentNode, account: string | null, shape: Things): Promise<Plan> {
    const { text, restored } = plannerDocument(this.schema, document, this.keys, this.o.interfaceObjects);
    const plan = await planned(planner, text, this.operation.name?.value, account);
    return restored(this.o.mender.mended(plan, shape, this.root));
  }

  private projection({ operation, after }: Fetch, events: EventsSchema): Project {
    const project = events.projection(operation);
    if (after.length === 0) return project;
    return (event) => {
      const data = project(event);
      rewrite(after, data, this.o.isA);
      return data;
    };
  }

  /** What a subscription follows, with these values. */
  followed(values: Readonly<Record<string, unknown>>): Followed {
    const [node] = rootFieldsOf(this.normal.document, this.operation);
    const field = node && this.schema.getSubscriptionType()?.getFields()[node.name.value];
    if (!node || !field) throw new Error('This is no subscription.');
    return { field: field.name, args: getArgumentValues(field, node, values as Thing) };
  }

  /** The variables that say nothing else than what this argument of a subscription's field is. */
  onlyFor(argument: string): readonly string[] {
    const [node] = rootFieldsOf(this.normal.document, this.operation);
    const value = node?.arguments?.find(({ name }) => name.value === argument)?.value;
    if (value?.kind !== Kind.VARIABLE) return [];
    let uses = 0;
    visit(this.normal.document, {
      Variable: ({ name }, _, parent) => void (name.value === value.name.value && !isDefinition(parent) && (uses += 1)),
    });
    return uses === 1 ? [value.name.value] : [];
  }
}

export const badInput = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

const isDefinition = (parent: unknown): boolean => (parent as { kind?: string } | undefined)?.kind === Kind.VARIABLE_DEFINITION;

const NOTHING: Plan = { events: null, node: null };

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

/** The values of all conditions. */
function conditionsOf(document: DocumentNode): readonly (ValueNode | undefined)[] {
  const found: (ValueNode | undefined)[] = [];
  visit(document, { Argument: () => false, Directive: (node) => void (isCondition(node) && found.push(node.arguments?.[0]?.value)) });
  return found;
}

function inexactDefaults(schema: GraphQLSchema, { variableDefinitions }: OperationDefinitionNode): readonly string[] {
  return (variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const of = defaultValue && typeFromAST(schema, type as NamedTypeNode);
    return of && isInputType(of) && jsonOf(defaultValue, of) === INEXACT ? variable.name.value : [];
  });
}

/** The document without what is skipped, and without conditions. @param holds what a condition's value comes to; null: everything is included */
function decided(document: DocumentNode, holds: ((value: ValueNode) => boolean) | null): DocumentNode {
  const decide = <Node extends { readonly directives?: readonly DirectiveNode[] | undefined }>(node: Node): Node | null | undefined => {
    const conditions = node.directives?.filter(isCondition) ?? [];
    if (conditions.length === 0) return undefined;
    const isIn = conditions.every(({ name, arguments: given }) => {
      const value = given?.[0]?.value;
      return holds === null || (value !== undefined && holds(value) === (name.value === 'include'));
    });
    return isIn ? { ...node, directives: node.directives?.filter((one) => !isCondition(one)) } : null;
  };
  return visit(document, {
    Field: decide,
    InlineFragment: decide,
    FragmentSpread: decide,
    SelectionSet: { leave: (node) => (node.selections.length === 0 ? { ...node, selections: [TYPENAME] } : undefined) },
  });
}
const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

/** The document with those fields of the root alone; null where there are none. */
function rootFields(document: DocumentNode, root: string, keep: (name: string) => boolean): DocumentNode | null {
  let kept = 0;
  const changed = visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value === root ? undefined : false),
    InlineFragment: { leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined) },
    Field: ({ name }) => {
      if (!keep(name.value)) return null;
      kept += 1;
      return false; // what lies inside stays as it is
    },
  });
  return kept === 0 ? null : changed;
}

async function planned(planner: Planner, operation: string, operationName: string | undefined, account: string | null): Promise<Plan> {
  try {
    return await planner.plan(operation, operationName, account);
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    throw badInput(`This cannot be answered: ${(error as Error).message}`);
  }
}

function coordinatesOf(schema: GraphQLSchema, operation: string): readonly string[] {
  const found: string[] = [];
  const info = new TypeInfo(schema);
  visit(
    parse(operation, { noLocation: true }),
    visitWithTypeInfo(info, {
      Field: ({ name }) => {
        const parent = info.getParentType()?.name;
        if (parent !== undefined && !name.value.startsWith('__') && name.value !== '_entities') found.push(`${parent}.${name.value}`);
      },
    }),
  );
  return found;
}
