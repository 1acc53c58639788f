import type { Media } from '@cordboard/contracts';
import { CannotStart, newId } from '@cordboard/platform-process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkKey, type MediaStorage, type Span, type StoredMedia } from './storage.ts';

/** Where files are while they are written; no key begins with a dot. */
const UNFINISHED = '.unfinished';
/** What nobody has written to for this long was left by a process that ended, in ms. */
const ABANDONED_AFTER = 3_600_000;

/** The storage as files of a directory, which may be shared by several processes. */
export class LocalFiles implements MediaStorage {
  private constructor(private readonly dir: string) {}

  /**
   * Makes the directory where it is not there, and clears away what was left half-written.
   * @throws CannotStart where it cannot be written to
   */
  static async open(directory: string, abandonedAfterMs = ABANDONED_AFTER): Promise<LocalFiles> {
    const dir = resolve(directory);
    try {
      await mkdir(join(dir, UNFINISHED), { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
      await clear(join(dir, UNFINISHED), Date.now() - abandonedAfterMs);
    } catch (error) {
      throw new CannotStart(`Media cannot be kept in ${dir} (MEDIA_DIR): ${(error as Error).message}.`);
    }
    return new LocalFiles(dir);
  }

  async put(key: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<Media> {
    const path = this.path(key);
    const unfinished = join(this.dir, UNFINISHED, newId());
    try {
      const { bytes, sha256 } = await writeThrough(unfinished, content);
      await makeDirectories(this.dir, dirname(path));
      await rename(unfinished, path);
      await sync(dirname(path));
      return { key, contentType, bytes, sha256 };
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  async get(key: string, span?: Span): Promise<StoredMedia | null> {
    const file = await unlessMissing(open(this.path(key), 'r'));
    if (!file) return null;
    const { size: bytes } = await file.stat();
    if (span && (span.from >= bytes || span.to < span.from)) {
      await file.close();
      return { bytes, content: nothing() };
    }
    return { bytes, content: file.createReadStream(span ? { start: span.from, end: span.to } : {}) };
  }

  async head(key: string): Promise<Pick<StoredMedia, 'bytes'> | null> {
    const found = await unlessMissing(stat(this.path(key)));
    return found?.isFile() ? { bytes: found.size } : null;
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    await rm(path, { force: true });
    await unlessMissing(sync(dirname(path)));
  }

  private path(key: string): string {
    checkKey(key);
    return join(this.dir, key);
  }
}

async function writeThrough(path: string, content: AsyncIterable<Uint8Array>): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      bytes += piece.length;
      await writeAll(file, piece);
    }
    await file.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length;) done += (await file.write(piece, done)).bytesWritten;
}

/** A directory that was made is on the disk once its parent is. */
async function makeDirectories(base: string, dir: string): Promise<void> {
  if ((await mkdir(dir, { recursive: true, mode: 0o700 })) === undefined) return;
  for (let at = dir; at !== base; at = dirname(at)) await sync(dirname(at));
}

async function sync(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function clear(dir: string, untouchedSince: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const file = join(dir, name);
    const found = await unlessMissing(stat(file));
    if (found && found.mtimeMs <= untouchedSince) await rm(file, { force: true });
  }
}

const unlessMissing = <T>(found: Promise<T>): Promise<T | null> =>
  found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });

async function* nothing(): AsyncGenerator<Uint8Array> {
  // a span behind the end
}
