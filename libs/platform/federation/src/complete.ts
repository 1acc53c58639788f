import { isThing, newThing, type ResponsePath, type Thing } from './data.ts';
import type { Fault } from './faults.ts';
import type { FieldsOfType, Form, Things } from './shape.ts';

/** A null where there must be none: whatever holds it becomes null too (GraphQL §6.4.4). */
const NULLED = Symbol('nulled');

/** A fault of the answer itself, its path being written from the inside out. `isMissing`: nothing is there, and another fault may be why. */
type Found = { readonly message: string; readonly path: (string | number)[]; readonly isMissing: boolean };

/**
 * Puts what was found into the form that was asked for: fields in order, nothing else, nulls where they may be.
 * @param introspection the answers to the root's `__schema` and `__type`
 * @param faults what went wrong before; what is found wrong here is added, unless a fault there explains it
 */
export function complete(things: Things, root: string, data: Thing, introspection: Thing, faults: Fault[]): Thing | null {
  const found: Found[] = [];
  const of = things.fieldsOf(root);
  const result = of ? fields(of, data, introspection, found) : NULLED;
  const before = [...faults]; // what is found here explains nothing else that is found here
  for (const { message, path, isMissing } of found)
    if (!isMissing || !isExplained(path, before)) faults.push({ message, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  return result === NULLED ? null : result;
}

/** Whether a fault stands where this null is, round it, or beside it: an owner that had to leave a thing out left out all of it. */
const isExplained = (path: ResponsePath, faults: readonly Fault[]): boolean =>
  faults.some((fault) => !fault.path || fault.path.every((key, i) => i >= path.length - 1 || path[i] === key));

function fields(of: FieldsOfType, data: Thing, introspection: Thing | null, found: Found[]): Thing | typeof NULLED {
  const out = newThing();
  let nulled = false;
  for (const { key, from, name, form } of of.fields) {
    if (form === 'typename') {
      if (of.isInterface) {
        found.push({ message: `Cannot return null for non-nullable field ${name}.`, path: [key], isMissing: true });
        nulled = true;
      } else out[key] = of.type;
    } else if (form === 'introspection') out[key] = introspection?.[key] ?? null;
    else {
      const before = found.length;
      const value = valueOf(form, data[from], name, found);
      if (found.length > before) for (let i = before; i < found.length; i += 1) found[i]?.path.unshift(key);
      if (value === NULLED) nulled = true;
      else out[key] = value;
    }
  }
  return nulled ? NULLED : out;
}

function valueOf(form: Form, value: unknown, name: string, found: Found[]): unknown {
  if (value === null || value === undefined) {
    if (!form.nonNull) return null;
    found.push({ message: `Cannot return null for non-nullable field ${name}.`, path: [], isMissing: true });
    return NULLED;
  }
  const is = present(form, value, name, found);
  return is === NULLED && !form.nonNull ? null : is;
}

/** @returns NULLED where it does not fit, or something in it that must not be null is: that is said already */
function present(form: Form, value: unknown, name: string, found: Found[]): unknown {
  switch (form.is) {
    case 'leaf':
      if (form.fits(value)) return value;
      found.push({ message: `${name} was given a value that is no ${form.type}.`, path: [], isMissing: false });
      return NULLED;
    case 'list': {
      if (!Array.isArray(value)) {
        found.push({ message: `${name} was given something that is no list.`, path: [], isMissing: false });
        return NULLED;
      }
      const out: unknown[] = new Array(value.length);
      let nulled = false;
      for (let i = 0; i < value.length; i += 1) {
        const before = found.length;
        const one = valueOf(form.of, value[i], name, found);
        if (found.length > before) for (let n = before; n < found.length; n += 1) found[n]?.path.unshift(i);
        if (one === NULLED) nulled = true;
        else out[i] = one;
      }
      return nulled ? NULLED : out;
    }
    case 'thing': {
      const typename = isThing(value) ? value['__typename'] : undefined;
      const of = isThing(value) ? form.of.fieldsOf(typeof typename === 'string' ? typename : undefined) : null;
      if (!isThing(value) || !of) {
        found.push({ message: `${name} was given something of a type that cannot stand here.`, path: [], isMissing: false });
        return NULLED;
      }
      return fields(of, value, null, found);
    }
  }
}
