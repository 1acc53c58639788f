import { shortDigits, toE164 } from '@cordboard/phone-number';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { z } from 'zod';
import { badInput } from './answers.ts';

const scalar = (name: string, parse: (value: unknown) => string): GraphQLScalarType<string, string> =>
  new GraphQLScalarType({
    name,
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });

/** RFC 3339 §5.6, in capitals, for days and hours that there are; seconds may be left out, as ISO-8601 has it. */
const WRITTEN = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);
/** What a year of four digits can say in UTC; PostgreSQL has no year 0. In ms. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];
export const NO_TIME = 'is to be a time like 2026-11-22T17:00:00Z, from the year 1 to 9999';

/** @returns the time in UTC, to the millisecond (what is finer is cut off); null where it is none, or cannot be kept */
export function readTime(written: unknown): string | null {
  if (!WRITTEN.safeParse(written).success) return null;
  const time = new Date(written as string);
  return time.getTime() >= FIRST && time.getTime() <= LAST ? time.toISOString() : null;
}

/** A point in time with its zone, as in `2026-11-22T17:00:00.000Z`. There are no leap seconds. */
export const DateTime = scalar('DateTime', (value) => {
  const time = readTime(value);
  if (time === null) throw badInput(`A DateTime ${NO_TIME}.`);
  return time;
});

/** E.164: `+`, country code and number, up to 15 digits (ITU-T E.164). Whether it can be dialled is a rule, not a format. */
export const isE164 = (value: string): boolean => /^\+[1-9]\d{4,14}$/.test(value);
/** E.164, or the digits of a short number: whether there is one is a rule. */
export const isDialled = (value: string): boolean => isE164(value) || shortDigits(value) === value;
export const NOT_E164 = 'A PhoneNumber is written in E.164, like +33187000001.';

/**
 * A phone number with its country's code in any writing becomes its one E.164 number: what is kept and compared is canonical. Takes any other
 * string too: `phone-numbers.ts` decides for each field whether one that is not E.164 is an error or a rule's refusal.
 */
export const PhoneNumber = scalar('PhoneNumber', (value) => {
  if (typeof value !== 'string') throw badInput(NOT_E164);
  return toE164(value) ?? shortDigits(value) ?? value;
});
