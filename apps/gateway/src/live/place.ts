import type { Place } from '@cordboard/platform-messaging';

/** A place in a stream as clients keep it: opaque to them, readable to every replica. */
export const writePlace = ({ epoch, seq }: Place): string => Buffer.from(JSON.stringify([epoch, seq])).toString('base64url');

/** @returns null for what is no cursor of ours: the reader begins anew */
export function readPlace(cursor: string): Place | null {
  try {
    const [epoch, seq] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    return typeof epoch === 'string' && Number.isSafeInteger(seq) ? { epoch, seq: seq as number } : null;
  } catch {
    return null;
  }
}
