import { toTelephoneSound, wavFile } from '@cordboard/audio';
import type { SoundFile } from '@cordboard/contracts';
import type { MediaStorage } from '@cordboard/platform-media';
import { CannotStart, log, newId } from '@cordboard/platform-process';
import { messageIdOf } from '@cordboard/text';
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Sound } from '../engine/port.ts';
import type { Speech } from './speech.ts';

/** What Asterisk is to include in its `musiconhold.conf`. */
const MUSIC_CONFIGURATION = 'musiconhold.conf';
/** What may be said, in seconds. */
const MAX_SECONDS = 300;
/** What was not heard for this long is removed, in ms: it is made again when it is needed. */
const UNUSED_AFTER = 30 * 24 * 3_600_000;

/** Where messages come from. */
export interface MessageSources {
  /** With the files that were uploaded. */
  readonly storage: MediaStorage;
  /** Null: nobody speaks texts. */
  readonly speech: Speech | null;
  /** Of texts whose Number names none. */
  readonly language: string;
}

/**
 * Numbers' own messages as files that an engine plays, in a directory that telephony writes and the engine reads under the same path. Each is made when it is
 * first needed, and stays: what is said changes with its name.
 */
export class OwnMessages {
  private readonly making = new Map<string, Promise<string | null>>();
  private configured: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly dir: string,
    private readonly from: MessageSources,
  ) {}

  /** Makes the directory where it is not there. @throws CannotStart where it cannot be written to */
  static async open(directory: string, from: MessageSources): Promise<OwnMessages> {
    const dir = resolve(directory);
    try {
      await mkdir(dir, { recursive: true, mode: 0o755 });
      await access(dir, constants.W_OK);
      await clear(dir, Date.now() - UNUSED_AFTER);
      await configureMusic(dir);
    } catch (error) {
      throw new CannotStart(`Messages cannot be kept in ${dir} (ASTERISK_MESSAGES): ${(error as Error).message}.`);
    }
    return new OwnMessages(dir, from);
  }

  /** The class of Asterisk's music that has this as its only file; null: it cannot be had now. */
  async findMusic(file: SoundFile): Promise<string | null> {
    const found = await this.find({ name: 'music', words: null, language: null, file });
    if (!found) return null;
    const configured = this.configured.then(() => configureMusic(this.dir));
    this.configured = configured.catch(() => undefined);
    await configured;
    return basename(found.dir);
  }

  /** The directory that has a message as its only file, and the file without its ending; null: it is what is usual, or cannot be had now. */
  async find(sound: Sound): Promise<{ readonly dir: string; readonly path: string } | null> {
    const { name, words, language, file } = sound;
    const id = messageIdOf({ text: words, language, file });
    if (id === null) return null;
    const message = `${name}-${id}`;
    const dir = join(this.dir, message);
    const made = this.making.get(message) ?? this.make(join(dir, `${message}.wav`), sound).finally(() => this.making.delete(message));
    this.making.set(message, made);
    return (await made) === null ? null : { dir, path: join(dir, message) };
  }

  /** What cannot be made is not heard: a caller hears what is usual rather than nothing. */
  private async make(path: string, sound: Sound): Promise<string | null> {
    try {
      const now = new Date();
      const isThere = await utimes(path, now, now).then(
        () => true,
        () => false,
      );
      if (!isThere) await writeWhole(path, await this.bytesOf(sound));
      return path;
    } catch (error) {
      log.warn({ err: error, message: sound.name }, 'a message of a Number cannot be had: what is usual is heard instead');
      return null;
    }
  }

  private async bytesOf({ words, language, file }: Sound): Promise<Buffer> {
    const { storage, speech } = this.from;
    if (file) {
      const found = await storage.get(file.key);
      if (!found) throw new Error(`${file.key} is not in the storage`);
      return buffer(found.content);
    }
    if (!speech) throw new Error('nobody speaks texts here: see SPEECH in docs/operations.md');
    const spoken = await speech.speak(words ?? '', language ?? this.from.language);
    const sound = await toTelephoneSound(only(spoken), MAX_SECONDS);
    if ('problem' in sound) throw new Error(`what was spoken cannot be played: ${JSON.stringify(sound)}`);
    return wavFile(sound.samples);
  }
}

/** Writes a class for each music that is there. */
async function configureMusic(dir: string): Promise<void> {
  const classes = (await readdir(dir)).filter((name) => name.startsWith('music-')).sort();
  const text = classes.map((name) => `[${name}]\nmode=files\ndirectory=${join(dir, name)}\n`).join('');
  const path = join(dir, MUSIC_CONFIGURATION);
  if (text !== (await readFile(path, 'utf8').catch(() => null))) await writeWhole(path, Buffer.from(text));
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Whoever looks finds the whole file or none. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const unfinished = `${path}.${newId()}`;
  await mkdir(join(path, '..'), { recursive: true, mode: 0o755 });
  try {
    await writeFile(unfinished, bytes, { mode: 0o644 });
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function clear(dir: string, unusedSince: number): Promise<void> {
  for (const message of await readdir(dir)) {
    const found = await stat(join(dir, message, `${message}.wav`)).catch(() => null);
    if (found && found.mtimeMs < unusedSince) await rm(join(dir, message), { recursive: true, force: true });
  }
}
