import { getNamedType, isAbstractType, isCompositeType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';

/** Arguments of `echo` whose literals are not what their untyped JSON would be. */
const LITERALS = [
  'json: 12345678901234567890',
  'json: [-0, 1.50, ENUM, { __proto__: 9007199254740993 }]',
  'id: 98765432109876543210',
  'ids: 7',
  'float: 1e400',
  'rows: [1, [2, null]]',
  'genre: null',
];
/** Names of keys, of required fields, of meta-fields and of what every object inherits. */
const ALIASES = [
  'id',
  'name',
  'title',
  'pages',
  'size',
  'book',
  'number',
  '__typename',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];

/** Fields whose objects an interface object knows by their interface alone. Plans of them grow fast. */
const REFERRING = ['twin', 'next'];
/**
 * Fields that may fail and must not be null. The planner asks for them of all that such a field refers to, whatever refers to it, and whoever
 * answers leaves out all of what fails.
 */
const FAILING = ['mark', 'reviews'];

/** What may stand for an argument, by the field's name: as a literal, or as a variable's value. */
const ARGUMENTS: Readonly<Record<string, readonly [argument: string, type: string, ...values: unknown[]]>> = {
  media: ['first', 'Int!', 0, 2, 9],
  book: ['id', 'ID!', 'b1', 'b2', 'b3', 'b4', 'none', 'secret'],
  user: ['id', 'ID!', 'u1', 'u3', 'u4', 'none'],
  related: ['first', 'Int', 1, 3, null],
  reviews: ['first', 'Int', 1, 2, null],
  weight: ['unit', 'String', 'g', 'kg'],
  books: ['filter', 'Filter', { genre: 'NOVEL' }, { titles: ['Emma'] }, null],
};

/**
 * A random query over the library: aliases, arguments as literals and variables, fragments, conditions. Some are not valid.
 * @param isPlain without the aliases and literals that are hard to answer
 */
export function randomQuery(
  schema: GraphQLSchema,
  random: () => number,
  isPlain = false,
): { readonly query: string; readonly variables: Record<string, unknown> } {
  const definitions: string[] = [];
  const fragments: string[] = [];
  const variables: Record<string, unknown> = {};
  const chance = (of: number): boolean => random() < of;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let names = 0;
  let referred = 0;

  const variable = (type: string, value: unknown): string => {
    const name = `v${(names += 1)}`;
    definitions.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  };
  const condition = (): string => (chance(0.12) ? ` @${pick(['skip', 'include'])}(if: ${variable('Boolean!', chance(0.5))})` : '');
  const literal = (value: unknown): string =>
    JSON.stringify(value)
      .replace(/"(\w+)":/g, '$1: ')
      .replace('genre: "NOVEL"', 'genre: NOVEL');

  const field = (one: GraphQLField<unknown, unknown>, depth: number): string => {
    const of = getNamedType(one.type);
    const [argument, type, ...values] = ARGUMENTS[one.name] ?? [];
    const given = argument !== undefined && one.args.length > 0 && (one.args[0]?.type.toString() === 'ID!' || chance(0.6));
    const value = pick(values.length > 0 ? values : [null]);
    const args =
      one.name === 'echo' && !isPlain && chance(0.7)
        ? `(${pick(LITERALS)})`
        : given
          ? `(${argument}: ${chance(0.5) ? variable(type ?? '', value) : literal(value)})`
          : '';
    const chosen = !isPlain && chance(0.03) ? `${pick(ALIASES)}: ` : null;
    const alias = chosen ?? (given || args !== '' || chance(0.2) ? `a${(names += 1)}: ` : '');
    const isReferring = REFERRING.includes(one.name);
    referred += isReferring ? 1 : 0;
    const inside = isCompositeType(of) ? ` ${selection(of.name, depth + 1)}` : '';
    referred -= isReferring ? 1 : 0;
    return `${alias}${one.name}${args}${condition()}${inside}`;
  };

  const selection = (typeName: string, depth: number): string => {
    const type = schema.getType(typeName);
    const parts: string[] = chance(0.3) || depth > 5 ? [!isPlain && chance(0.1) ? `${pick(ALIASES)}: __typename` : '__typename'] : [];
    const fields = isObjectType(type) || (isAbstractType(type) && 'getFields' in type) ? Object.values(type.getFields()) : [];
    for (const one of fields) {
      if (referred > 0 && FAILING.includes(one.name)) continue;
      if (REFERRING.includes(one.name) && (referred > (isPlain ? 0 : 1) || chance(0.6))) continue;
      const deep = isCompositeType(getNamedType(one.type));
      if (chance(deep ? (depth > 4 ? 0 : 0.45 / depth) : 0.5)) parts.push(field(one, depth));
    }
    if (isAbstractType(type))
      for (const possible of schema.getPossibleTypes(type)) if (chance(0.7)) parts.push(fragment(possible.name, depth));
    if (isObjectType(type) && depth > 1 && depth < 5 && chance(0.15)) parts.push(fragment(typeName, depth + 1));
    return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
  };

  const fragment = (typeName: string, depth: number): string => {
    const inside = selection(typeName, depth);
    if (chance(0.5)) return `... on ${typeName}${condition()} ${inside}`;
    const name = `F${(names += 1)}`;
    fragments.push(`fragment ${name} on ${typeName} ${inside}`);
    return `...${name}${condition()}`;
  };

  const root = selection('Query', 1);
  return { query: `query${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${root} ${fragments.join(' ')}`, variables };
}
