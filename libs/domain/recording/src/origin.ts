import type { Mode } from './control.ts';

/** What recording takes from a conversation. */
export type OriginEvent =
  | { readonly type: 'call.began'; readonly callId: string }
  | { readonly type: 'transfer.completed'; readonly mode: Mode; readonly newCallId: string | null };

/** How a call came to be: `madeBy` a transfer of that mode, or by itself. */
export interface Origin {
  readonly callId: string;
  readonly madeBy: Mode | null;
}

/** The calls that these events tell of, and how each came to be, whichever of the two is told first. */
export const originsIn = (events: readonly OriginEvent[]): readonly Origin[] => [
  ...events.reduce(evolve, new Map<string, Origin>()).values(),
];

function evolve(origins: ReadonlyMap<string, Origin>, event: OriginEvent): ReadonlyMap<string, Origin> {
  switch (event.type) {
    case 'call.began':
      return origins.has(event.callId) ? origins : new Map([...origins, [event.callId, { callId: event.callId, madeBy: null }]]);
    case 'transfer.completed':
      return event.newCallId === null ? origins : new Map([...origins, [event.newCallId, { callId: event.newCallId, madeBy: event.mode }]]);
  }
}
