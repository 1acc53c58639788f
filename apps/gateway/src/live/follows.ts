import { SOURCES, type Source } from '@cordboard/contracts';
import { Kind, parse, valueFromASTUntyped, type FieldDefinitionNode } from 'graphql';

/** What `@follows` says of a field of Subscription. */
export interface Follows {
  /** The services whose word it is, each on a subject of its own: `cordboard.<service>.<the asker's account>.>`. */
  readonly sources: readonly Source[];
  /** Its events are the asker's alone. */
  readonly alone: boolean;
}

const SUBJECT = /^cordboard\.(\w+)\.\{account\}\.>$/;

/** Reads the directive off the events subgraph. @throws Error where a field does not say what it follows, or says it in another form */
export function readFollows(eventsSdl: string): ReadonlyMap<string, Follows> {
  const fields = parse(eventsSdl).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Subscription' ? (definition.fields ?? []) : [],
  );
  return new Map(fields.map((field) => [field.name.value, followsOf(field)]));
}

function followsOf({ name, directives }: FieldDefinitionNode): Follows {
  const follows = directives?.find((directive) => directive.name.value === 'follows');
  const given = new Map(follows?.arguments?.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]));
  const subjects = (given.get('subjects') ?? []) as readonly string[];
  const sources = subjects.map((subject) => SOURCES.find((source) => source === SUBJECT.exec(subject)?.[1]));
  if (sources.length === 0 || sources.includes(undefined)) throw new Error(`Subscription.${name.value} must say what it follows.`);
  return { sources: sources as Source[], alone: given.get('alone') === true };
}
