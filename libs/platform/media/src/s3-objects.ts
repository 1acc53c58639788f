import type { S3Client } from '@aws-sdk/client-s3';
import type { Media } from '@cordboard/contracts';
import { CannotStart } from '@cordboard/platform-process';
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkKey, type MediaStorage, type Span, type StoredMedia } from './storage.ts';

/** The SDK is loaded by those alone who use a bucket: it takes its time, and memory. */
const load = async () => ({ ...(await import('@aws-sdk/client-s3')), ...(await import('@aws-sdk/lib-storage')) });

/**
 * The storage as objects of a bucket (Amazon S3, or what speaks its protocol). What is put goes up in parts, each with its checksum,
 * and becomes an object once the last has arrived; parts of a process that died are the bucket's to expire
 * (AbortIncompleteMultipartUpload).
 */
export class S3Objects implements MediaStorage {
  private constructor(
    private readonly sdk: Awaited<ReturnType<typeof load>>,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  /**
   * `s3://bucket/prefix?endpoint=https://…&region=…&pathStyle=true`; who may write comes from the usual AWS_* environment.
   * @throws CannotStart where there is no such bucket for us
   */
  static async open(url: URL): Promise<S3Objects> {
    const { endpoint, region, pathStyle } = Object.fromEntries(url.searchParams) as Record<string, string | undefined>;
    const sdk = await load();
    const client = new sdk.S3Client({
      ...(endpoint ? { endpoint } : {}),
      region: region ?? process.env['AWS_REGION'] ?? 'us-east-1',
      forcePathStyle: pathStyle === 'true',
      requestChecksumCalculation: 'WHEN_REQUIRED', // the upload asks for its own; others' servers refuse what they do not know
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket: url.hostname }));
    } catch (error) {
      client.destroy();
      const why = error instanceof Error ? `${error.name} ${error.message}`.trim() : String(error);
      throw new CannotStart(`Media cannot be kept in the bucket ${url.hostname} (MEDIA_URL): ${why}.`);
    }
    return new S3Objects(sdk, client, url.hostname, prefix === '' ? '' : `${prefix}/`);
  }

  async put(key: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<Media> {
    const hash = createHash('sha256');
    const read: Read = { bytes: 0, failure: undefined };
    const upload = new this.sdk.Upload({
      client: this.client,
      params: {
        ...this.object(key),
        Body: Readable.from(measured(content, hash, read), { objectMode: false }),
        ContentType: contentType,
        ChecksumAlgorithm: 'SHA256',
      },
      leavePartsOnError: false,
    });
    await upload.done().catch((error: unknown) => {
      throw read.failure ?? error; // who reads the content is told what is wrong with it, not what came of the upload
    });
    return { key, contentType, bytes: read.bytes, sha256: hash.digest('hex') };
  }

  async get(key: string, span?: Span): Promise<StoredMedia | null> {
    const object = this.object(key);
    const whole = span ? await this.head(key) : null;
    if (span && !whole) return null;
    if (span && whole && (span.from >= whole.bytes || span.to < span.from)) return { bytes: whole.bytes, content: Readable.from([]) };
    const range = span ? { Range: `bytes=${span.from}-${span.to}` } : {};
    const found = await unlessMissing(this.client.send(new this.sdk.GetObjectCommand({ ...object, ...range })));
    return found && { bytes: whole?.bytes ?? found.ContentLength ?? 0, content: found.Body as Readable };
  }

  async head(key: string): Promise<Pick<StoredMedia, 'bytes'> | null> {
    const found = await unlessMissing(this.client.send(new this.sdk.HeadObjectCommand(this.object(key))));
    return found && { bytes: found.ContentLength ?? 0 };
  }

  async delete(key: string): Promise<void> {
    await unlessMissing(this.client.send(new this.sdk.DeleteObjectCommand(this.object(key))));
  }

  /** Lets go of its connections. */
  close(): void {
    this.client.destroy();
  }

  private object(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.bucket, Key: `${this.prefix}${key}` };
  }
}

/** How much of the content was read, and what kept it from being read on. */
interface Read {
  bytes: number;
  failure: unknown;
}

async function* measured(content: AsyncIterable<Uint8Array>, hash: Hash, read: Read): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of content) {
      hash.update(piece);
      read.bytes += piece.length;
      yield piece;
    }
  } catch (error) {
    read.failure = error;
    throw error;
  }
}

const unlessMissing = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
    throw error;
  });
