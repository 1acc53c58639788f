import { isAbstractType, isInterfaceType, Kind, parse, type FieldNode, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { IsA } from './data.ts';
import { mapFetches, type Entities, type Fetch, type Needed, type Plan, type Rewrite, type Step } from './plan.ts';
import type { InterfaceObjects } from './interface-objects.ts';
import type { Form, Things } from './shape.ts';

/**
 * Mends what plans say of interface objects. Where a selection has fragments on several types of an interface, the planner merges their fetches
 * from the subgraph of an interface object into one, and keeps the condition, and what must be known (`@requires`), of one fragment alone. Deep
 * in a plan it forgets that such a subgraph knows no types.
 */
export class PlanMender {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly isA: IsA,
    private readonly interfaceObjects: InterfaceObjects,
  ) {}

  /** @param shape what the operation asks for, by the response keys of the plan */
  mended(plan: Plan, shape: Things, root: string): Plan {
    return mapFetches(plan, (fetch) => ({
      ...fetch,
      entities: fetch.entities.map((one) => this.mendedEntities(fetch, one, shape, root)),
    }));
  }

  private mendedEntities(fetch: Fetch, entities: Entities, shape: Things, root: string): Entities {
    const called = this.calledBy(entities.before);
    const name = called ?? this.interfaceObjects.of(fetch.subgraph).find((one) => this.areAbout(entities, one));
    if (name === undefined) return entities;
    const things = entities.paths.flatMap((path) => thingsAt(shape, root, path));
    const before = called === undefined ? [...entities.before, typenameOf(name)] : entities.before;
    return { ...this.widened(fetch, entities, name, things), before };
  }

  /** The interface that entities are called by in a fetch; undefined where they are called by their own types. */
  private calledBy(before: readonly Rewrite[]): string | undefined {
    const names = before.flatMap(({ path, to }) => {
      const last = path.at(-1);
      return path.length === 2 && last && 'key' in last && last.key === '__typename' && 'value' in to ? [String(to.value)] : [];
    });
    return names.find((name) => isInterfaceType(this.schema.getType(name)));
  }

  private areAbout({ needs }: Entities, name: string): boolean {
    return needs.some((need) => need.kind === 'fragment' && this.isA(need.type, name));
  }

  private widened(fetch: Fetch, entities: Entities, name: string, things: readonly Things[]): Entities {
    const fields = entityFields(fetch.operation, entities.key);
    const all = this.typesOf(name);
    const asking = this.asking(fields, entities, all, things);
    const required = fields.flatMap((field) => this.interfaceObjects.needs(fetch.subgraph, name, field.name.value));
    const needs = entities.needs.flatMap((need): readonly Needed[] => {
      if (need.kind !== 'fragment' || !this.isA(need.type, name)) return [need];
      const of = [...need.of, ...required.filter((one) => !need.of.some((other) => isSame(one, other)))];
      const types = need.type === name ? all : all.filter((type) => type === need.type || asking.includes(type));
      return types.length === all.length ? [{ ...need, type: name, of }] : types.map((type) => ({ ...need, type, of }));
    });
    return { ...entities, needs };
  }

  /** The types of which a fetch's fields are asked for; all of them where one is asked for on the planner's own account, for whichever type. */
  private asking(fields: readonly FieldNode[], { needs }: Entities, all: readonly string[], things: readonly Things[]): readonly string[] {
    const known = new Set(
      needs.flatMap((need) => (need.kind === 'fragment' ? need.of : need)).flatMap((need) => ('key' in need ? need.key : [])),
    );
    const keys = fields.map(keyOf).filter((key) => key !== '__typename' && !known.has(key));
    const asks = (type: string, key: string): boolean => things.some((one) => one.fieldsOf(type)?.fields.some(({ from }) => from === key));
    if (keys.some((key) => !all.some((type) => asks(type, key)))) return all;
    return all.filter((type) => keys.some((key) => asks(type, key)));
  }

  private typesOf(name: string): readonly string[] {
    const type = this.schema.getType(name);
    return isAbstractType(type) ? this.schema.getPossibleTypes(type).map((one) => one.name) : [];
  }
}

const typenameOf = (name: string): Rewrite => ({ path: [{ types: [name] }, { key: '__typename' }], to: { value: name } });

const isSame = (one: Needed, other: Needed): boolean =>
  one.kind === 'field' ? other.kind === 'field' && one.name === other.name : other.kind === 'fragment' && one.type === other.type;

/** What is asked of the objects that a path leads to; nothing where it leads through what is asked for on the planner's own account. */
function thingsAt(shape: Things, root: string, path: readonly Step[]): readonly Things[] {
  let fields = shape.fieldsOf(root)?.fields ?? [];
  let things: readonly Things[] = [];
  for (const step of path) {
    if (step === '@' || 'types' in step) continue;
    things = fields.flatMap(({ from, form }) => (from === step.field && typeof form !== 'string' ? (thingsIn(form) ?? []) : []));
    fields = things.flatMap((one) => one.possible()).flatMap((one) => one.fields);
  }
  return things;
}

function thingsIn(form: Form): Things | null {
  if (form.is === 'list') return thingsIn(form.of);
  return form.is === 'thing' ? form.of : null;
}

/** The fields of entities that an operation asks for. @param key the response key of `_entities` */
function entityFields(operation: string, key: string): readonly FieldNode[] {
  const { definitions } = parse(operation, { noLocation: true });
  const fields = (set: SelectionSetNode | undefined): readonly FieldNode[] =>
    (set?.selections ?? []).flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node];
      if (node.kind === Kind.INLINE_FRAGMENT) return fields(node.selectionSet);
      const fragment = definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value);
      return fragment && 'selectionSet' in fragment ? fields(fragment.selectionSet) : [];
    });
  const root = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  return fields(fields(root?.selectionSet).find((field) => keyOf(field) === key)?.selectionSet);
}

const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;
