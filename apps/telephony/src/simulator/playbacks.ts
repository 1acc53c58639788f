import type { EngineNotice, Play } from '../engine/port.ts';

/** Every sound of the simulated network lasts this long, in ms. */
const SOUND_MS = 1_500;

interface Playback {
  readonly on: string;
  readonly left: string[];
  timer: NodeJS.Timeout;
}

/** Sounds that are being played. They have names and a length, no audio. */
export class Playbacks {
  private readonly live = new Map<string, Playback>();

  constructor(private readonly tell: (notice: EngineNotice) => void) {}

  start(c: Play): void {
    if (this.live.has(c.playbackId)) return;
    const on = 'legId' in c.on ? c.on.legId : c.on.bridgeId;
    this.live.set(c.playbackId, {
      on,
      left: [...c.sounds],
      timer: setTimeout(() => this.next(c.playbackId), c.sounds.length > 0 ? SOUND_MS : 0),
    });
  }

  stop(playbackId: string): void {
    this.finish(playbackId, false);
  }

  /** Ends what is played to a leg or a bridge that goes away. */
  silence(on: string): void {
    for (const [id, playback] of this.live) if (playback.on === on) this.finish(id, false);
  }

  playing(on: string): string[] {
    return [...this.live.values()].filter((playback) => playback.on === on).flatMap(({ left }) => left.slice(0, 1));
  }

  private next(playbackId: string): void {
    const playback = this.live.get(playbackId);
    playback?.left.shift();
    if (playback && playback.left.length > 0) playback.timer = setTimeout(() => this.next(playbackId), SOUND_MS);
    else this.finish(playbackId, true);
  }

  private finish(playbackId: string, whole: boolean): void {
    const playback = this.live.get(playbackId);
    if (!playback) return;
    clearTimeout(playback.timer);
    this.live.delete(playbackId);
    this.tell({ type: 'playback.finished', playbackId, whole });
  }
}
