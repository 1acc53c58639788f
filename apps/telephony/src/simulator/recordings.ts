import type { EngineNotice } from '../engine/port.ts';
import { toneOf, wav, type Part } from './tone.ts';

/** A recording as the simulated network knows it: who spoke, from when to when. Its audio is made when it is asked for. */
interface Live {
  readonly legId: string | null;
  /** The leg or the bridge that is recorded. */
  readonly on: string;
  /** Who was heard from a moment on, in ms since `began`. */
  readonly turns: { readonly from: number; readonly heard: readonly string[] }[];
  readonly began: number;
  readonly limit: NodeJS.Timeout;
}
interface Kept {
  readonly parts: readonly Part[];
  readonly seconds: number;
}

/** What legs and bridges say, recorded. Kept in memory, over every life of the engine, until it is deleted. */
export class Recordings {
  private readonly live = new Map<string, Live>();
  private readonly finished = new Map<string, Kept>();

  constructor(private readonly tell: (notice: EngineNotice) => void) {}

  get running(): readonly { recordingId: string; legId: string | null }[] {
    return [...this.live].map(([recordingId, { legId }]) => ({ recordingId, legId }));
  }

  get kept(): readonly { recordingId: string; seconds: number }[] {
    return [...this.finished].map(([recordingId, { seconds }]) => ({ recordingId, seconds }));
  }

  start(
    { recordingId, maxSeconds }: { recordingId: string; maxSeconds: number },
    { legId, on, heard }: Pick<Live, 'legId' | 'on'> & { readonly heard: readonly string[] },
  ): void {
    if (this.live.has(recordingId) || this.finished.has(recordingId)) return;
    const limit = setTimeout(() => this.finish(recordingId, true), maxSeconds * 1_000);
    this.live.set(recordingId, { legId, on, turns: [{ from: 0, heard }], began: performance.now(), limit });
    this.tell({ type: 'recording.started', legId, recordingId } as EngineNotice);
  }

  /** From now on these are heard there. */
  heard(on: string, heard: readonly string[]): void {
    for (const { turns, began, ...recording } of this.live.values())
      if (recording.on === on) turns.push({ from: performance.now() - began, heard });
  }

  /** Ends the recordings of a leg or a bridge that goes away. */
  end(on: string): void {
    for (const [recordingId, recording] of this.live) if (recording.on === on) this.finish(recordingId);
  }

  finish(recordingId: string, full = false): void {
    const recording = this.live.get(recordingId);
    if (!recording) return;
    const { legId, turns, began, limit } = recording;
    clearTimeout(limit);
    this.live.delete(recordingId);
    const length = Math.round(performance.now() - began);
    const parts = turns.map(({ from, heard }, i) => ({
      seconds: Math.max(0, (turns[i + 1]?.from ?? length) - from) / 1_000,
      tones: heard.map(toneOf),
    }));
    this.finished.set(recordingId, { parts, seconds: length / 1_000 });
    this.tell({ type: 'recording.finished', legId, recordingId, seconds: length / 1_000, full } as EngineNotice);
  }

  audio(recordingId: string): AsyncIterable<Uint8Array> | null {
    const kept = this.finished.get(recordingId);
    return kept ? wav(kept.parts) : null;
  }

  delete(recordingId: string): void {
    this.finished.delete(recordingId);
  }
}
