import type { EngineNotice, Snapshot } from '../engine/port.ts';
import { AriRefusal, type Ari } from './ari/client.ts';
import type { Channel, Playback } from './ari/description.ts';
import { legOf } from './recordings.ts';

interface Live {
  readonly legId: string | null;
  stopped: boolean;
  told: boolean;
}

/** What is being played. The engine lists none, so each leg carries the id of its last one. */
export class Playbacks {
  private readonly live = new Map<string, Live>();

  constructor(
    private readonly ari: Ari,
    private readonly tell: (notice: EngineNotice) => void,
  ) {}

  get all(): Snapshot['playbacks'] {
    return [...this.live].map(([playbackId, { legId }]) => ({ playbackId, legId }));
  }

  async start(id: string, legId: string | null, begin: () => Promise<boolean>): Promise<void> {
    if (this.live.has(id)) return;
    this.live.set(id, { legId, stopped: false, told: false });
    const begun = await begin().catch((error: unknown) => {
      this.live.delete(id);
      throw error;
    });
    if (!begun) this.live.delete(id);
  }

  async stop(id: string, end: () => Promise<boolean>): Promise<void> {
    const playback = this.live.get(id);
    if (!playback || playback.stopped) return;
    playback.stopped = true;
    await end();
  }

  started({ id }: Playback): void {
    const playback = this.live.get(id);
    if (!playback || playback.told) return;
    playback.told = true;
    this.tell({ type: 'playback.started', legId: playback.legId, playbackId: id } as EngineNotice);
  }

  finished({ id, state }: Playback): void {
    const playback = this.live.get(id);
    if (!playback) return;
    this.live.delete(id);
    const whole = state === 'done' && !playback.stopped;
    this.tell({ type: 'playback.finished', legId: playback.legId, playbackId: id, whole } as EngineNotice);
  }

  /** What a leg hears ends with it, and is told before its end. */
  ended(legId: string): void {
    for (const [id, playback] of this.live) if (playback.legId === legId) this.finished({ id, state: 'cancelled' } as Playback);
  }

  /** Takes the engine's picture for the truth. */
  async replace(channels: readonly Channel[]): Promise<void> {
    const carried = channels.flatMap(({ channelvars }) => channelvars?.['CORDBOARD_PLAYS'] || []);
    for (const id of new Set([...this.live.keys(), ...carried])) {
      const found = await this.find(id);
      if (!found) this.live.delete(id);
      else if (!this.live.has(id)) this.live.set(id, { legId: legOf(found.target_uri), stopped: false, told: true });
    }
  }

  private async find(playbackId: string): Promise<Playback | undefined> {
    return this.ari.api.playbacks.get({ playbackId }).catch((error: unknown) => {
      if (error instanceof AriRefusal && error.isGone) return undefined;
      throw error;
    });
  }
}
