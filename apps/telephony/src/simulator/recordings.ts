import type { EngineNotice, RecordLeg } from '../engine/port.ts';
import { toneOf, wav } from './tone.ts';

/** A recording as the simulated network knows it: who spoke, from when to when. Its audio is made when it is asked for. */
interface Live {
  readonly legId: string;
  readonly address: string;
  readonly since: number;
  readonly limit: NodeJS.Timeout;
}
interface Kept {
  readonly address: string;
  readonly seconds: number;
}

/** What legs say, recorded. Kept in memory, over every life of the engine, until it is deleted. */
export class Recordings {
  private readonly live = new Map<string, Live>();
  private readonly finished = new Map<string, Kept>();

  constructor(private readonly tell: (notice: EngineNotice) => void) {}

  get running(): readonly { recordingId: string; legId: string }[] {
    return [...this.live].map(([recordingId, { legId }]) => ({ recordingId, legId }));
  }

  get kept(): readonly { recordingId: string; seconds: number }[] {
    return [...this.finished].map(([recordingId, { seconds }]) => ({ recordingId, seconds }));
  }

  start({ recordingId, legId, maxSeconds }: RecordLeg, address: string): void {
    if (this.live.has(recordingId) || this.finished.has(recordingId)) return;
    const limit = setTimeout(() => this.finish(recordingId, true), maxSeconds * 1_000);
    this.live.set(recordingId, { legId, address, since: performance.now(), limit });
    this.tell({ type: 'recording.started', legId, recordingId });
  }

  /** Ends the recordings of a leg that goes away. */
  end(legId: string): void {
    for (const { recordingId } of this.running.filter((one) => one.legId === legId)) this.finish(recordingId);
  }

  finish(recordingId: string, full = false): void {
    const recording = this.live.get(recordingId);
    if (!recording) return;
    const { address, legId, since, limit } = recording;
    clearTimeout(limit);
    this.live.delete(recordingId);
    const seconds = Math.round(performance.now() - since) / 1_000;
    this.finished.set(recordingId, { address, seconds });
    this.tell({ type: 'recording.finished', legId, recordingId, seconds, full });
  }

  audio(recordingId: string): AsyncIterable<Uint8Array> | null {
    const kept = this.finished.get(recordingId);
    return kept ? wav(toneOf(kept.address), kept.seconds) : null;
  }

  delete(recordingId: string): void {
    this.finished.delete(recordingId);
  }
}
