import { buildASTSchema, GraphQLError, Kind, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { AccountCache, type AccountCacheLimits } from './account-cache.ts';
import { complete } from './complete.ts';
import { newThing, type Thing } from './data.ts';
import type { IsA } from './data.ts';
import { EventsSchema } from './events.ts';
import { follow, type Run } from './execution.ts';
import { errorOf, type Fault } from './faults.ts';
import { PlanMender } from './plan-mender.ts';
import { Introspection } from './introspection.ts';
import { normalise, type Normalised } from './normalise.ts';
import { badInput, Prepared, type Followed, type Variant, type Variants } from './operation.ts';
import type { Planner } from './plan.ts';
import type { Ask } from './question.ts';
import { InterfaceObjects } from './interface-objects.ts';
import { FieldNames } from './response-keys.ts';
import { clientPaths } from './response-paths.ts';
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
  readonly normal: Normalised;
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
  private readonly interfaceObjects: InterfaceObjects;
  private readonly mender: PlanMender;
  private readonly names: FieldNames;
  private readonly introspection: Introspection;
  private readonly prepared: AccountCache<Prepared>;
  private readonly variants: AccountCache<Variant>;
  private readonly preparing = new Map<string, Promise<Prepared>>();
  private readonly operations = new WeakMap<DocumentNode, Map<string, Made>>();
  private readonly plannedAhead = new WeakSet<DocumentNode>();
  private preparedCount = 0;

  /**
   * @param o.ask how a subgraph is asked
   * @param o.eventsSdl the SDL of the virtual subgraph whose fields of Subscription are fed by events; it is never asked
   * @param o.planner over the same supergraph; without it, plans are made in this process, which a document can then end
   * @param o.remembered how much text of planned operations is kept, of each account and in all; and of answers about the schema
   */
  constructor(
    private readonly o: {
      readonly supergraphSdl: string;
      readonly ask: Ask<Context>;
      readonly eventsSdl?: string;
      readonly planner?: Planner;
      readonly remembered?: AccountCacheLimits;
    },
  ) {
    this.planner = o.planner ?? new RouterPlanner(o.supergraphSdl);
    this.prepared = new AccountCache(o.remembered ?? DEFAULT_REMEMBERED);
    this.variants = new AccountCache(o.remembered ?? DEFAULT_REMEMBERED);
    this.schema = buildASTSchema(withoutMachinery(parse(this.planner.apiSdl)), { assumeValidSDL: true });
    this.typed = buildASTSchema(parse(o.supergraphSdl), { assumeValidSDL: true, assumeValid: true });
    this.events = o.eventsSdl === undefined ? null : new EventsSchema(o.eventsSdl);
    this.isA = isAIn(this.typed);
    this.interfaceObjects = new InterfaceObjects(this.typed);
    this.mender = new PlanMender(this.typed, this.isA, this.interfaceObjects);
    this.names = new FieldNames(this.typed);
    this.introspection = new Introspection(this.schema, o.remembered?.totalBytes);
  }

  /**
   * @param account who asks, for the share of the caches; null: a request without a token
   * @throws GraphQLError BAD_USER_INPUT where the document has no such operation, or nobody can answer it
   */
  async prepare(document: DocumentNode, operationName?: string | null, account: string | null = null): Promise<Operation> {
    return this.prepareFor(document, operationName, this.plannedAhead.has(document) ? EVERYBODY : account);
  }

  /**
   * Plans every operation of a document, for whichever account asks for it later. What was planned is kept as long as the document.
   * @throws GraphQLError BAD_USER_INPUT where nobody can answer one of them
   */
  async planAhead(document: DocumentNode): Promise<void> {
    this.plannedAhead.add(document);
    for (const one of document.definitions)
      if (one.kind === Kind.OPERATION_DEFINITION) await this.prepareFor(document, one.name?.value, EVERYBODY);
  }

  private async prepareFor(document: DocumentNode, operationName: string | null | undefined, account: string | null): Promise<Operation> {
    const of = this.operations.get(document) ?? new Map<string, Made>();
    this.operations.set(document, of);
    const name = JSON.stringify([account, operationName ?? '']);
    const known = of.get(name);
    if (known) return known;
    const normal = normalise(this.schema, document, operationName);
    if (!normal)
      throw badInput(operationName ? `There is no operation "${operationName}".` : 'Say which operation is meant (operationName).');
    const { key } = normal;
    const prepared = this.prepared.get(account, key) ?? (await this.preparedOnce(normal, account));
    const made: Made = {
      kind: prepared.kind,
      key,
      get owned() {
        return prepared.owned;
      },
      prepared,
      normal,
      values: (variables) => {
        const coerced = coercedOf(made, variables);
        if ('errors' in coerced) throw coerced.errors[0] ?? badInput('The variables do not fit.');
        return coerced.values;
      },
      followed: (values) => prepared.followed(values),
      onlyFor: (argument) => prepared.onlyFor(argument),
    };
    of.set(name, made);
    return made;
  }

  /** Answers a query or does a mutation. Never rejects: what goes wrong is in the result's errors. */
  async execute(operation: Operation, { variables, context, signal }: Asking<Context>): Promise<ExecutionResult> {
    const { prepared } = operation as Made;
    if (prepared.kind === 'subscription') return { errors: [badInput('A subscription is followed, not executed.')] };
    const coerced = coercedOf(operation as Made, variables);
    if ('errors' in coerced) return coerced;
    return this.run(operation as Made, newThing, coerced.values, context, signal);
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
    return this.run(operation as Made, (project) => project?.(event), variables ?? {}, context, signal);
  }

  private async run(
    { prepared, normal }: Made,
    begin: (project: Variant['project']) => Thing | undefined,
    variables: Readonly<Record<string, unknown>>,
    context: Context,
    signal: AbortSignal | undefined,
  ): Promise<ExecutionResult> {
    const found = variantOr(prepared, variables);
    const variant = found instanceof Promise ? await found : found;
    if (variant instanceof GraphQLError) return { errors: [variant] };
    const { plan, project, shape, introspection } = variant;
    const data = begin(project);
    if (!data) return { errors: [badInput('This is no subscription.')] };
    const faults: Fault[] = [];
    if (plan.node)
      await follow({ data, faults, variables, context, signal, ask: this.o.ask, isA: this.isA } satisfies Run<Context>, plan.node);
    const told = faults.splice(0).flatMap(({ message, path, extensions }): Fault[] => {
      const inClientsWords = normal.inClientsWords(message);
      const paths = path ? clientPaths(path, shape, prepared.root, data, this.names) : [[]];
      const places = paths.filter(({ length }) => length > 0);
      const isNowhere = places.length === 0 && paths.length > 0;
      return (isNowhere ? [undefined] : places).map((place) => ({ message: inClientsWords, path: place, extensions }));
    });
    faults.push(...told);
    const schema = introspection ? await this.introspect(introspection, variables, faults) : {};
    const answer = complete(shape, prepared.root, data, schema, faults);
    return faults.length > 0 ? { errors: faults.map(errorOf), data: answer } : { data: answer };
  }

  private async introspect(document: DocumentNode, variables: Readonly<Record<string, unknown>>, faults: Fault[]): Promise<Thing> {
    const { data, errors } = await this.introspection.answer(document, variables);
    for (const { message, path } of errors ?? []) faults.push({ message, path, extensions: {} });
    return (data as Thing | null | undefined) ?? {};
  }

  /** Equal operations that one account asks for at the same time are prepared once. */
  private preparedOnce(normal: Normalised, account: string | null): Promise<Prepared> {
    const name = JSON.stringify([account, normal.key]);
    const preparing =
      this.preparing.get(name) ??
      this.preparedNew(normal, account).finally(() => {
        this.preparing.delete(name);
      });
    this.preparing.set(name, preparing);
    return preparing;
  }

  private async preparedNew(normal: Normalised, account: string | null): Promise<Prepared> {
    const { planner, events, typed, isA, interfaceObjects, mender, names, variants: all } = this;
    const id = (this.preparedCount += 1);
    const variants: Variants = {
      get: (key) => all.get(account, `${id} ${key}`),
      set: (key, variant) => all.set(account, `${id} ${key}`, variant, normal.key),
    };
    const prepared = new Prepared(this.schema, normal, {
      planner,
      events,
      typed,
      isA,
      interfaceObjects,
      mender,
      names,
      account,
      variants,
    });
    await prepared.begin();
    this.prepared.set(account, normal.key, prepared);
    return prepared;
  }
}

/** Not the name of an account. */
const EVERYBODY = '\u0000';
const KIB = 1_024;
/** Parsed and planned, a text takes some thirty times its bytes. */
const DEFAULT_REMEMBERED: AccountCacheLimits = { accountBytes: 512 * KIB, anonymousBytes: 128 * KIB, totalBytes: 16_384 * KIB };

function coercedOf({ prepared, normal }: Made, variables: Asking<unknown>['variables']): ReturnType<Prepared['coerced']> {
  const coerced = prepared.coerced(normal.renamed(variables));
  return 'errors' in coerced ? { errors: coerced.errors.map(({ message }) => badInput(normal.inClientsWords(message))) } : coerced;
}

function variantOr(
  prepared: Prepared,
  variables: Readonly<Record<string, unknown>>,
): Variant | GraphQLError | Promise<Variant | GraphQLError> {
  try {
    const variant = prepared.variant(variables);
    return variant instanceof Promise ? variant.catch(errorOrThrow) : variant;
  } catch (error) {
    return errorOrThrow(error);
  }
}

function errorOrThrow(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  throw error;
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
