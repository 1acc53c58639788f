import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { newId } from '@cordboard/platform-process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { openMedia, S3Objects } from './index.ts';
import { storageContract } from './storage.contract.ts';

let dir: string;
let server: S3rver;
let endpoint: string;
let admin: S3Client;
const opened: S3Objects[] = [];

beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
  dir = await mkdtemp(join(tmpdir(), 'cordboard-s3-'));
  server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: dir });
  const { port } = (await server.run()) as AddressInfo;
  endpoint = `http://127.0.0.1:${port}`;
  admin = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
});
afterAll(async () => {
  for (const storage of opened) storage.close();
  admin.destroy();
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

async function bucket(): Promise<string> {
  const name = `media-${newId()}`;
  await admin.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}
async function open(name: string, path = ''): Promise<S3Objects> {
  const storage = await S3Objects.open(new URL(`s3://${name}${path}?endpoint=${encodeURIComponent(endpoint)}&pathStyle=true`));
  opened.push(storage);
  return storage;
}
async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

storageContract('objects of a bucket', async () => open(await bucket()));

it('keeps them under the prefix, with the type that they were put with', async () => {
  const name = await bucket();
  const storage = await open(name, '/cordboard/eu');
  await storage.put('voicemail/a.wav', once('hello'), 'audio/wav');
  const { ContentType, Body } = await admin.send(new GetObjectCommand({ Bucket: name, Key: 'cordboard/eu/voicemail/a.wav' }));
  expect([ContentType, await Body?.transformToString()]).toEqual(['audio/wav', 'hello']);
});

it('leaves nothing in the bucket of content that breaks off after many parts', async () => {
  const name = await bucket();
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 12; i += 1) yield Buffer.alloc(1_024 * 1_024);
    throw new Error('the engine is gone');
  };
  await expect((await open(name)).put('a', broken(), 'audio/wav')).rejects.toThrow('the engine is gone');
  expect((await admin.send(new ListObjectsV2Command({ Bucket: name }))).KeyCount).toBe(0);
});

it('cannot start without its bucket, and says which setting to change', async () => {
  const url = `s3://nowhere-${newId()}?endpoint=${encodeURIComponent(endpoint)}&pathStyle=true`;
  await expect(openMedia({ MEDIA_DIR: dir, MEDIA_URL: url })).rejects.toThrow(/MEDIA_URL/);
});
