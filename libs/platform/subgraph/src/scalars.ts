import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badInput } from './answers.ts';

const scalar = (name: string, parse: (value: unknown) => string): GraphQLScalarType<string, string> =>
  new GraphQLScalarType({
    name,
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });

/** ISO-8601 with a time zone, as in `2026-11-22T17:00:00.000Z`. */
export const DateTime = scalar('DateTime', (value) => {
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw badInput('A DateTime is written like 2026-11-22T17:00:00Z.');
  return date.toISOString();
});

/** E.164: `+`, country code and number, up to 15 digits (ITU-T E.164). Whether it can be dialled is a rule, not a format. */
export const isE164 = (value: string): boolean => /^\+[1-9]\d{4,14}$/.test(value);
export const NOT_E164 = 'A PhoneNumber is written in E.164, like +33187000001.';

/** Takes any string: `phone-numbers.ts` decides for each field whether one that is not E.164 is an error or a rule's refusal. */
export const PhoneNumber = scalar('PhoneNumber', (value) => {
  if (typeof value !== 'string') throw badInput(NOT_E164);
  return value;
});
