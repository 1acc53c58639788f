import { ROOMS, type LegEndReason, type Room, type Wiring } from '@cordboard/contracts';
import type { Engine } from '../engine/port.ts';
import { announce, silence } from './announcing.ts';
import { bridgeOf, type BoardLeg } from './leg.ts';

type Commands =
  | 'dial'
  | 'ringing'
  | 'answer'
  | 'hangup'
  | 'hold'
  | 'retrieve'
  | 'identify'
  | 'label'
  | 'createBridge'
  | 'join'
  | 'leave'
  | 'destroyBridge'
  | 'play'
  | 'stopPlay'
  | 'record'
  | 'stopRecord';
/** One command for the engine, as data. */
export type Step = { [C in Commands]: { readonly command: C; readonly with: Parameters<Engine[C]>[0] } }[Commands];

type Wanted = Wiring['legs'][number];
/** A leg that lives, and what is wanted of it. */
export interface Here {
  readonly wanted: Wanted;
  readonly leg: BoardLeg;
}

/** A net under every ring time (an account's is 120 s at most), so that no phone rings for ever while routing is away. In ms. */
const RING_LIMIT = 150_000;

/**
 * What the engine must be told so that it comes to agree with a wiring: nothing once it does. It looks at no history, so it may be
 * asked again at any time, and what cannot be done yet (a leg that still rings cannot be joined) is simply in a later answer.
 *
 * Its own knowledge is how to move without a wrong ear in between: those who go leave first; music ends before anybody comes and
 * begins after the last one went; and an outside party that does not talk stays where it is, since a room that empties ends its
 * recording. So whoever would talk to a held party waits outside of the room. An announcement is stopped before anything else is
 * done to who hears it, and begins once nothing else can be heard.
 */
export function steps(wiring: Wiring, legs: ReadonlyMap<string, BoardLeg>, rooms: ReadonlySet<Room>): Step[] {
  const ending = endings(wiring, legs);
  const staying = wiring.legs.filter(({ legId }) => !ending.some((leg) => leg.legId === legId));
  const here = staying.flatMap((wanted): Here[] => {
    const leg = legs.get(wanted.legId);
    return leg && leg.state !== 'ended' ? [{ wanted, leg }] : [];
  });
  const placed = here.filter(({ leg }) => leg.state === 'up').map((one) => ({ ...one, room: roomFor(one, here) }));
  const entering = placed.filter(({ leg, room }) => room !== null && room !== leg.room);
  return [
    ...here.flatMap(silence),
    ...ending.filter(({ leg }) => leg.room !== null).map(hangup),
    ...staying.filter((wanted) => !legs.has(wanted.legId) && mayDial(wanted)).map((wanted) => dial(wanted, here)),
    ...here
      .filter(({ leg, wanted }) => leg.state !== 'up' && isPickedUp(wanted))
      .map(({ leg }): Step => ({ command: 'answer', with: { legId: leg.legId } })),
    ...here.flatMap(ringback),
    ...ROOMS.filter((room) => !rooms.has(room) && entering.some((one) => one.room === room)).map((room): Step => ({
      command: 'createBridge',
      with: { bridgeId: bridgeOf(room, wiring.conversationId) },
    })),
    ...placed
      .filter(({ leg, room }) => room === null && leg.room !== null)
      .map(({ leg }): Step => ({ command: 'leave', with: { legId: leg.legId } })),
    ...placed
      .filter(({ leg, wanted }) => leg.held && wanted.want.as !== 'held')
      .map(({ leg }): Step => ({ command: 'retrieve', with: { legId: leg.legId } })),
    ...placed.flatMap(announce),
    ...entering.map(({ leg, room }): Step => ({
      command: 'join',
      with: { legId: leg.legId, bridgeId: bridgeOf(room as Room, wiring.conversationId) },
    })),
    ...placed.flatMap(({ leg, wanted: { want } }): Step[] =>
      want.as === 'held' && !leg.held
        ? [{ command: 'hold', with: { legId: leg.legId, ...(want.music ? { music: want.music } : {}) } }]
        : [],
    ),
    ...ending.filter(({ leg }) => leg.room === null).map(hangup),
    ...here.flatMap(inscription),
    ...ROOMS.filter((room) => rooms.has(room) && !isNeeded(room, wiring, legs)).map((room): Step => ({
      command: 'destroyBridge',
      with: { bridgeId: bridgeOf(room, wiring.conversationId) },
    })),
  ];
}

