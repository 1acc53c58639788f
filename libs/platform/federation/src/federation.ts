import { buildASTSchema, execute, GraphQLError, Kind, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { complete } from './complete.ts';
import type { Thing } from './data.ts';
import type { IsA } from './entities.ts';
import { EventsSchema } from './events.ts';
import { follow, type Run } from './execution.ts';
import { errorOf, type Fault } from './faults.ts';
import { normalise } from './normalise.ts';
import { badInput, Prepared, type Followed, type Variant } from './operation.ts';
import type { Planner } from './plan.ts';
import type { Ask } from './question.ts';
import { RouterPlanner } from './router-planner.ts';

/** One operation of one document, ready to be executed as often as one likes. */
export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Equal for operations that differ in white space and literals alone; those are variables. */
  readonly key: string;
  /** The fields, `Type.field`, that are asked of their owners; of a subscription, what its events do not carry. */
  readonly owned: ReadonlySet<string>;
  /** All the values that it is executed with. @throws GraphQLError BAD_USER_INPUT */
  values(variables: Readonly<Record<string, unknown>> | null | undefined): Readonly<Record<string, unknown>>;
  /** What a subscription follows. @param values as `values` gives them */
  followed(values: Readonly<Record<string, unknown>>): Followed;
  /** The variables that say nothing else than what this argument of a subscription's field is. */
  onlyFor(argument: string): readonly string[];
}

interface Made extends Operation {
  readonly prepared: Prepared;
  readonly literals: Readonly<Record<string, unknown>>;
}

interface Asking<Context> {
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: Context;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A supergraph that can be asked: what is asked of it is planned once, asked of the subgraphs, and put together. Documents must have been
 * validated against `schema`.
 */
export class Federation<Context> {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  private readonly planner: Planner;
  private readonly events: EventsSchema | null;
  private readonly typed: GraphQLSchema;
  private readonly isA: IsA;
  private readonly prepared = new Map<string, Prepared>();
  private readonly operations = new WeakMap<DocumentNode, Map<string, Made>>();

  /**
   * @param o.ask how a subgraph is asked
   * @param o.eventsSdl the SDL of the virtual subgraph whose fields of Subscription are fed by events; it is never asked
   * @param o.remembered how many plans are kept
   */
  constructor(
    private readonly o: {
      readonly supergraphSdl: string;
      readonly ask: Ask<Context>;
      readonly eventsSdl?: string;
      readonly planner?: (supergraphSdl: string) => Planner;
      readonly remembered?: number;
    },
  ) {
    this.planner = o.planner?.(o.supergraphSdl) ?? new RouterPlanner(o.supergraphSdl);
    this.schema = buildASTSchema(withoutMachinery(parse(this.planner.apiSdl)), { assumeValidSDL: true });
    this.typed = buildASTSchema(parse(o.supergraphSdl), { assumeValidSDL: true, assumeValid: true });
    this.events = o.eventsSdl === undefined ? null : new EventsSchema(o.eventsSdl);
    this.isA = isAIn(this.typed);
  }

  /** @throws GraphQLError BAD_USER_INPUT where the document has no such operation, or nobody can answer it */
  prepare(document: DocumentNode, operationName?: string | null): Operation {
    const of = this.operations.get(document) ?? new Map<string, Made>();
    this.operations.set(document, of);
    const known = of.get(operationName ?? '');
    if (known) return known;
    const normal = normalise(this.schema, document, operationName);
    if (!normal)
      throw badInput(operationName ? `There is no operation "${operationName}".` : 'Say which operation is meant (operationName).');
    const { key, literals } = normal;
    const prepared =
      this.remembered(key) ??
      this.remember(key, new Prepared(this.schema, normal, { planner: this.planner, events: this.events, typed: this.typed }));
    const made: Made = {
      kind: prepared.kind,
      key,
      get owned() {
        return prepared.owned;
      },
      prepared,
      literals,
      values: (variables) => {
        const coerced = prepared.coerced({ ...variables, ...literals });
        if ('errors' in coerced) throw coerced.errors[0] ?? badInput('The variables do not fit.');
        return coerced.values;
      },
      followed: (values) => prepared.followed(values),
      onlyFor: (argument) => prepared.onlyFor(argument),
    };
    of.set(operationName ?? '', made);
    return made;
  }

