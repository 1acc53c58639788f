import type { Span } from '@cordboard/platform-media';

/**
 * Whether a Range header holds for what there is now: without an If-Range it does; with one, only where that names the very same content
 * (RFC 9110 §13.1.5). Files have no date of change, so a date names none.
 */
export const rangeHolds = (ifRange: string | undefined, etag: string): boolean => ifRange === undefined || ifRange.trim() === etag;

/** Whether the client has this content already (If-None-Match, RFC 9110 §13.1.2). */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag));

/**
 * The bytes that a Range header asks for (RFC 9110 §14.2): `undefined`, the whole file, where there is none, or one of another unit
 * or form, or of several ranges; null where it lies behind the end.
 */
export function spanOf(header: string | undefined, bytes: number): Span | undefined | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return last === '0' || bytes === 0 ? null : { from: Math.max(0, bytes - Number(last)), to: bytes - 1 };
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return Number(first) >= bytes ? null : { from: Number(first), to: Math.min(last === '' ? Infinity : Number(last), bytes - 1) };
}
