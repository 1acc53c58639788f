import type { Media } from '@cordboard/contracts';
import { z } from 'zod';

/** Where media lie: a directory that all who put and all who serve them share, or a bucket, as `s3://bucket?endpoint=https://…`. */
export const mediaEnvironment = {
  MEDIA_DIR: z.string().min(1).default('.data/media'),
  MEDIA_URL: z.url({ protocol: /^s3$/, error: 'is to be like s3://bucket?endpoint=https://storage.example' }).optional(),
};

/** A key is a path of plain names: letters, digits, `_`, `-`, and dots inside of a name; 200 characters at most. */
const KEY = /^(?=.{1,200}$)[\w-]+(\.[\w-]+)*(\/[\w-]+(\.[\w-]+)*)*$/;

/** A key of another form: it could lead out of the storage. */
export class NotAKey extends Error {
  constructor(key: string) {
    super(`${JSON.stringify(key.slice(0, 250))} is not a key for media: it is to be a path of plain names.`);
  }
}

/** Bytes of a file, counted from 0; `to` is one of them. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the storage has under a key. */
export interface StoredMedia {
  /** Of the whole file. */
  readonly bytes: number;
  /** The file, or the span of it that was asked for. Whoever asked reads it or destroys it. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The port: all that services ask of a storage for media. What is under a key is whole or not there, whenever somebody looks and
 * whatever ends meanwhile; once `put` has answered it outlives a crash. What a file is (`Media`) is kept by whoever put it, in its
 * own tables. Every method @throws NotAKey
 */
export interface MediaStorage {
  /** Keeps content under a key, in the place of what was there. Repeated with the same content, it comes to the same. */
  put(key: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<Media>;
  /** @returns null where there is nothing. A span that reaches beyond the end goes to the end. */
  get(key: string, span?: Span): Promise<StoredMedia | null>;
  head(key: string): Promise<Pick<StoredMedia, 'bytes'> | null>;
  /** Of nothing: nothing. */
  delete(key: string): Promise<void>;
}

/** @throws NotAKey */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new NotAKey(key);
}
