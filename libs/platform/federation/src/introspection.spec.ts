import { buildSchema, parse } from 'graphql';
import { Introspection } from './introspection.ts';

const schema = buildSchema('type Query { a: ID b: [Int!] } "an enum" enum Kind { X Y }');
const TYPE =
  'query Named($n: String!, $d: Boolean!) { __type(name: $n) { name ...D @include(if: $d) } } fragment D on __Type { description }';

describe('Answers about the schema are kept', () => {
  it('by what was asked and by the variables that stand in it, and whoever asks', async () => {
    const introspection = new Introspection(schema);
    const ask = async (text: string, variables: Record<string, unknown>) =>
      (await introspection.answer(parse(text), variables)).data?.['__type'];
    const of = { n: 'Kind', d: true };
    expect(await ask(TYPE, of)).toEqual({ name: 'Kind', description: 'an enum' });
    expect(await ask(TYPE.replace('Named', 'Other'), { ...of, other: 1 })).toEqual({ name: 'Kind', description: 'an enum' });
    expect(introspection.made).toBe(1);
    expect(await ask(TYPE, { ...of, d: false })).toEqual({ name: 'Kind' });
    expect(await ask(TYPE, { ...of, n: 'Query' })).toEqual({ name: 'Query', description: null });
    expect(await ask(TYPE.replace('{ name', '{ kind'), of)).toEqual({ kind: 'ENUM', description: 'an enum' });
    expect(introspection.made).toBe(4);
  });

  it('as long as they have few bytes', async () => {
    const introspection = new Introspection(schema, 400);
    const ask = (name: string) => introspection.answer(parse(`{ __type(name: "${name}") { fields { name } enumValues { name } } }`), {});
    for (const name of ['Query', 'Query', 'Kind', 'Int', 'Query']) await ask(name);
    expect(introspection.made).toBe(4);
    for (let i = 0; i < 2; i += 1)
      await introspection.answer(parse('{ __schema { types { name fields { name } enumValues { name } } } }'), {});
    expect(introspection.made).toBe(6);
  });
});
