import {
  coerceInputValue,
  GraphQLError,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  print,
  typeFromAST,
  valueFromAST,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  type NamedTypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { isThing, newThing, type Thing } from './data.ts';

/** How many errors are told: after them, one that says that there are more. */
const MOST_ERRORS = 10;
/** How many characters of a message are made: clients are told fewer. */
const MOST_TOLD = 2_000;
/** How long a key, an enum value or anything else may be that graphql-js repeats, or looks for similar names of, by itself. */
const MOST_REPEATED = 1_000;

const TOO_MANY = 'Too many errors processing variables, error limit reached. Execution aborted.';

/**
 * What the values of variables come to (GraphQL §6.1.2), with graphql-js' own coercion and in the words of its `getVariableValues`. That
 * writes all of an object into the message about each of its keys; here a message costs the same however large the value is.
 */
export function coercedVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Readonly<Record<string, unknown>>,
): { readonly values: Thing } | { readonly errors: readonly GraphQLError[] } {
  const errors: string[] = [];
  const values = newThing();
  const onError = (message: string): void => {
    if (errors.length === MOST_ERRORS) throw new GraphQLError(TOO_MANY);
    errors.push(message.slice(0, MOST_TOLD));
  };
  try {
    for (const definition of definitions) coerceOne(schema, definition, given, values, onError);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    errors.push(error.message);
  }
  return errors.length === 0 ? { values } : { errors: errors.map((message) => new GraphQLError(message)) };
}

function coerceOne(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
  given: Readonly<Record<string, unknown>>,
  values: Thing,
  onError: (message: string) => void,
): void {
  const name = variable.name.value;
  const type = typeFromAST(schema, node as NamedTypeNode);
  if (!isInputType(type))
    return onError(`Variable "$${name}" expected value of type "${print(node)}" which cannot be used as an input type.`);
  if (!Object.hasOwn(given, name)) {
    if (defaultValue) values[name] = valueFromAST(defaultValue, type);
    else if (isNonNullType(type)) onError(`Variable "$${name}" of required type "${String(type)}" was not provided.`);
    return;
  }
  const value = given[name];
  if (value === null && isNonNullType(type)) return onError(`Variable "$${name}" of non-null type "${String(type)}" must not be null.`);
  const misfit = longMisfit(value, type);
  if (misfit) return onError(`Variable "$${name}" got an invalid value${misfit.at && ` at "${name}${misfit.at}"`}; ${misfit.message}`);
  const told = new Map<unknown, string>(); // many errors may be about one object
  values[name] = coerceInputValue(value, type, (path, invalid, { message }) => {
    const beginning = told.get(invalid) ?? beginningOf(invalid);
    told.set(invalid, beginning);
    const at = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    onError(`Variable "$${name}" got invalid value ${beginning}${at && ` at "${name}${at}"`}; ${message}`);
  });
}

interface Misfit {
  /** Its place in the value of the variable, as in `.ids[3]`. */
  readonly at: string;
  readonly message: string;
}

/** What does not fit and is so long that graphql-js must not see it; null where there is nothing of the kind. Ends at the first. */
function longMisfit(value: unknown, type: GraphQLInputType): Misfit | null {
  if (value === null || (typeof value !== 'object' && !(typeof value === 'string' && value.length > MOST_REPEATED))) return null;
  if (isNonNullType(type)) return longMisfit(value, type.ofType);
  if (isListType(type)) {
    if (!Array.isArray(value)) return longMisfit(value, type.ofType);
    for (let i = 0; i < value.length; i += 1) {
      const misfit = longMisfit(value[i], type.ofType);
      if (misfit) return { ...misfit, at: `[${i}]${misfit.at}` };
    }
    return null;
  }
  if (isLeafType(type)) return fitsOrIsShort(value, type) ? null : { at: '', message: `Expected type "${type.name}".` };
  if (!isInputObjectType(type) || !isThing(value)) return null;
  const long = Object.keys(value).find((key) => key.length > MOST_REPEATED);
  if (long !== undefined) return { at: '', message: `Field "${long.slice(0, MOST_REPEATED)}…" is not defined by type "${type.name}".` };
  for (const field of Object.values(type.getFields())) {
    const misfit = longMisfit(value[field.name], field.type);
    if (misfit) return { ...misfit, at: `.${field.name}${misfit.at}` };
  }
  return null;
}

/** Only texts may be long: those of String, of ID and of the graph's own scalars, which say themselves what is wrong. */
function fitsOrIsShort(value: unknown, type: GraphQLLeafType): boolean {
  const takesText = isScalarType(type) && (!isSpecifiedScalarType(type) || type.name === 'String' || type.name === 'ID');
  return (takesText && typeof value === 'string') || isShort(value);
}

/** Whether it has few characters and few values, wherever in it they stand. Looks no further than that. */
function isShort(value: unknown): boolean {
  const left: unknown[] = [value];
  let size = 0;
  while (left.length > 0 && size <= MOST_REPEATED) {
    const one = left.pop();
    size += typeof one === 'string' ? one.length : 1;
    if (Array.isArray(one)) {
      size += one.length;
      if (size <= MOST_REPEATED) left.push(...(one as unknown[]));
    } else if (isThing(one))
      for (const key of Object.keys(one)) {
        size += key.length;
        if (size > MOST_REPEATED) break;
        left.push(one[key]);
      }
  }
  return size <= MOST_REPEATED;
}

/** How long lists and how deep objects are shown by `inspect` of graphql-js. */
const SHOWN_ELEMENTS = 10;
const SHOWN_LEVELS = 2;

/** A value of JSON as `inspect` of graphql-js writes it, up to as many characters as are told. */
function beginningOf(value: unknown): string {
  let text = '';
  const write = (one: unknown, level: number): void => {
    if (typeof one === 'string') text += JSON.stringify(one.slice(0, MOST_TOLD));
    else if (Array.isArray(one)) writeList(one, level);
    else if (isThing(one)) writeObject(one, level);
    else text += String(one);
  };
  const writeList = (list: readonly unknown[], level: number): void => {
    if (list.length > 0 && level >= SHOWN_LEVELS) return void (text += '[Array]');
    text += '[';
    for (const [i, one] of list.slice(0, SHOWN_ELEMENTS).entries()) {
      if (text.length > MOST_TOLD) return;
      text += i === 0 ? '' : ', ';
      write(one, level + 1);
    }
    const more = list.length - SHOWN_ELEMENTS;
    text += more > 0 ? `, ... ${more} more item${more === 1 ? '' : 's'}]` : ']';
  };
  const writeObject = (object: Thing, level: number): void => {
    const keys = Object.keys(object);
    if (keys.length === 0) return void (text += '{}');
    if (level >= SHOWN_LEVELS) return void (text += '[Object]');
    for (const [i, key] of keys.entries()) {
      if (text.length > MOST_TOLD) return;
      text += `${i === 0 ? '{' : ','} ${key}: `;
      write(object[key], level + 1);
    }
    text += ' }';
  };
  write(value, 0);
  return text;
}
