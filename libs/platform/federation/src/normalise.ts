import {
  getNamedType,
  isInputType,
  Kind,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  parseType,
  valueFromASTUntyped,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** One operation without its literals: those that differ in nothing else are the same. */
export interface Normalised {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Its text: what plans are kept by. */
  readonly key: string;
  /** The values of the literals, by the names of the variables that stand in their places. */
  readonly literals: Readonly<Record<string, unknown>>;
}

const HOISTED = 'cordboard_';

/**
 * Takes one operation out of a valid document, with its fragments, and puts variables in the places of its literals. What is skipped or
 * included stays as it is written.
 * @returns null where the document has no such operation
 */
export function normalise(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined): Normalised | null {
  const alone = only(document, operationName);
  if (!alone) return null;
  const literals: Record<string, unknown> = {};
  const definitions: VariableDefinitionNode[] = [];
  const names = new Map<string, string>();
  const info = new TypeInfo(schema);
  let inDirective = 0;
  const changed = visit(
    alone,
    visitWithTypeInfo(info, {
      Directive: { enter: () => void (inDirective += 1), leave: () => void (inDirective -= 1) },
      Argument: (node) => {
        const type = info.getArgument()?.type;
        if (inDirective > 0 || !type || !isInputType(getNamedType(type)) || hasVariable(node.value)) return undefined;
        const value: unknown = valueFromASTUntyped(node.value);
        const known = `${String(type)} ${JSON.stringify(value)}`;
        const name = names.get(known) ?? `${HOISTED}${names.size}`;
        if (!names.has(known)) {
          names.set(known, name);
          literals[name] = value;
          definitions.push(definitionOf(name, type));
        }
        return { ...node, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
      },
    }),
  );
  const withVariables = visit(changed, {
    OperationDefinition: (node) => ({ ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...definitions] }),
  });
  const operation = withVariables.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operation ? { document: withVariables, operation, key: print(withVariables), literals } : null;
}

function only(document: DocumentNode, operationName: string | null | undefined): DocumentNode | null {
  const separate = separateOperations(document);
  const names = Object.keys(separate);
  if (operationName !== null && operationName !== undefined && operationName !== '') return separate[operationName] ?? null;
  const [first, ...others] = names;
  return first !== undefined && others.length === 0 ? (separate[first] ?? null) : null;
}

const definitionOf = (name: string, type: GraphQLInputType): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
  type: parseType(String(type)),
});

function hasVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return value.values.some(hasVariable);
    case Kind.OBJECT:
      return value.fields.some((field) => hasVariable(field.value));
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.NULL:
    case Kind.ENUM:
      return false;
  }
}
