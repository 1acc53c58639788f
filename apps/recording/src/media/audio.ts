import type { MediaStorage, Span } from '@cordboard/platform-media';
import { createHash } from 'node:crypto';

/** Something that can be served, whole or in parts. */
export interface Audio {
  /** The recording or the voicemail that it is of. */
  readonly about: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Names these bytes and no others (RFC 9110 §8.8.3, a strong one). */
  readonly etag: string;
  read(span: Span): AsyncIterable<Uint8Array>;
}

/** A file as it lies in the storage; undefined where it is gone. */
export async function fileAudio(storage: MediaStorage, key: string, is: Pick<Audio, 'about' | 'contentType'>): Promise<Audio | undefined> {
  const file = await storage.head(key);
  if (!file) return undefined;
  const { bytes } = file;
  return { about: is.about, contentType: is.contentType, bytes, etag: etagOf([key], bytes), read: (span) => spanOf(storage, key, span) };
}

/** What is kept under a key never changes, so the keys and the length tell the content. */
const etagOf = (keys: readonly string[], bytes: number): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([keys, bytes]))
    .digest('base64url')
    .slice(0, 27)}"`;

/** Length of the header of a WAV file of ours. */
const HEADER = 44;
/** Where the samples of a WAV file begin is found within so many bytes. */
const LOOKED_AT = 1_024;

/** WAV files of one format, one after the other, as one; undefined where one of them is gone. */
export async function joinedAudio(storage: MediaStorage, keys: readonly string[], about: string): Promise<Audio | undefined> {
  const parts = await Promise.all(keys.map(async (key) => ({ key, samples: await samplesOf(storage, key) })));
  const found = parts.flatMap(({ key, samples }) => (samples ? [{ key, ...samples }] : []));
  const [first] = found;
  if (!first || found.length < keys.length) return undefined;
  const data = found.reduce((sum, { length }) => sum + length, 0);
  const head = headerOf(first.format, data);
  const bytes = HEADER + data;
  return { about, contentType: 'audio/wav', bytes, etag: etagOf(keys, bytes), read: (span) => joined(storage, head, found, span) };
}

interface Samples {
  /** What the file says of its samples. */
  readonly format: Buffer;
  readonly from: number;
  readonly length: number;
}

async function* joined(
  storage: MediaStorage,
  head: Buffer,
  parts: readonly (Samples & { readonly key: string })[],
  { from, to }: Span,
): AsyncGenerator<Uint8Array> {
  if (from < HEADER) yield head.subarray(from, to + 1);
  let at = HEADER;
  for (const part of parts) {
    const [first, last] = [Math.max(from, at) - at, Math.min(to, at + part.length - 1) - at];
    if (first <= last) yield* spanOf(storage, part.key, { from: part.from + first, to: part.from + last });
    at += part.length;
  }
}

async function* spanOf(storage: MediaStorage, key: string, span: Span): AsyncGenerator<Uint8Array> {
  const found = await storage.get(key, span);
  if (!found) throw new Error(`${key} was deleted while it was being served`);
  yield* found.content;
}

async function samplesOf(storage: MediaStorage, key: string): Promise<Samples | null> {
  const found = await storage.get(key, { from: 0, to: LOOKED_AT - 1 });
  if (!found) return null;
  const read: Uint8Array[] = [];
  for await (const piece of found.content) read.push(piece);
  const file = Buffer.concat(read);
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4)) {
    const name = file.toString('latin1', at, at + 4);
    if (name === 'fmt ') format = file.subarray(at + 8, at + 24);
    // an engine that died has not said how long it is: what there is counts
    if (name === 'data' && format) {
      const length = Math.min(file.readUInt32LE(at + 4) || Infinity, found.bytes - at - 8);
      return { format, from: at + 8, length: length - (length % 2) };
    }
  }
  throw new Error(`${key} is no WAV file`);
}

function headerOf(format: Buffer, data: number): Buffer {
  const head = Buffer.alloc(HEADER);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  format.copy(head, 20);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data, 40);
  return head;
}
