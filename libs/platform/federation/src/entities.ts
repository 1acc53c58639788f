import { isThing, merge, newThing, type IsA, type ResponsePath, type Thing } from './data.ts';
import type { Entities, Needed, Rewrite, Step } from './plan.ts';

/** What a subgraph is asked about, each once, and the places in the answer that show it. */
export interface Representations {
  readonly list: Thing[];
  readonly places: Thing[][];
}

/** The objects of an answer at these places. */
export function collect(data: unknown, path: readonly Step[], isA: IsA, found: (thing: Thing, path: ResponsePath) => void): void {
  walk(data, path, 0, isA, found, null);
}

/** Like `collect`, and tells where each is: for errors alone, it costs. */
export function locate(data: unknown, path: readonly Step[], isA: IsA, found: (thing: Thing, path: ResponsePath) => void): void {
  walk(data, path, 0, isA, found, []);
}

function walk(
  value: unknown,
  path: readonly Step[],
  i: number,
  isA: IsA,
  found: (thing: Thing, path: ResponsePath) => void,
  at: ResponsePath | null,
): void {
  if (value === null || value === undefined) return;
  const step = path[i];
  if (Array.isArray(value)) {
    const next = step === '@' ? i + 1 : i;
    value.forEach((one, n) => walk(one, path, next, isA, found, at && [...at, n]));
    return;
  }
  if (!isThing(value) || step === '@') return;
  if (step === undefined) return found(value, at ?? NOWHERE);
  if ('field' in step) return walk(value[step.field], path, i + 1, isA, found, at && [...at, step.field]);
  const type = value['__typename'];
  if (typeof type !== 'string' || step.types.some((other) => isA(type, other))) walk(value, path, i + 1, isA, found, at);
}
const NOWHERE: ResponsePath = [];

/** What there is to ask about, into `list`, where equal ones stand once. */
export function representations(
  data: Thing,
  entities: Entities,
  isA: IsA,
  into: { list: Thing[]; known: Map<string, number> },
): Representations {
  const places: Thing[][] = [];
  const met = new Set<Thing>();
  for (const path of entities.paths)
    collect(data, path, isA, (thing) => {
      if (met.has(thing)) return;
      met.add(thing);
      const shown = needed(thing, entities.needs, isA, true);
      if (!shown) return;
      shown['__typename'] ??= thing['__typename'];
      if (shown['__typename'] === undefined || Object.keys(shown).length < 2) return;
      rewrite(entities.before, shown, isA);
      const key = JSON.stringify(shown);
      let index = into.known.get(key);
      if (index === undefined) {
        index = into.list.push(shown) - 1;
        into.known.set(key, index);
      }
      (places[index] ??= []).push(thing);
    });
  return { list: into.list, places };
}

/** @returns undefined where something that is needed is not known: there is nothing to ask then */
function needed(thing: Thing, needs: readonly Needed[], isA: IsA, top: boolean): Thing | undefined {
  const shown = newThing();
  for (const need of needs) {
    if (need.kind === 'fragment') {
      const type = thing['__typename'];
      if (typeof type === 'string' && !isA(type, need.type)) continue;
      const inside = needed(thing, need.of, isA, top);
      if (inside === undefined) return undefined;
      merge(shown, inside, true, isA);
      continue;
    }
    const value = thing[need.name] !== undefined ? thing[need.name] : thing[need.key];
    if (value === undefined) {
      if (top && need.name === '__typename') continue;
      return undefined;
    }
    const inside = need.of ? neededOf(value, need.of, isA) : value;
    if (inside === undefined) return undefined;
    shown[need.key] = inside;
  }
  return shown;
}

function neededOf(value: unknown, needs: readonly Needed[], isA: IsA): unknown {
  if (Array.isArray(value)) {
    const all = value.map((one) => neededOf(one, needs, isA));
    return all.includes(undefined) ? undefined : all;
  }
  return isThing(value) ? needed(value, needs, isA, false) : value;
}

/** What was found goes to every place that shows it. */
export function spread(found: readonly unknown[], { places }: Representations, share: boolean, isA: IsA): void {
  found.forEach((thing, i) => {
    if (!isThing(thing)) return;
    places[i]?.forEach((place, n) => {
      merge(place, thing, share || n === 0, isA);
    });
  });
}

/** Gives things the names and values that the other side knows them by. */
export function rewrite(rewrites: readonly Rewrite[], data: unknown, isA: IsA): void {
  for (const one of rewrites) rewriteAt(one, 0, data, isA);
}

function rewriteAt(one: Rewrite, i: number, data: unknown, isA: IsA): void {
  if (Array.isArray(data)) return data.forEach((each) => rewriteAt(one, i, each, isA));
  const step = one.path[i];
  if (!isThing(data) || step === undefined) return;
  if ('types' in step) {
    const type = data['__typename'];
    if (typeof type !== 'string' || step.types.some((other) => isA(type, other))) rewriteAt(one, i + 1, data, isA);
  } else if (i < one.path.length - 1) rewriteAt(one, i + 1, data[step.key], isA);
  else if ('value' in one.to) data[step.key] = one.to.value;
  else if (Object.hasOwn(data, step.key)) {
    data[one.to.rename] = data[step.key];
    delete data[step.key];
  }
}
