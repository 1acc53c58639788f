import { z } from 'zod';

/** The services that tell others what happened, each on a stream of its own. */
export const SOURCES = ['directory', 'presence', 'routing', 'recording', 'telephony'] as const;
export type Source = (typeof SOURCES)[number];

/** Ids travel in subjects, so they are kept to one token: letters, digits, `_` and `-`. */
export const Id = z.string().regex(/^[\w-]{1,128}$/);

/**
 * What one commit of one thing says: its events, in order, under one key. Events of a key are numbered without gaps from 1;
 * `from` is the number of the first event here and `seq` that of the last, so a follower knows a duplicate and a hole by itself.
 */
export const Envelope = z.object({
  source: z.enum(SOURCES),
  account: Id,
  key: Id,
  from: z.int().positive(),
  seq: z.int().positive(),
  at: z.iso.datetime(),
  events: z.array(z.object({ type: z.string() }).loose()).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

/** An envelope whose events are known. */
export type Told<Event> = Omit<Envelope, 'events'> & { readonly events: readonly Event[] };

/**
 * The events of an envelope that this union knows. Contracts grow: a type that is not known yet was said by a newer service and is
 * passed over. @throws ZodError for a known type of another shape
 */
export function eventsOf<Union extends z.ZodDiscriminatedUnion>(union: Union, told: Told<{ readonly type: string }>): z.output<Union>[] {
  const known = new Set(union.options.flatMap((option) => [...((option as z.ZodObject).shape['type'] as z.ZodLiteral).values]));
  return told.events.filter((event) => known.has(event.type)).map((event) => union.parse(event));
}

export const streamOf = (source: Source): string => `CORDBOARD_${source.toUpperCase()}`;
export const subjectsOf = (source: Source, account?: string): string =>
  `cordboard.${source}.${account === undefined ? '' : `${account}.`}>`;
export const subjectOf = (source: Source, account: string, key: string): string => `cordboard.${source}.${account}.${key}`;
