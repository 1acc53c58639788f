import type { RecordingEvent, Room, Wiring } from '@cordboard/contracts';
import type { BoardLeg } from '../switchboard/leg.ts';

/** What recording last wanted of a conversation, and the number of the message that told it. */
export interface Want extends Pick<Extract<RecordingEvent, { type: 'recording.wanted' }>, 'conversationId' | 'want' | 'consultations'> {
  readonly account: string;
  readonly seq: number;
}

/** What is said in one room while nobody comes or goes. */
export interface Segment {
  readonly id: string;
  readonly account: string;
  readonly conversationId: string;
  /** The call that its parties are in: a transfer's new call begins while they are being recorded. */
  readonly callId: string;
  readonly room: Room;
  readonly heard: readonly { readonly legId: string; readonly address: string; readonly agentId: string | null }[];
  readonly startedAt: string;
}

/** A segment in the engine: told to begin, heard to have begun, or told to end. */
export interface Running extends Segment {
  readonly stage: 'starting' | 'running' | 'stopping';
}

/** Whether what is said in a room is to be recorded (D8). */
export const isToBeRecorded = (room: Room, want: Want | undefined): boolean =>
  want?.want === 'RECORDING' && (room === 'main' || want.consultations);

/** Who can be heard in a room now. */
export const present = (room: Room, legs: ReadonlyMap<string, BoardLeg>): BoardLeg[] =>
  [...legs.values()].filter((leg) => leg.state === 'up' && leg.room === room && !leg.held);

const meant = (room: Room, wiring: Wiring): Wiring['legs'] => wiring.legs.filter(({ want }) => want.as === 'talking' && want.room === room);

/** Whether a segment can go on: it is wanted, and the same people talk and are to. One is over before anybody comes or goes. */
export function goesOn({ room, heard }: Segment, want: Want | undefined, wiring: Wiring, legs: ReadonlyMap<string, BoardLeg>): boolean {
  const [here, stay] = [present(room, legs), new Set(meant(room, wiring).map(({ legId }) => legId))];
  const isSame = here.length === heard.length && heard.every(({ legId }) => here.some((leg) => leg.legId === legId));
  return isToBeRecorded(room, want) && isSame && heard.every(({ legId }) => stay.has(legId));
}

/** The call whose segment this is as long as it goes on. */
export const callOf = ({ heard, callId }: Segment, { legs }: Wiring): string =>
  legs.find((leg) => heard.some(({ legId }) => legId === leg.legId))?.callId ?? callId;

/** Who is to be recorded in a room that nobody records yet: null where fewer than two hear each other, or where somebody is about to go. */
export function toRecord(
  room: Room,
  want: Want | undefined,
  wiring: Wiring,
  legs: ReadonlyMap<string, BoardLeg>,
): Pick<Segment, 'callId' | 'heard'> | null {
  const [here, wired] = [present(room, legs), meant(room, wiring)];
  const callId = wired.find(({ legId }) => here.some((leg) => leg.legId === legId))?.callId;
  const isQuiet = here.every(({ legId }) => wired.some((leg) => leg.legId === legId));
  if (!isToBeRecorded(room, want) || here.length < 2 || !isQuiet || callId === undefined) return null;
  return { callId, heard: here.map(({ legId, address, agentId }) => ({ legId, address, agentId })) };
}
