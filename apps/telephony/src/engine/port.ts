/**
 * The port: all that this service asks of a call engine, and all that an engine tells back. Whatever drives an engine keeps these
 * rules, and `contract/engine.contract.ts` proves that it does:
 *
 * 1. A leg goes incoming | dialing → ringing? → answered? → ended. There is exactly one `leg.ended` and nothing of that leg after
 *    it; it is answered at most once; a `leg.joined` is closed by its `leg.left` before anything else is joined and before the end.
 * 2. A command's promise means "accepted"; what came of it is told by events. There is no order between the two, nor between two legs.
 * 3. Every id is chosen by us; that of an incoming leg, which is not, is as ours are. A command that is repeated, or that names
 *    something gone or never there, succeeds silently.
 * 4. A leg is in one bridge at most: `join` moves it.
 * 5. Two phones may answer at the same instant, and one may answer while it is hung up: both are told, in the order of the engine.
 * 6. While the engine is away nothing is told and commands reject with `EngineGone`. Calls live on. After `engine.up` what happened
 *    meanwhile is not told again: `snapshot` is the truth. `lost`: it is a new life of the engine, without any leg known before.
 * 7. A recording ends when it is told to, at its limit, with its leg, and in that case is told before the leg's end, or when its
 *    bridge empties or goes. What it holds stays with the engine, over every loss of the connection and every new life, until
 *    `deleteRecording`.
 * 8. A phone that the engine knows is told of when its state changes, and stands in every snapshot.
 * 9. A phone's own keys for hold and transfer are told as keys and do nothing else to its legs. Who asked for a transfer is told
 *    what came of it by `answerTransfer`; one to a call that the phone holds as well (attended) is declined without being told.
 */
import type { LegEndReason, PhoneKey, PhoneState, SoundFile } from '@cordboard/contracts';

export interface Engine {
  readonly name: string;
  readonly connected: boolean;
  /** Begins telling, with `engine.up` first, and goes on through every loss of the connection. The listener must not throw. */
  start(listener: (event: EngineEvent) => void): Promise<void>;
  /** Lets go of the engine; its calls live on where the engine is another process. */
  stop(): Promise<void>;

  /** Rings someone. Whom it cannot ring is told by `leg.ended`. An id may not be used again after its leg has ended. */
  dial(c: Dial): Promise<void>;
  /** Lets a leg that waits, up or not, hear ringback, or no longer. Answering ends it. */
  ringing(c: { readonly legId: string; readonly on: boolean }): Promise<void>;
  /** Takes an incoming leg; tells the device of a dialled leg to pick up. A number that was dialled is picked up by its people alone: nothing is done. */
  answer(c: Leg): Promise<void>;
  hangup(c: Leg & { readonly reason: LegEndReason }): Promise<void>;
  /** The leg hears music and neither hears nor is heard. It must be alone in its bridge, or in none. */
  hold(c: Hold): Promise<void>;
  retrieve(c: Leg): Promise<void>;
  /** Changes what the leg's device shows. */
  identify(c: Leg & { readonly shows: Shown }): Promise<void>;
  /** Changes the call that the leg carries; see `Dial.callId`. */
  label(c: Leg & { readonly callId: string }): Promise<void>;
  /** Nobody hears the leg, or they do again. */
  mute(c: Leg & { readonly on: boolean }): Promise<void>;
  /** The leg's device hears these keys: 0-9, `*`, `#`. */
  sendDtmf(c: Leg & { readonly digits: string }): Promise<void>;

  /** Tells the phone of a leg whose transfer key was pressed that this is done, or declined: then its call goes on. */
  answerTransfer(c: Leg & { readonly accepted: boolean }): Promise<void>;

  createBridge(c: Bridge): Promise<void>;
  /** One leg at a time: an engine refuses a whole list for one leg that is gone. */
  join(c: Bridge & Leg): Promise<void>;
  leave(c: Leg): Promise<void>;
  /** Its legs leave first. */
  destroyBridge(c: Bridge): Promise<void>;

  /** Plays sounds one after the other. On a leg: it hears them instead of anything else; on a bridge: everyone there hears them too. */
  play(c: Play): Promise<void>;
  /** Told by `playback.finished` like a playback that ends by itself. */
  stopPlay(c: { readonly playbackId: string }): Promise<void>;

  /** Records what a leg says, after a beep. The leg is up and in no bridge. An id may not be used again while its recording is kept. */
  record(c: RecordLeg): Promise<void>;
  /** Records all who can be heard in a bridge, mixed; who is held or muted is not in it. As for ids, like `record`. */
  recordBridge(c: RecordBridge): Promise<void>;
  /** Told by `recording.finished` like a recording that ends by itself. */
  stopRecord(c: Recording): Promise<void>;
  /** A finished recording, a WAV file as a stream (PCM, 16 bits, 8 kHz, mono); null: there is no such recording. */
  fetchRecording(c: Recording): Promise<AsyncIterable<Uint8Array> | null>;
  /** Of a recording that is finished. */
  deleteRecording(c: Recording): Promise<void>;

  snapshot(): Promise<Snapshot>;
}

export interface Leg {
  readonly legId: string;
}

export interface Hold extends Leg {
  /** What it hears, instead of this engine's usual music. */
  readonly music?: SoundFile | undefined;
}

export interface Bridge {
  readonly bridgeId: string;
}

/** What a device shows. */
export interface Shown {
  readonly number: string;
  readonly name: string;
}

