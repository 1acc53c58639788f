import {
  defaultFieldResolver,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { badInput } from './answers.ts';
import { isDialled, NOT_E164 } from './scalars.ts';

/** A field whose description names this refusal judges its phone numbers itself. */
const REFUSAL = 'INVALID_NUMBER';

/** A field of an input object whose description says so reads its phone numbers itself. */
const ANY_WRITING = 'in any writing';

/** Makes every field of the schema refuse arguments of type PhoneNumber that are neither E.164 nor a short number with BAD_USER_INPUT, those above excepted. */
export function checkPhoneNumbers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields()))
        if (field.args.length > 0 && field.description?.includes(REFUSAL) !== true) checkField(field);
}

function checkField(field: GraphQLField<unknown, unknown>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args: Record<string, unknown>, context, info) => {
    for (const { name, type } of field.args) check(type, args[name]);
    return resolve(source, args, context, info);
  };
}

function check(of: GraphQLInputType, value: unknown): void {
  if (value === null || value === undefined) return;
  const type = getNullableType(of);
  if (isListType(type)) {
    for (const item of value as readonly unknown[]) check(type.ofType as GraphQLInputType, item);
  } else if (isInputObjectType(type)) {
    for (const { name, type: inner, description } of Object.values(type.getFields()))
      if (description?.includes(ANY_WRITING) !== true) check(inner, (value as Record<string, unknown>)[name]);
  } else if (type.name === 'PhoneNumber' && !isDialled(value as string)) throw badInput(NOT_E164);
}