/** Steps in their order, those at once that have nothing to do with each other: a team is rung, and let go, together. */
export function besideEachOther(all: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  for (const step of all) {
    const last = groups.at(-1);
    if ((step.command === 'dial' || step.command === 'hangup') && last?.[0]?.command === step.command) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

interface Ending {
  readonly legId: string;
  readonly leg: BoardLeg;
  readonly reason: LegEndReason;
}

/** Live legs that are to end by name, or that nobody names. */
function endings(wiring: Wiring, legs: ReadonlyMap<string, BoardLeg>): Ending[] {
  const named = new Set(wiring.legs.map(({ legId }) => legId));
  const reasons = new Map(wiring.ended.map(({ legId, reason }) => [legId, reason]));
  return [...legs.values()].flatMap((leg): Ending[] => {
    if (leg.state === 'ended' || (named.has(leg.legId) && !reasons.has(leg.legId))) return [];
    return [{ legId: leg.legId, leg, reason: reasons.get(leg.legId) ?? 'hangup' }];
  });
}

const hangup = ({ legId, reason }: Ending): Step => ({ command: 'hangup', with: { legId, reason } });

/** An outside party is dialled to ring and nothing else: one that is unknown otherwise called us, and is gone. Nobody is rung to hear an announcement. */
const mayDial = ({ agentId, want }: Wanted): boolean =>
  want.as === 'ringing' || (agentId !== null && want.as !== 'waiting' && want.as !== 'hearing');

/** An agent at an outside number picks up there: that phone is not ours to answer. */
const isPickedUp = ({ agentId, address, want }: Wanted): boolean =>
  want.as !== 'waiting' && want.as !== 'ringing' && (agentId === null || !isNumber(address));

const isNumber = (address: string): boolean => /^\+[1-9]\d{4,14}$/.test(address);

const showing = ({ want, displayNumber }: Wanted): { number: string; name: string } | null =>
  want.as === 'ringing'
    ? { number: want.displayNumber, name: want.displayName }
    : displayNumber === null
      ? null
      : { number: displayNumber, name: '' };

const dial = (wanted: Wanted, here: readonly Here[]): Step => ({
  command: 'dial',
  with: {
    legId: wanted.legId,
    callId: wanted.callId,
    target:
      wanted.agentId === null || isNumber(wanted.address)
        ? { kind: 'number', number: wanted.address }
        : { kind: 'device', device: wanted.agentId },
    shows: showing(wanted) ?? { number: '', name: '' },
    beside: here.map(({ leg }) => leg.legId),
    timeoutMs: RING_LIMIT,
  },
});

/** A leg that waits hears ringback, up or not: never silence. */
function ringback({ wanted, leg }: Here): Step[] {
  const on = wanted.want.as === 'waiting';
  return on === leg.ringback || (!on && leg.state !== 'up') ? [] : [{ command: 'ringing', with: { legId: leg.legId, on } }];
}

/** Where a leg that is up is to be; null: in no room. */
function roomFor({ wanted, leg }: Here, all: readonly Here[]): Room | null {
  const { want } = wanted;
  if (want.as === 'hearing') return null;
  if (want.as !== 'talking') return wanted.agentId === null ? leg.room : null;
  const isTaken = all.some((other) => other.wanted.want.as === 'held' && other.wanted.agentId === null && other.leg.room === want.room);
  return isTaken ? null : want.room;
}

function inscription({ wanted, leg }: Here): Step[] {
  const shows = showing(wanted);
  const written: Step[] = [];
  if (shows && shows.number !== leg.shows) written.push({ command: 'identify', with: { legId: leg.legId, shows } });
  if (wanted.callId !== leg.callId) written.push({ command: 'label', with: { legId: leg.legId, callId: wanted.callId } });
  return written;
}

/** `main` is kept while anybody lives, the consultation while somebody is in it or on the way. */
function isNeeded(room: Room, wiring: Wiring, legs: ReadonlyMap<string, BoardLeg>): boolean {
  const live = [...legs.values()].filter(({ state }) => state !== 'ended');
  if (room === 'main') return live.length > 0;
  return (
    live.some((leg) => leg.room === room) ||
    wiring.legs.some(({ legId, want }) => want.as === 'talking' && want.room === room && live.some((leg) => leg.legId === legId))
  );
}
