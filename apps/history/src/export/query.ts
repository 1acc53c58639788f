import { NO_TIME, readTime } from '@cordboard/platform-subgraph';
import { z } from 'zod';
import type { RowFilter } from '../records/wanted.store.ts';

/** PostgreSQL has no text with a NUL. */
const text = z.string().regex(/^[^\0]*$/, 'must not hold a NUL');
const words = z
  .union([text, z.array(text)])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')).filter((word) => word !== ''));
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const seconds = z.coerce.number().int().min(0).max(2_000_000);
const id = text.max(128);
const time = z
  .string()
  .transform(readTime)
  .pipe(z.string({ error: NO_TIME }));

/** How the file is written: as programs read it (RFC 4180), or as a spreadsheet opens it by itself. */
export const FORMATS = ['csv', 'spreadsheet'] as const;

/** The filter of `callHistory` as it is written in an address: lists repeated or with commas, times with their zone. */
const Query = z
  .strictObject({
    format: z.enum(FORMATS),
    ids: words,
    agentId: id,
    teamId: id,
    lineId: id,
    entryNumberId: id,
    direction: z.enum(['INBOUND', 'OUTBOUND', 'INTERNAL']),
    outcome: z.enum(['ANSWERED', 'TRANSFERRED', 'MISSED', 'VOICEMAIL', 'ABANDONED', 'FAILED']),
    live: flag,
    tags: words,
    allTags: words,
    conversationId: id,
    transferId: id,
    transferred: flag,
    targetKind: z.enum(['AGENT', 'TEAM', 'NUMBER', 'EXTERNAL', 'CONTACT']),
    caller: z.string().min(1, 'is empty').max(64, 'is too long'), // an unescaped + has become a blank
    callerWithheld: flag,
    callerAgentId: id,
    offeredTo: id,
    madeByTransfer: flag,
    answered: flag,
    startedAfter: time,
    startedBefore: time,
    answeredAfter: time,
    answeredBefore: time,
    endedAfter: time,
    endedBefore: time,
    minRingSeconds: seconds,
    minTalkSeconds: seconds,
    minHoldSeconds: seconds,
    minWrapUpSeconds: seconds,
    maxRingSeconds: seconds,
    maxTalkSeconds: seconds,
    maxHoldSeconds: seconds,
    maxWrapUpSeconds: seconds,
  })
  .partial();

/** @returns the filter and the format, or what is wrong with them in one sentence */
export function readFilter(
  query: unknown,
): { readonly filter: RowFilter; readonly format: (typeof FORMATS)[number] } | { readonly wrong: string } {
  const read = Query.safeParse(query);
  if (read.success) {
    const { format = 'csv', ...filter } = read.data;
    return { filter, format };
  }
  return { wrong: `${read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')}.` };
}
