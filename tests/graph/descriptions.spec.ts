import { Kind, parse, type ConstDirectiveNode, type DefinitionNode, type NameNode, type StringValueNode } from 'graphql';
import { filesIn, read } from '../rules/rulebook.ts';

/** The roots of a schema are known by name: what they are needs no saying. */
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/** What of a definition's parts is looked at here, whichever kind it is. */
interface Part {
  readonly name: NameNode;
  readonly description?: StringValueNode | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
  readonly fields?: readonly Part[] | undefined;
  readonly values?: readonly Part[] | undefined;
  readonly arguments?: readonly Part[] | undefined;
}

/** Everything without a description: types, fields, arguments, enum values, input fields. As `Type.field(argument)`. */
const undescribed = (sdl: string): string[] =>
  parse(sdl)
    .definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION && kind !== Kind.SCHEMA_DEFINITION)
    .flatMap(inDefinition);

function inDefinition(definition: DefinitionNode): string[] {
  const type = definition as DefinitionNode & Part;
  const name = type.name.value;
  const parts = [...(type.fields ?? []), ...(type.values ?? [])];
  return [
    ...(ROOTS.has(name) || definition.kind.endsWith('Extension') ? [] : bare(type, name)),
    ...parts.flatMap((part) => [
      ...bare(part, `${name}.${part.name.value}`),
      ...(part.arguments ?? []).flatMap((argument) => bare(argument, `${name}.${part.name.value}(${argument.name.value})`)),
    ]),
  ];
}

const bare = ({ description }: Part, name: string): string[] => (description?.value.trim() ? [] : [name]);

const SUPERGRAPH = 'apps/gateway/src/supergraph.graphql'; // made of the others
const EVENTS = 'apps/gateway/src/events.graphql'; // what events are made of is described by its owners
const files = filesIn('apps', '.graphql').filter((file) => file !== SUPERGRAPH && file !== EVENTS);

describe('every element of the graph is described', () => {
  it('in six subgraphs', () => expect(files).toHaveLength(6));
  it.each(files)('in %s', (file) => expect(undescribed(read(file))).toEqual([]));
  it('in the whole of it', () => expect(undescribed(read(SUPERGRAPH)).filter((name) => !/^(join|link)(__|$)/.test(name))).toEqual([]));
});

describe('what is refused', () => {
  it.each([
    ['a type', 'type Call { "x" id: ID! }', ['Call']],
    ['a field', '"x" type Call { id: ID! }', ['Call.id']],
    ['a field of a root', 'type Query { call: ID }', ['Query.call']],
    ['a field of an extended type', 'extend type Call { id: ID! }', ['Call.id']],
    ['an argument', 'type Query { "x" call(id: ID!): ID }', ['Query.call(id)']],
    ['an enum and a value of it', 'enum Mode { "x" COLD WARM }', ['Mode', 'Mode.WARM']],
    ['an input field', '"x" input Start { mode: ID }', ['Start.mode']],
    ['a union, a scalar, an interface', 'union U = A scalar S interface I { "x" id: ID }', ['U', 'S', 'I']],
    ['an empty description', '"" type Call { "  " id: ID! }', ['Call', 'Call.id']],
  ])('%s without a description', (_, sdl, names) => {
    expect(undescribed(sdl)).toEqual(names);
  });
  it('nothing where all is described', () =>
    expect(undescribed('"x" type Call { "x" id("x" of: ID): ID! } type Query { "x" call: Call }')).toEqual([]));
});
