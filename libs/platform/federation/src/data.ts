/** An object of a response, parsed from JSON or made by `newThing`. */
export type Thing = Record<string, unknown>;
export type ResponsePath = readonly (string | number)[];
/** Whether an object of one type is one of another: the same, or an interface's or a union's. */
export type IsA = (type: string, other: string) => boolean;

export const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value);

/*
 * A constructor whose prototype inherits from nothing. Its objects have no inherited members, so that a key `__proto__` is a property like any
 * other. V8 builds and prints them as fast as plain objects; those of `Object.create(null)` take twice the time.
 */
const Bare = function () {} as unknown as { new (): Thing; prototype: unknown };
Bare.prototype = Object.create(null);

/** An empty object that inherits nothing: keys chosen by clients cannot meet or change a prototype. */
export const newThing = (): Thing => new Bare();

/**
 * Puts what one subgraph knows of a thing to what is known of it already. The type stays, unless it is an interface (an interface object of the
 * subgraph that was asked before) and the type that was found is one of its objects.
 * @param own what is put in may be changed later without being copied
 */
export function merge(into: Thing, from: Thing, own: boolean, isA: IsA): void {
  for (const key of Object.keys(from)) {
    const value = from[key];
    if (value === undefined) continue;
    if (key === '__proto__') {
      // JSON may have such a key, and `into` may inherit a setter of that name
      Object.defineProperty(into, key, { value: own ? value : copied(value), enumerable: true, writable: true, configurable: true });
      continue;
    }
    const before = into[key];
    if (key === '__typename' && isKnown(before, value, isA)) continue;
    if (isThing(before) && isThing(value)) {
      if (before !== value) merge(before, value, own, isA);
    } else if (Array.isArray(before) && Array.isArray(value) && before.length === value.length) mergeLists(before, value, own, isA);
    else into[key] = own ? value : copied(value);
  }
}

const isKnown = (type: unknown, found: unknown, isA: IsA): boolean =>
  typeof type === 'string' && !(typeof found === 'string' && isA(found, type));

function mergeLists(into: unknown[], from: readonly unknown[], own: boolean, isA: IsA): void {
  for (let i = 0; i < from.length; i += 1) {
    const [before, value] = [into[i], from[i]];
    if (isThing(before) && isThing(value)) merge(before, value, own, isA);
    else if (Array.isArray(before) && Array.isArray(value) && before.length === value.length) mergeLists(before, value, own, isA);
    else into[i] = own ? value : copied(value);
  }
}

/** The same again, to be changed on its own. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isThing(value)) return value;
  const copy = newThing();
  for (const key of Object.keys(value)) copy[key] = copied(value[key]);
  return copy;
}
