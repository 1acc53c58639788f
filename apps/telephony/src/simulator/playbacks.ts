import type { EngineNotice, Play, Sound } from '../engine/port.ts';

/** How long the simulated network takes to say something, in ms: long enough to be seen by who looks at it. */
const SOUND_MS = 1_500;
/** What is said before a message is recorded is short, so that a message can begin. */
const VOICEMAIL_MS = 400;

interface Playback {
  readonly playbackId: string;
  readonly legId: string | null;
  readonly on: string;
  readonly left: Sound[];
  timer: NodeJS.Timeout;
}

/** Sounds that are being played. They have names and a length, no audio. */
export class Playbacks {
  private readonly live = new Map<string, Playback>();

  constructor(private readonly tell: (notice: EngineNotice) => void) {}

  get all(): readonly Pick<Playback, 'playbackId' | 'legId'>[] {
    return [...this.live.values()].map(({ playbackId, legId }) => ({ playbackId, legId }));
  }

  start({ playbackId, on, sounds }: Play): void {
    if (this.live.has(playbackId)) return;
    const legId = 'legId' in on ? on.legId : null;
    const timer = setTimeout(() => this.next(playbackId), lengthOf(sounds[0]));
    this.live.set(playbackId, { playbackId, legId, on: 'legId' in on ? on.legId : on.bridgeId, left: [...sounds], timer });
    this.tell({ type: 'playback.started', legId, playbackId } as EngineNotice);
  }

  stop(playbackId: string): void {
    this.finish(playbackId, false);
  }

  /** Ends what is played to a leg or a bridge that goes away. */
  silence(on: string): void {
    for (const [id, playback] of this.live) if (playback.on === on) this.finish(id, false);
  }

  playing(on: string): Sound[] {
    return [...this.live.values()].filter((playback) => playback.on === on).flatMap(({ left }) => left.slice(0, 1));
  }

  private next(playbackId: string): void {
    const playback = this.live.get(playbackId);
    playback?.left.shift();
    if (playback && playback.left.length > 0) playback.timer = setTimeout(() => this.next(playbackId), lengthOf(playback.left[0]));
    else this.finish(playbackId, true);
  }

  private finish(playbackId: string, whole: boolean): void {
    const playback = this.live.get(playbackId);
    if (!playback) return;
    clearTimeout(playback.timer);
    this.live.delete(playbackId);
    this.tell({ type: 'playback.finished', legId: playback.legId, playbackId, whole } as EngineNotice);
  }
}

const lengthOf = (sound: Sound | undefined): number => (sound === undefined ? 0 : sound.name === 'voicemail' ? VOICEMAIL_MS : SOUND_MS);