  /** Answers a query or does a mutation. Never rejects: what goes wrong is in the result's errors. */
  async execute(operation: Operation, { variables, context, signal }: Asking<Context>): Promise<ExecutionResult> {
    const { prepared } = operation as Made;
    if (prepared.kind === 'subscription') return { errors: [badInput('A subscription is followed, not executed.')] };
    const coerced = prepared.coerced({ ...variables, ...(operation as Made).literals });
    if ('errors' in coerced) return coerced;
    return this.run(prepared, () => ({}), coerced.values, context, signal);
  }

  /**
   * What a subscription shows for one event: what the event carries comes from it, the rest from its owners. Never rejects.
   * @param o.event the value of the subscription's field, as the events' SDL shows it; objects of abstract types say their `__typename`
   * @param o.variables as `values` gave them
   */
  async executeEvent(
    operation: Operation,
    { event, variables, context, signal }: Asking<Context> & { readonly event: unknown },
  ): Promise<ExecutionResult> {
    const { prepared } = operation as Made;
    return this.run(prepared, (project) => project?.(event), variables ?? {}, context, signal);
  }

  private async run(
    prepared: Prepared,
    begin: (project: Variant['project']) => Thing | undefined,
    variables: Readonly<Record<string, unknown>>,
    context: Context,
    signal: AbortSignal | undefined,
  ): Promise<ExecutionResult> {
    const variant = variantOr(prepared, variables);
    if (variant instanceof GraphQLError) return { errors: [variant] };
    const { plan, project, shape, introspection } = variant;
    const data = begin(project);
    if (!data) return { errors: [badInput('This is no subscription.')] };
    const faults: Fault[] = [];
    if (plan.node)
      await follow({ data, faults, variables, context, signal, ask: this.o.ask, isA: this.isA } satisfies Run<Context>, plan.node);
    const schema = introspection ? await this.introspect(introspection, variables, faults) : {};
    const answer = complete(shape, prepared.root, data, schema, faults);
    return faults.length > 0 ? { errors: faults.map(errorOf), data: answer } : { data: answer };
  }

  private async introspect(document: DocumentNode, variables: Readonly<Record<string, unknown>>, faults: Fault[]): Promise<Thing> {
    const { data, errors } = await execute({ schema: this.schema, document, variableValues: variables });
    for (const { message, path } of errors ?? []) faults.push({ message, path, extensions: {} });
    return (data as Thing | null | undefined) ?? {};
  }

  private remembered(key: string): Prepared | undefined {
    const known = this.prepared.get(key);
    if (known) {
      this.prepared.delete(key); // what was used last is kept longest
      this.prepared.set(key, known);
    }
    return known;
  }

  private remember(key: string, prepared: Prepared): Prepared {
    this.prepared.set(key, prepared);
    const [oldest] = this.prepared.keys();
    if (this.prepared.size > (this.o.remembered ?? 1_000) && oldest !== undefined) this.prepared.delete(oldest);
    return prepared;
  }
}

function variantOr(prepared: Prepared, variables: Readonly<Record<string, unknown>>): Variant | GraphQLError {
  try {
    return prepared.variant(variables);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** The planner's SDL without what is its own: graphql-js knows introspection by itself. */
const withoutMachinery = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions
    .filter((one) => !('name' in one && one.name && /^(__|join__|link__)/.test(one.name.value)))
    .map((one) =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION && one.fields
        ? { ...one, fields: one.fields.filter(({ name }) => !name.value.startsWith('__')) }
        : one,
    ),
});

function isAIn(schema: GraphQLSchema): IsA {
  const known = new Map<string, boolean>();
  return (type, other) => {
    if (type === other) return true;
    const key = `${type} ${other}`;
    const is = known.get(key);
    if (is !== undefined) return is;
    const [of, above] = [schema.getType(type), schema.getType(other)];
    const found =
      of !== undefined && above !== undefined && 'getTypes' in above
        ? above.getTypes().some(({ name }) => name === type)
        : implementsIt(schema, type, other);
    known.set(key, found);
    return found;
  };
}

function implementsIt(schema: GraphQLSchema, type: string, other: string): boolean {
  const of = schema.getType(type);
  return of !== undefined && 'getInterfaces' in of && of.getInterfaces().some(({ name }) => name === other);
}