export interface Dial extends Leg {
  /** Kept with the leg and given back by `snapshot`, for people who look at the engine. */
  readonly callId: string;
  /** A device of ours is named by its agent's id. */
  readonly target: { readonly kind: 'device'; readonly device: string } | { readonly kind: 'number'; readonly number: string };
  readonly shows: Shown;
  /** Legs of the same conversation: it is to be where they are. */
  readonly beside: readonly string[];
  /** The engine stops ringing by itself after this long (`no_answer`), in ms: a net under the ring time, which is routing's. */
  readonly timeoutMs: number;
}

export interface Play {
  readonly playbackId: string;
  readonly on: Leg | Bridge;
  readonly sounds: readonly Sound[];
}

/** Something that is said: a file, or words; with neither, what this engine usually says under that name. */
export interface Sound {
  readonly name: string;
  readonly words: string | null;
  /** The language of what is said (BCP 47); null: what is usual. */
  readonly language: string | null;
  readonly file: SoundFile | null;
}

export interface Recording {
  readonly recordingId: string;
}

export interface RecordLeg extends Recording, Leg {
  readonly maxSeconds: number;
}

export interface RecordBridge extends Recording, Bridge {
  readonly maxSeconds: number;
}

/** A phone of an agent's, by name: the agent's id, or that, a dot and something more where they have several. */
export interface PhoneStanding {
  readonly phone: string;
  readonly state: PhoneState;
}

/** A phone does something else than before. */
export type PhoneChanged = { readonly type: 'phone.changed' } & PhoneStanding;

/** What holds now. Events numbered up to `seq` are in it; later ones may be. */
export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly legs: readonly SnapshotLeg[];
  readonly bridges: readonly Bridge[];
  /** What is being played; `legId` null: to a bridge. */
  readonly playbacks: readonly { readonly playbackId: string; readonly legId: string | null }[];
  /** What is being recorded; `legId` null: a bridge is. */
  readonly recordings: readonly (Recording & { readonly legId: string | null })[];
  /** Finished recordings that nobody has deleted, other programs' among them where the engine has several masters. */
  readonly kept: readonly (Recording & { readonly seconds: number })[];
  readonly phones: readonly PhoneStanding[];
  /** Whether a leg or a recording that is not in the picture may be on an engine that cannot be looked at now; otherwise it is gone. */
  readonly mayBeElsewhere: (id: string) => boolean;
}

export interface SnapshotLeg extends Leg {
  /** Who called whom; null: we dialled it. */
  readonly incoming: { readonly from: string; readonly to: string } | null;
  readonly state: 'ringing' | 'up';
  readonly bridgeId: string | null;
  readonly held: boolean;
  readonly callId: string | null;
}

/** Which life of the engine tells, and the how-manieth event of this connection's driver it is. */
export interface Stamp {
  readonly epoch: string;
  readonly seq: number;
}

export type LegEvent =
  | { readonly type: 'leg.incoming'; readonly legId: string; readonly from: string; readonly to: string }
  | { readonly type: 'leg.dialing'; readonly legId: string }
  | { readonly type: 'leg.ringing'; readonly legId: string }
  | { readonly type: 'leg.answered'; readonly legId: string }
  | { readonly type: 'leg.joined'; readonly legId: string; readonly bridgeId: string }
  | { readonly type: 'leg.left'; readonly legId: string; readonly bridgeId: string }
  | { readonly type: 'leg.held'; readonly legId: string }
  | { readonly type: 'leg.retrieved'; readonly legId: string }
  | { readonly type: 'leg.dtmf'; readonly legId: string; readonly digit: string }
  | { readonly type: 'leg.key'; readonly legId: string; readonly key: PhoneKey }
  | PlaybackEvent<string>
  | RecordingEvent<string>
  | LegEnded;

/** Of a playback on a leg; `legId` is null where it is on a bridge. `whole`: all sounds were played to the end. */
type PlaybackEvent<LegId> =
  | { readonly type: 'playback.started'; readonly legId: LegId; readonly playbackId: string }
  | { readonly type: 'playback.finished'; readonly legId: LegId; readonly playbackId: string; readonly whole: boolean };

/** Of a recording of a leg; `legId` is null where it is of a bridge. */
type RecordingEvent<LegId> =
  | { readonly type: 'recording.started'; readonly legId: LegId; readonly recordingId: string }
  | {
      readonly type: 'recording.finished';
      readonly legId: LegId;
      readonly recordingId: string;
      /** What it holds, to the millisecond as far as the engine knows; 0: nothing, and there may be no file. */
      readonly seconds: number;
      /** It came to its limit. */
      readonly full: boolean;
    };

/** Reasons by SIP answer: 486/600 busy; 603/403/607 rejected; 480/487 no_answer; 404/604/410/484 invalid_number; 408 and no device unreachable; others failed. */
export interface LegEnded extends Leg {
  readonly type: 'leg.ended';
  readonly reason: LegEndReason;
  readonly by: 'us' | 'peer' | 'engine';
  /** It had been answered. */
  readonly answered: boolean;
}

/** What is told of the recording of a bridge. */
export type BridgeRecordingEvent = RecordingEvent<null>;

export type EngineNotice =
  | LegEvent
  | { readonly type: 'engine.up'; readonly lost: boolean }
  | { readonly type: 'engine.down' }
  | PhoneChanged
  | PlaybackEvent<null>
  | BridgeRecordingEvent;

export type EngineEvent = Stamp & EngineNotice;

/** The engine is away: nothing was done, and `engine.up` will tell when to try again. */
export class EngineGone extends Error {
  constructor() {
    super('The call engine is not connected.');
  }
}
