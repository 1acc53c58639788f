import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  Kind,
  type GraphQLInputType,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';
import { newThing } from './data.ts';

/** The literal has no JSON value that every subgraph would read as it reads the literal. */
export const INEXACT = Symbol('inexact');

/**
 * The JSON value of a literal, by which a variable says the same as the literal. INEXACT for what contains variables, numbers that JSON or
 * a double cannot hold (`-0`, `1e400`, integers above 2^53 of a scalar of the graph's own), and literals of such scalars that only their owner can
 * read: enum values, numbers not in their shortest form, fields not in the order of their names (two fields with such arguments may merge).
 */
export function jsonOf(node: ValueNode, type: GraphQLInputType): unknown {
  if (node.kind === Kind.VARIABLE) return INEXACT;
  if (isNonNullType(type)) return jsonOf(node, type.ofType);
  if (node.kind === Kind.NULL) return null;
  if (isListType(type)) return node.kind === Kind.LIST ? listOf(node.values, (one) => jsonOf(one, type.ofType)) : jsonOf(node, type.ofType);
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    return node.kind === Kind.OBJECT
      ? objectOf(node, (value, name) => (fields[name] ? jsonOf(value, fields[name].type) : INEXACT))
      : INEXACT;
  }
  if (isEnumType(type)) return node.kind === Kind.ENUM ? node.value : INEXACT;
  return isSpecifiedScalarType(type) ? specified(node, type.name) : untyped(node);
}

/** Validation has made sure that the literal is one of the scalar. */
function specified(node: ValueNode, type: string): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return type === 'ID' ? node.value : jsonNumber(Number(node.value));
    case Kind.NULL:
    case Kind.ENUM:
    case Kind.LIST:
    case Kind.OBJECT:
    case Kind.VARIABLE:
      return INEXACT;
  }
}

function untyped(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return String(Number(node.value)) === node.value ? jsonNumber(Number(node.value)) : INEXACT;
    case Kind.LIST:
      return listOf(node.values, untyped);
    case Kind.OBJECT:
      return node.fields.every(({ name }, i) => i === 0 || (node.fields[i - 1]?.name.value ?? '') < name.value)
        ? objectOf(node, untyped)
        : INEXACT;
    case Kind.ENUM:
    case Kind.VARIABLE:
      return INEXACT;
  }
}

/**
 * A literal as text, with the fields of every object in the order of their names: equal for literals that validation takes for equal. What
 * `print` of graphql-js makes of a large one takes ten times as long.
 */
export function literalText(node: ValueNode): string {
  switch (node.kind) {
    case Kind.VARIABLE:
      return `$${node.name.value}`;
    case Kind.NULL:
      return 'null';
    case Kind.STRING:
      return JSON.stringify(node.value);
    case Kind.BOOLEAN:
      return String(node.value);
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.ENUM:
      return node.value;
    case Kind.LIST:
      return `[${node.values.map(literalText).join(', ')}]`;
    case Kind.OBJECT: {
      const fields = [...node.fields].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
      return `{ ${fields.map(({ name, value }) => `${name.value}: ${literalText(value)}`).join(', ')} }`;
    }
  }
}

/** The names of the variables that stand in a literal. */
export function variablesIn(node: ValueNode): readonly string[] {
  if (node.kind === Kind.VARIABLE) return [node.name.value];
  if (node.kind === Kind.LIST) return node.values.flatMap(variablesIn);
  return node.kind === Kind.OBJECT ? node.fields.flatMap(({ value }) => variablesIn(value)) : [];
}

const jsonNumber = (value: number): unknown => (Number.isFinite(value) && !Object.is(value, -0) ? value : INEXACT);

function listOf(nodes: readonly ValueNode[], of: (node: ValueNode) => unknown): unknown {
  const values = nodes.map(of);
  return values.includes(INEXACT) ? INEXACT : values;
}

function objectOf({ fields }: ObjectValueNode, of: (node: ValueNode, name: string) => unknown): unknown {
  const object = newThing();
  for (const { name, value } of fields) {
    const json = of(value, name.value);
    if (json === INEXACT) return INEXACT;
    object[name.value] = json;
  }
  return object;
}
