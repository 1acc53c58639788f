import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { toByte } from './sound.ts';

/** A sound of the engine's: `greeting`, `voicemail`, `unavailable-message`, `music`. `id`: which message of a Number it is; null: what is usual. */
export interface KnownSound {
  readonly name: string;
  readonly id: string | null;
}

/** A piece of sound is so many samples long, and one begins at every so many samples of a file. */
const PIECE = 24;
const EVERY = 40;
/** What has fewer different samples than this is silence, or a tone that many sounds may have. */
const DISTINCT = 10;
/** `<name>.wav`, or `<name>-<id>.wav` for a Number's own. */
const FILE = /^(greeting|voicemail|unavailable-message|music)(?:-(\w+))?\.wav$/;

/**
 * The WAV files that an engine plays, for phones that tell which one they hear: an engine that plays a file to one party sends its samples as they
 * are, as G.711, so a piece of what comes is found in the file that it comes from. Files that are added later are found too.
 */
export class SoundLibrary {
  private readonly pieces = new Map<string, Set<KnownSound>>();
  private readonly known = new Set<string>();
  private looked = new Map<string, number>();

  /** @param dirs each is searched with the directories in it; one that is not there yet may come */
  constructor(private readonly dirs: readonly string[]) {}

  /** The sounds that have a piece of this, G.711 (mu-law). */
  having(bytes: Buffer): ReadonlySet<KnownSound> {
    this.addNewFiles();
    for (let at = 0; at + PIECE <= bytes.length; at += 1) {
      const found = this.pieces.get(bytes.toString('latin1', at, at + PIECE));
      if (found) return found;
    }
    return new Set();
  }

  private addNewFiles(): void {
    for (const dir of this.dirs.flatMap(withInner)) {
      const { mtimeMs } = statSync(dir);
      if (this.looked.get(dir) === mtimeMs) continue;
      this.looked.set(dir, mtimeMs);
      for (const name of readdirSync(dir)) this.add(join(dir, name));
    }
  }

  private add(path: string): void {
    const [, name, id = null] = FILE.exec(basename(path)) ?? [];
    if (name === undefined || this.known.has(path)) return;
    this.known.add(path);
    const sound: KnownSound = { name, id };
    const bytes = asHeard(samplesIn(readFileSync(path)));
    for (let at = 0; at + PIECE <= bytes.length; at += EVERY) {
      const piece = bytes.subarray(at, at + PIECE);
      if (new Set(piece).size < DISTINCT) continue;
      const key = piece.toString('latin1');
      this.pieces.set(key, (this.pieces.get(key) ?? new Set()).add(sound));
    }
  }
}

/**
 * Which known sound one phone hears, over words that several of them have and over pauses within: a sound is over once something else is heard, or
 * nothing for longer than a pause.
 */
export class SoundListener {
  private candidates: ReadonlySet<KnownSound> = new Set();
  private unknown = 0;

  constructor(private readonly library: SoundLibrary) {}

  /** Whether the last stretch was of a known sound: otherwise it was a pause. */
  get isSure(): boolean {
    return this.unknown === 0;
  }

  /** @param bytes the next stretch that came, G.711 @param stretches how many without anything known a pause has at most */
  listen(bytes: Buffer, stretches: number): readonly KnownSound[] {
    const found = this.library.having(bytes);
    this.unknown = found.size > 0 ? 0 : this.unknown + 1;
    if (found.size > 0) this.candidates = narrowed(this.candidates, found);
    else if (this.unknown > stretches) this.candidates = new Set();
    return [...this.candidates];
  }

  /** Something else is heard. */
  interrupt(): void {
    this.candidates = new Set();
  }
}

function narrowed(before: ReadonlySet<KnownSound>, found: ReadonlySet<KnownSound>): ReadonlySet<KnownSound> {
  const both = [...found].filter((sound) => before.has(sound));
  return both.length > 0 ? new Set(both) : found;
}

const withInner = (dir: string): string[] =>
  existsSync(dir)
    ? [dir, ...readdirSync(dir, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [join(dir, one.name)] : []))]
    : [];

/** Of a WAV file: PCM, 16 bits, 8 kHz, mono. */
function samplesIn(wav: Buffer): Int16Array {
  const at = wav.indexOf('data', 12, 'latin1') + 8;
  return Int16Array.from({ length: (wav.length - at) >> 1 }, (_, i) => wav.readInt16LE(at + 2 * i));
}

/** As Asterisk encodes samples: its table has one byte for four neighbours, that of the last. */
const asHeard = (samples: Int16Array): Buffer => Buffer.from(samples.map((sample) => toByte(sample | 3)));
