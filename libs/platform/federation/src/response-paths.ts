import { isThing, type ResponsePath, type Thing } from './data.ts';
import type { FieldNames } from './response-keys.ts';
import type { FieldForm, Form, Things } from './shape.ts';

/**
 * The paths of a fault as the client would write them: one for each alias of the field. A path ends where it leads to a field that was asked for
 * on the planner's own account, one that another field requires: the answer has no such field.
 * @returns none where the field was asked for other objects alone: fetches about several types ask for the fields of all
 * @param path by the response keys of subgraphs' answers
 */
export function clientPaths(path: ResponsePath, root: Things, rootType: string, data: Thing, names: FieldNames): readonly ResponsePath[] {
  return pathsFrom(path, 0, { things: root, typename: rootType }, data, names);
}

interface Selected {
  readonly things: Things;
  readonly typename?: string;
}

function pathsFrom(path: ResponsePath, i: number, selected: Selected | null, value: unknown, names: FieldNames): readonly ResponsePath[] {
  const key = path[i];
  if (key === undefined) return [[]];
  if (typeof key === 'number')
    return pathsFrom(path, i + 1, selected, Array.isArray(value) ? value[key] : undefined, names).map((rest) => [key, ...rest]);
  if (!selected) return [[]];
  const fields = fieldsAt(selected, value).filter(({ from }) => from === key);
  if (fields.length === 0) return !names.isNeeded(key) || isForOthers(key, selected, value) ? [] : [[]];
  return fields.flatMap((field) =>
    pathsFrom(path, i + 1, inside(field), isThing(value) ? value[key] : undefined, names).map((rest) => [field.key, ...rest]),
  );
}

/** Whether a field was asked for objects of other types alone, and all that was asked for this one is there */
function isForOthers(key: string, selected: Selected, value: unknown): boolean {
  if (!isThing(value) || typeof value['__typename'] !== 'string') return false;
  const isAsked = selected.things.possible().some(({ fields }) => fields.some(({ from }) => from === key));
  return isAsked && fieldsAt(selected, value).every(({ from, form }) => typeof form === 'string' || (value[from] ?? null) !== null);
}

/** The fields that were asked for there; where nothing is there any more, those of the first possible type that was asked for the field. */
function fieldsAt({ things, typename }: Selected, value: unknown): readonly FieldForm[] {
  const said = typename ?? (isThing(value) ? value['__typename'] : undefined);
  if (typeof said === 'string' || isThing(value)) return things.fieldsOf(typeof said === 'string' ? said : undefined)?.fields ?? [];
  const known = new Set<string>();
  return things.possible().flatMap(({ fields }) =>
    fields.filter(({ key, from }) => {
      const is = `${from} ${key}`;
      return !known.has(is) && known.add(is);
    }),
  );
}

function inside({ form }: FieldForm): Selected | null {
  let of: Form | null = typeof form === 'string' ? null : form;
  while (of?.is === 'list') of = of.of;
  return of?.is === 'thing' ? { things: of.of } : null;
}
