import { rootSelections } from '@cordboard/platform-federation';
import { badInput, shortened } from '@cordboard/platform-subgraph';
import {
  BREAK,
  GraphQLError,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';
import { DocumentMeasure, pairsOf, Refused, type Judge, type Size } from './document-size.ts';
import { mostIntrospected } from './introspection-size.ts';

/** The most that a document may consist of, in tokens. Reading and validating one must never hold others up. */
export const MOST_TOKENS = 2_000;
/** How many values the variables of an operation may hold: elements of lists and keys of objects. */
const MOST_VALUES = 10_000;
/** How many a body may hold: those of its variables, and some around them. It takes long to parse many keys. */
export const MOST_BODY_VALUES = MOST_VALUES + 1_000;
/** The most characters of a document. Comments, commas and white space are no tokens; long texts belong into variables. */
export const MOST_CHARACTERS = 65_536;
/** How many errors one document is answered with, and how many places each names. */
export const MOST_ERRORS = 10;
export const MOST_LOCATIONS = 3;
/** How deep an operation may go, in fields. Introspection goes deeper: types of lists of types that must not be null. */
const DEEPEST = 12;
const DEEPEST_INTROSPECTION = 20;
/** How many selection sets may stand in one another, those of fragments too. */
const DEEPEST_NESTING = 40;
/** How many lists of lists the type of a variable may be. */
const MOST_BRACKETS = 10;
/** How often one field may stand on the way from the root to a leaf: lists of lists of the same things multiply. */
const MOST_RETURNS = 2;
/** How many fields may have another name, and how many directives there may be, wherever fragments repeat them. */
const MOST_ALIASES = 50;
const MOST_DIRECTIVES = 50;
/** How often variables may stand in arguments, wherever operations and fragments repeat them. */
const MOST_USES = 500;
/** How many fields of the root may be asked for. */
const MOST_ROOTS = 30;
/** How often an operation may ask about the schema itself: what it answers is made here, and is large. */
const MOST_INTROSPECTIONS = 2;
/** How many operations a document may hold, and how many selections they may come to, wherever fragments repeat them. */
const MOST_OPERATIONS = 50;
const MOST_SELECTIONS = 2_000;
/** How many pairs of fields may have one response name in one place of the answer: validation compares each. */
const MOST_PAIRS = 3_000;
/** The most that an operation may cost: the fields that its answer may have, where lists are as long as they usually are or were asked to be. */
const DEAREST = 100_000;

/**
 * Why a document is not even validated: it could cost more than any app needs. It is too deep, goes round in circles (teams of
 * members of teams), is too wide by aliases, directives, fragments or repetition, or too dear. Takes time in proportion to the document.
 */
export function tooMuchOf(schema: GraphQLSchema, document: DocumentNode): GraphQLError | null {
  try {
    const measure = new DocumentMeasure(schema, document, judge);
    const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    if (operations.length > MOST_OPERATIONS) throw new Refused(`A document may have ${MOST_OPERATIONS} operations.`);
    let [selections, uses, pairs] = [0, 0, 0];
    for (const operation of operations) {
      const size = sizeOf(operation, measure, schema);
      selections += size.selections;
      uses += size.uses;
      if (selections > MOST_SELECTIONS) throw new Refused(TOO_MANY_SELECTIONS);
      if (uses > MOST_USES) throw new Refused(TOO_MANY_USES);
      pairs += pairsOf(operation.selectionSet, measure.fragments, MOST_PAIRS - pairs);
      if (pairs > MOST_PAIRS) throw new Refused('A document may not ask for one thing again and again: merge the fields of one name.');
    }
    measure.refuseUnused();
    return null;
  } catch (problem) {
    if (problem instanceof Refused) return new GraphQLError(shortened(problem.message), { extensions: { code: problem.code } });
    throw problem;
  }
}

/** @throws Refused where it is more than any app needs */
function sizeOf(operation: OperationDefinitionNode, measure: DocumentMeasure, schema: GraphQLSchema): Size {
  const size = measure.operation(operation);
  if (size.depth > DEEPEST) throw new Refused(TOO_DEEP);
  if (size.roots > MOST_ROOTS) throw new Refused(`An operation may ask for ${MOST_ROOTS} fields of the root.`);
  if (size.introspected > mostIntrospected(schema)) throw new Refused(TOO_MUCH_INTROSPECTION);
  if (size.cost > DEAREST)
    throw new Refused(`An operation may cost ${DEAREST} fields; this one comes to ${size.cost}: ask for fewer at once.`);
  if (operation.variableDefinitions?.some(({ type }) => bracketsOf(type) > MOST_BRACKETS))
    throw new Refused(`A type may have ${MOST_BRACKETS} brackets.`);
  return size;
}

const TOO_DEEP = `An operation may be ${DEEPEST} fields deep.`;
const TOO_MUCH_INTROSPECTION = 'An operation may ask about the schema a tenth more than the introspection of tools does.';
const TOO_MANY_SELECTIONS = `A document may come to ${MOST_SELECTIONS} selections, fragments counted wherever they are spread.`;

const TOO_MANY_USES = `The operations of a document may use variables ${MOST_USES} times, fragments counted wherever they are spread.`;

const judge: Judge = (size, field) => {
  if (size.depth > DEEPEST_INTROSPECTION) return TOO_DEEP;
  if (field !== null && (size.returns.get(field) ?? 0) > MOST_RETURNS)
    return `An operation may not come back to "${field}" again and again.`;
  if (size.nesting > DEEPEST_NESTING) return `Selection sets may stand in one another ${DEEPEST_NESTING} deep, those of fragments too.`;
  if (size.selections > MOST_SELECTIONS) return TOO_MANY_SELECTIONS;
  if (size.introspections > MOST_INTROSPECTIONS) return `An operation may ask about the schema ${MOST_INTROSPECTIONS} times.`;
  if (size.aliases > MOST_ALIASES) return `An operation may have ${MOST_ALIASES} aliases.`;
  if (size.directives > MOST_DIRECTIVES) return `An operation may have ${MOST_DIRECTIVES} directives.`;
  if (size.uses > MOST_USES) return TOO_MANY_USES;
  return null;
};

function bracketsOf(type: TypeNode): number {
  let brackets = 0;
  for (let of = type; of.kind !== Kind.NAMED_TYPE; of = of.type) brackets += of.kind === Kind.LIST_TYPE ? 1 : 0;
  return brackets;
}

/** Why a subscription of the document cannot be followed; null where each can. graphql-js has no answer of its own to a root field that is skipped. */
export function whyNoSubscription(document: DocumentNode): GraphQLError | null {
  const isConditional = document.definitions.some(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION &&
      one.operation === 'subscription' &&
      [...rootSelections(document, one)].some(({ directives }) => directives?.some(({ name }) => CONDITIONS.has(name.value))),
  );
  return isConditional ? badInput("A subscription's own field cannot be skipped or included.") : null;
}
const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include']);

/**
 * Why variables are not even coerced; null where they may be. They hold too many values, or a text in them, a key or a value, has a character that
 * no name, number or id has and that PostgreSQL does not take. Looks at as many values as there may be.
 */
export function whyNoVariables(variables: unknown): GraphQLError | null {
  const left: unknown[] = [variables];
  let values = 0;
  while (left.length > 0) {
    const value = left.pop();
    const refused = typeof value === 'string' ? whyNoText(value) : null;
    if (refused) return refused;
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      values += value.length;
      if (values > MOST_VALUES) return TOO_MANY_VALUES;
      left.push(...(value as unknown[]));
      continue;
    }
    for (const key of Object.keys(value)) {
      values += 1;
      if (values > MOST_VALUES) return TOO_MANY_VALUES;
      const unfit = whyNoText(key);
      if (unfit) return unfit;
      left.push((value as Record<string, unknown>)[key]);
    }
  }
  return null;
}
/** The same of the document's own texts: `"\u0000"` is NUL; six characters that only look like that, `"\\u0000"`, are text. */
export function whyNoTexts(document: DocumentNode): GraphQLError | null {
  const known = unfitTexts.get(document);
  if (known !== undefined) return known;
  let unfit: GraphQLError | null = null;
  visit(document, { StringValue: ({ value }) => ((unfit = whyNoText(value)) ? BREAK : undefined) });
  unfitTexts.set(document, unfit);
  return unfit;
}
const unfitTexts = new WeakMap<DocumentNode, GraphQLError | null>();

/** PostgreSQL keeps neither NUL nor half of a surrogate pair (UTF-16), which is no character. */
const whyNoText = (text: string): GraphQLError | null => (text.includes('\0') ? NUL_REFUSED : text.isWellFormed() ? null : HALF_REFUSED);
const NUL_REFUSED = badInput('A text must not contain the character NUL.');
const HALF_REFUSED = badInput('A text must not contain half of a surrogate pair.');
const TOO_MANY_VALUES = badInput(`The variables of an operation may hold ${MOST_VALUES} values.`);
