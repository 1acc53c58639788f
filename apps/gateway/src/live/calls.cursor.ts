import type { Place } from '@cordboard/platform-messaging';
import { readPlace, writePlace } from './place.ts';

/** How far a feed of calls has told: of what routing said, and of what recording said. */
export interface Places {
  readonly routing: Place;
  readonly recording: Place;
}
/** And which calls went on by then: where the places are not known any more, whoever had them is told how they ended. */
export type CallsCursor = Places & { readonly live: readonly string[] };

const ID = /^[\w-]{1,128}$/;

export const writeCursor = ({ routing, recording, live }: CallsCursor): string =>
  [writePlace(routing), writePlace(recording), ...live].join('.');

/** @returns null for what is no cursor of ours */
export function readCursor(cursor: string): CallsCursor | null {
  const [first = '', second = '', ...live] = cursor.split('.');
  const [routing, recording] = [readPlace(first), readPlace(second)];
  return routing && recording && live.length <= 20 && live.every((id) => ID.test(id)) ? { routing, recording, live } : null;
}
