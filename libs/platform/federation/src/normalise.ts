import {
  getNamedType,
  isInputType,
  Kind,
  parseType,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { newThing } from './data.ts';
import { INEXACT, jsonOf, literalText } from './literals.ts';

/** One operation without its literals: those that differ in nothing else are the same. */
export interface Normalised {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Its text: what plans are kept by. */
  readonly key: string;
  /** The values of the literals, by the names of the variables that stand in their places. */
  readonly literals: Readonly<Record<string, unknown>>;
  /** Says the names that the client wrote instead of those that only this gateway and its subgraphs know. */
  readonly inClientsWords: (message: string) => string;
  /** The values of the variables, by the names that they have in `document`. */
  readonly renamed: (variables: Readonly<Record<string, unknown>> | null | undefined) => Readonly<Record<string, unknown>>;
}

const HOISTED = 'cordboard_';
/** Names that the planner gives variables, or that graphql-js cannot keep the value of (`__proto__`). */
const isTaken = (name: string): boolean => name.startsWith('_') || name.startsWith('representations') || name.startsWith(HOISTED);

/**
 * Takes one operation out of a valid document, with its fragments, and puts variables in the places of its literals. What is skipped or
 * included stays as it is written, and so does a literal that has no exact JSON value.
 * @returns null where the document has no such operation
 */
export function normalise(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined): Normalised | null {
  const alone = only(document, operationName);
  if (!alone) return null;
  const asked = alone.definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []).map(({ variable }) => variable.name.value) : [],
  );
  const names = new Map<string, string>();
  const { document: hoisted, literals, written } = withoutLiterals(schema, withFreeVariables(alone, names));
  const operation = hoisted.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return null;
  return {
    document: hoisted,
    operation,
    key: print(hoisted),
    literals,
    inClientsWords: (message) => inClientsWords(message, names, written),
    renamed: (variables) => ({ ...renamed(variables ?? {}, asked, names), ...literals }),
  };
}

/** An argument whose literal was hoisted. */
interface Written {
  readonly field: string;
  readonly argument: string;
  readonly literal: string;
}

function withoutLiterals(schema: GraphQLSchema, document: DocumentNode) {
  const literals = newThing();
  const definitions: VariableDefinitionNode[] = [];
  const names = new Map<string, string>();
  const written = new Map<string, Written>();
  const info = new TypeInfo(schema);
  let inDirective = 0;
  const changed = visit(
    document,
    visitWithTypeInfo(info, {
      Directive: { enter: () => void (inDirective += 1), leave: () => void (inDirective -= 1) },
      Argument: (node) => {
        const type = info.getArgument()?.type;
        if (inDirective > 0 || !type || !isInputType(getNamedType(type))) return undefined;
        const value = jsonOf(node.value, type);
        if (value === INEXACT) return undefined;
        const field = info.getFieldDef()?.name ?? '';
        const literal = literalText(node.value);
        // two fields of one alias merge where their arguments are equal: equal ones must be one variable, in every document of this key
        const known = `${field}(${node.name.value}: ${literal}) ${String(type)}`;
        const name = names.get(known) ?? `${HOISTED}${names.size}`;
        if (!names.has(known)) {
          names.set(known, name);
          literals[name] = value;
          written.set(name, { field, argument: node.name.value, literal });
          definitions.push(definitionOf(name, type));
        }
        return { ...node, value: variableOf(name) };
      },
    }),
  );
  return { document: withDefinitions(changed, (own) => [...own, ...definitions]), literals, written };
}

function only(document: DocumentNode, operationName: string | null | undefined): DocumentNode | null {
  const separate = separateOperations(document);
  const names = Object.keys(separate);
  if (operationName !== null && operationName !== undefined && operationName !== '')
    return Object.hasOwn(separate, operationName) ? (separate[operationName] ?? null) : null;
  const [first, ...others] = names;
  return first !== undefined && others.length === 0 ? (separate[first] ?? null) : null;
}

/** @param names is filled with the client's names of variables that are renamed */
function withFreeVariables(document: DocumentNode, names: Map<string, string>): DocumentNode {
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      for (const { variable } of definition.variableDefinitions ?? [])
        if (isTaken(variable.name.value)) names.set(variable.name.value, `${HOISTED}v${names.size}`);
  if (names.size === 0) return document;
  return visit(document, {
    Variable: (node) => (names.has(node.name.value) ? variableOf(names.get(node.name.value) ?? '') : undefined),
  });
}

/** @param asked the client's names of the variables that the operation has; whatever else is given is left out */
function renamed(
  variables: Readonly<Record<string, unknown>>,
  asked: readonly string[],
  names: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const all = newThing();
  for (const name of asked) if (Object.hasOwn(variables, name)) all[names.get(name) ?? name] = variables[name];
  return all;
}

/** The document with other definitions of its operations' variables. */
export const withDefinitions = (
  document: DocumentNode,
  change: (definitions: readonly VariableDefinitionNode[]) => readonly VariableDefinitionNode[],
): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? { ...one, variableDefinitions: change(one.variableDefinitions ?? []) } : one,
  ),
});

export const variableOf = (name: string) => ({ kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }) as const;

export const definitionOf = (name: string, type: GraphQLInputType): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: variableOf(name),
  type: parseType(String(type)),
});

/** graphql-js and subgraphs speak of variables, `Variable "$cordboard_0" got invalid value 1 at "cordboard_0.a"`; the client wrote an argument. */
function inClientsWords(message: string, names: ReadonlyMap<string, string>, written: ReadonlyMap<string, Written>): string {
  if (!message.includes(HOISTED)) return message;
  const clients = new Map([...names].map(([client, internal]) => [internal, client]));
  return message
    .replace(/Variable "\$(cordboard_\w+)"/g, (all, name: string) => {
      const at = written.get(name);
      return at ? `Argument "${at.argument}" of "${at.field}"` : all;
    })
    .replace(/\$?\bcordboard_\w+/g, (all) => {
      const name = all.replace('$', '');
      const at = written.get(name);
      if (!at) return all.replace(name, clients.get(name) ?? name);
      return all === name ? at.argument : at.literal;
    });
}
