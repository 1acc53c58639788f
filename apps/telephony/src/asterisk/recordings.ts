import { log } from '@cordboard/platform-process';
import type { EngineNotice, Recording, Snapshot } from '../engine/port.ts';
import { AriRefusal, type Ari } from './ari/client.ts';
import type { LiveRecording } from './ari/description.ts';
import { legIdOf } from './legs.ts';

interface Live {
  readonly legId: string | null;
  readonly maxSeconds: number;
  /** It is to end as soon as it has begun. */
  stopped: boolean;
  told: boolean;
  full: boolean;
  limit: NodeJS.Timeout | undefined;
}

/** The header of the engine's WAV files, and how many bytes a second of them has: PCM, 16 bits, 8 kHz, mono. */
const HEAD = 44;
const BYTES_A_SECOND = 16_000;

/** What is being recorded, and what was: the files stay with the engine until they are deleted. */
export class Recordings {
  private readonly live = new Map<string, Live>();
  private readonly finishing = new Map<string, Promise<void>>();

  constructor(
    private readonly ari: Ari,
    private readonly tell: (notice: EngineNotice) => void,
  ) {}

  get running(): Snapshot['recordings'] {
    return [...this.live].map(([recordingId, { legId }]) => ({ recordingId, legId }));
  }

  /** @param begin asks the engine; what it refuses has not begun */
  async start(
    id: string,
    { legId, maxSeconds }: { legId: string | null; maxSeconds: number },
    begin: () => Promise<boolean>,
  ): Promise<void> {
    if (this.live.has(id)) return;
    const recording: Live = { legId, maxSeconds, stopped: false, told: false, full: false, limit: undefined };
    this.live.set(id, recording);
    const begun = await begin().catch((error: unknown) => {
      this.live.delete(id);
      throw error;
    });
    if (!begun && this.live.get(id) === recording) this.live.delete(id);
  }

  /** The engine cannot stop what it has not begun yet: that is stopped then. */
  async stop(id: string): Promise<void> {
    const recording = this.live.get(id);
    if (!recording || recording.stopped) return;
    recording.stopped = true;
    if (recording.told) await this.end(id);
  }

  /** A bridge's recordings are told twice. */
  started({ name }: LiveRecording): void {
    const recording = this.live.get(name);
    if (!recording || recording.told) return;
    recording.told = true;
    this.tell({ type: 'recording.started', legId: recording.legId, recordingId: name } as EngineNotice);
    if (recording.stopped) return void this.end(name);
    recording.limit = setTimeout(() => {
      recording.full = true;
      void this.stop(name);
    }, recording.maxSeconds * 1_000);
  }

  finished({ name }: LiveRecording): void {
    const recording = this.live.get(name);
    if (!recording) return;
    clearTimeout(recording.limit);
    this.live.delete(name);
    const done = this.tellEnd(name, recording).finally(() => this.finishing.delete(name));
    this.finishing.set(name, done);
  }

  /** The recording of a leg that goes is told before its end. */
  async ended(legId: string): Promise<void> {
    for (const [name, recording] of this.live) if (recording.legId === legId) this.finished({ name } as LiveRecording);
    await Promise.all(this.finishing.values());
  }

  /** Takes the engine's picture for the truth: some have ended unseen, some were begun by a former process of ours. */
  async replace(): Promise<void> {
    for (const [id, { limit }] of this.live)
      if (!(await this.find(id))) {
        clearTimeout(limit);
        this.live.delete(id);
      }
    for (const { name } of await this.ari.api.recordings.listStored({})) {
      const found = this.live.has(name) ? undefined : await this.find(name);
      if (found)
        this.live.set(name, {
          legId: legOf(found.target_uri),
          maxSeconds: Infinity,
          stopped: false,
          told: true,
          full: false,
          limit: undefined,
        });
    }
  }

  async kept(): Promise<Snapshot['kept']> {
    const stored = (await this.ari.api.recordings.listStored({})).filter(({ name }) => !this.live.has(name));
    return Promise.all(stored.map(async ({ name }) => ({ recordingId: name, seconds: await this.seconds(name) })));
  }

  /** After a crash of the engine the sizes in the header are 0: they are written anew from the file's own. */
  async audio({ recordingId }: Recording): Promise<AsyncIterable<Uint8Array> | null> {
    const file = await this.ari.file(recordingId);
    if (!file?.body) return null;
    return repaired(file.body, Number(file.headers.get('content-length')));
  }

  private async tellEnd(recordingId: string, { legId, full }: Live): Promise<void> {
    const seconds = await this.seconds(recordingId).catch(() => 0);
    this.tell({ type: 'recording.finished', legId, recordingId, seconds, full } as EngineNotice);
  }

  /** What cannot be ended now is ended by its leg, its bridge or its limit. */
  private async end(recordingName: string): Promise<void> {
    await this.ari.api.recordings
      .stop({ recordingName })
      .catch((error: unknown) => log.warn({ err: error, recordingName }, 'a recording does not end yet'));
  }

  private async seconds(recordingId: string): Promise<number> {
    const file = await this.ari.file(recordingId);
    await file?.body?.cancel();
    return Math.max(0, Number(file?.headers.get('content-length') ?? 0) - HEAD) / BYTES_A_SECOND;
  }

  private async find(name: string): Promise<LiveRecording | undefined> {
    return this.ari.api.recordings.getLive({ recordingName: name }).catch((error: unknown) => {
      if (error instanceof AriRefusal && error.isGone) return undefined;
      throw error;
    });
  }
}

/** The leg that a playback or a recording is on; null: a bridge. */
export const legOf = (uri: string): string | null => (uri.startsWith('channel:') ? legIdOf(uri.slice('channel:'.length)) : null);

async function* repaired(body: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const piece of body) {
    if (head.length >= HEAD) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < HEAD) continue;
    head.writeUInt32LE(length - 8, 4);
    head.writeUInt32LE(length - HEAD, HEAD - 4);
    yield head;
  }
}
