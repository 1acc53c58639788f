import { isThing, merge, newThing, type IsA, type ResponsePath, type Thing } from './data.ts';
import { locate, representations, rewrite, spread, type Representations } from './entities.ts';
import { faultOf, faultOfAway, isPathOf, type Fault } from './faults.ts';
import type { Entities, Fetch, PlanNode, Rewrite } from './plan.ts';
import type { Ask } from './question.ts';

/** One execution of a plan: what has been found so far, and what went wrong. */
export interface Run<Context> {
  readonly data: Thing;
  readonly faults: Fault[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  readonly signal: AbortSignal | undefined;
  readonly ask: Ask<Context>;
  readonly isA: IsA;
}

/** Does what a plan says. Never rejects: what fails is a fault, and the rest goes on. */
export async function follow<Context>(run: Run<Context>, node: PlanNode): Promise<void> {
  switch (node.kind) {
    case 'fetch':
      return fetchInto(run, node);
    case 'sequence':
      for (const one of node.nodes) await follow(run, one);
      return;
    case 'parallel':
      await Promise.all(node.nodes.map((one) => follow(run, one)));
      return;
    case 'condition': {
      const branch = run.variables[node.variable] ? node.then : node.otherwise;
      if (branch) await follow(run, branch);
    }
  }
}

async function fetchInto<Context>(run: Run<Context>, fetch: Fetch): Promise<void> {
  const variables = newThing();
  for (const name of fetch.variables) if (run.variables[name] !== undefined) variables[name] = run.variables[name];
  const asked = askedAbout(run, fetch, variables);
  if (asked && asked.every(({ about }) => about.list.length === 0)) return;
  const answer = await run
    .ask({
      subgraph: fetch.subgraph,
      query: fetch.operation,
      operationName: fetch.operationName,
      variables,
      kind: fetch.operationKind === 'mutation' ? 'mutation' : 'query',
      context: run.context,
      signal: run.signal,
    })
    .catch((error: unknown) => {
      for (const place of placesOfAll(run, fetch, asked)) run.faults.push(faultOfAway(error, fetch.subgraph, place));
    });
  if (!answer) return;
  for (const error of answer.errors ?? []) run.faults.push(...faultsOf(run, error, fetch, asked));
  if (!isThing(answer.data)) return;
  if (!asked) {
    rewrite(fetch.after, answer.data, run.isA);
    return merge(run.data, answer.data, true, run.isA);
  }
  for (const { entities, about } of asked) {
    const found = answer.data[entities.key];
    if (!Array.isArray(found)) continue;
    rewrite(entities.after, found, run.isA);
    spread(found, about, entities.last, run.isA);
  }
}

interface Asked {
  readonly entities: Entities;
  readonly about: Representations;
}

/** What entities a fetch asks about, with the variables that say so; null where it asks for the root's fields. */
function askedAbout<Context>(run: Run<Context>, fetch: Fetch, variables: Record<string, unknown>): readonly Asked[] | null {
  if (fetch.entities.length === 0) return null;
  const lists = new Map<string, { list: Thing[]; known: Map<string, number> }>();
  const asked = fetch.entities.map((entities) => {
    const into = lists.get(entities.variable) ?? { list: [], known: new Map<string, number>() };
    lists.set(entities.variable, into);
    return { entities, about: representations(run.data, entities, run.isA, into) };
  });
  for (const [name, { list }] of lists) variables[name] = list;
  return asked;
}

/** An error of a fetch at every place in the answer that it is about. */
function faultsOf<Context>(run: Run<Context>, error: unknown, fetch: Fetch, asked: readonly Asked[] | null): readonly Fault[] {
  const path = isPathOf(error);
  if (!asked)
    return path ? [faultOf(error, renamedBy(fetch.after, path))] : placesOfAll(run, fetch, asked).map((place) => faultOf(error, place));
  const [key, index, ...inside] = path ?? [];
  const of = asked.find(({ entities }) => entities.key === key);
  if (!of || typeof index !== 'number') return placesOfAll(run, fetch, asked).map((place) => faultOf(error, place));
  const places = new Set(of.about.places[index]);
  return placesOf(run, of.entities, (thing) => places.has(thing)).map((place) =>
    faultOf(error, [...place, ...renamedBy(of.entities.after, inside)]),
  );
}

/** A path in a subgraph's answer, with the names that the plan gives the planner's own aliases. */
function renamedBy(rewrites: readonly Rewrite[], path: ResponsePath): ResponsePath {
  const names = new Map<string | number, string>();
  for (const { path: at, to } of rewrites) {
    const last = at.at(-1);
    if (last && 'key' in last && 'rename' in to) names.set(last.key, to.rename);
  }
  return names.size === 0 ? path : path.map((key) => names.get(key) ?? key);
}

function placesOf<Context>(run: Run<Context>, entities: Entities, wanted: (thing: Thing) => boolean): readonly ResponsePath[] {
  const places: ResponsePath[] = [];
  for (const path of entities.paths) locate(run.data, path, run.isA, (thing, place) => void (wanted(thing) && places.push(place)));
  return places;
}

/** Where in the answer all that a fetch asked for lies: its fields of the root, or as far down as the things it asked about have in common. */
function placesOfAll<Context>(run: Run<Context>, fetch: Fetch, asked: readonly Asked[] | null): readonly (ResponsePath | undefined)[] {
  if (!asked) return fetch.keys.length > 0 ? fetch.keys.map((key) => renamedBy(fetch.after, [key])) : [undefined];
  const [first, ...others] = asked.flatMap(({ entities, about }) => {
    const things = new Set(about.places.flat());
    return placesOf(run, entities, (thing) => things.has(thing));
  });
  const apart = first?.findIndex((key, i) => others.some((other) => other[i] !== key)) ?? 0;
  const common = apart < 0 ? first : first?.slice(0, apart);
  return [common && common.length > 0 ? common : undefined];
}
