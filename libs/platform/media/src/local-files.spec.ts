import { eventually } from '@cordboard/testing';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFiles, NotAKey, type Span } from './index.ts';

let dir: string;
let storage: LocalFiles;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cordboard-media-'));
  storage = await LocalFiles.open(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
async function text(key: string, span?: Span): Promise<string | null> {
  const found = await storage.get(key, span);
  if (!found) return null;
  const read: Uint8Array[] = [];
  for await (const piece of found.content) read.push(piece);
  return Buffer.concat(read).toString();
}
const unfinished = (): Promise<string[]> => readdir(join(dir, '.unfinished'));

it('keeps what is put, and says how much it is and its checksum', async () => {
  expect(await storage.put('voicemail/demo/a.wav', pieces('good ', 'morning'), 'audio/wav')).toEqual({
    key: 'voicemail/demo/a.wav',
    contentType: 'audio/wav',
    bytes: 12,
    sha256: createHash('sha256').update('good morning').digest('hex'),
  });
  expect(await text('voicemail/demo/a.wav')).toBe('good morning');
  expect(await storage.head('voicemail/demo/a.wav')).toEqual({ bytes: 12 });
  expect(await unfinished()).toEqual([]);
});

it.each<[Span, string]>([
  [{ from: 0, to: 3 }, 'good'],
  [{ from: 5, to: 5 }, 'm'],
  [{ from: 5, to: 99 }, 'morning'],
  [{ from: 12, to: 20 }, ''],
  [{ from: 6, to: 2 }, ''],
])('gives the bytes of %j', async (span, expected) => {
  await storage.put('a', pieces('good morning'), 'text/plain');
  expect(await text('a', span)).toBe(expected);
});

it('has nothing where nothing was put, and where it was deleted', async () => {
  expect([await text('a/b'), await storage.head('a/b')]).toEqual([null, null]);
  await storage.delete('a/b');
  await storage.put('a/b', pieces('here'), 'text/plain');
  expect(await storage.head('a')).toBeNull();
  await storage.delete('a/b');
  expect([await text('a/b'), await storage.head('a/b')]).toEqual([null, null]);
});

it.each([
  '',
  '/etc/passwd',
  '../a',
  'a/../../b',
  'a/./b',
  'a//b',
  'a/',
  '.hidden',
  '.unfinished/a',
  'a\\b',
  'a\0',
  'ä',
  'a b',
  'x'.repeat(201),
])('refuses the key %j', async (key) => {
  await expect(storage.put(key, pieces('x'), 'text/plain')).rejects.toThrow(NotAKey);
  await expect(storage.get(key)).rejects.toThrow(NotAKey);
  await expect(storage.head(key)).rejects.toThrow(NotAKey);
  await expect(storage.delete(key)).rejects.toThrow(NotAKey);
});

it('shows nothing of what is being put, and the former content until it is replaced', async () => {
  await storage.put('a', pieces('old'), 'text/plain');
  const seen: (string | null)[] = [];
  const looking = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('ne');
    seen.push(await text('a'), await text('b'));
    yield Buffer.from('w');
  };
  await storage.put('b', looking(), 'text/plain');
  await storage.put('a', looking(), 'text/plain');
  expect(seen).toEqual(['old', null, 'old', 'new']);
  expect(await text('a')).toBe('new');
});

it('keeps nothing of content that breaks off', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('the engine is gone');
  };
  await expect(storage.put('a', broken(), 'text/plain')).rejects.toThrow('the engine is gone');
  expect(await text('a')).toBeNull();
  expect(await unfinished()).toEqual([]);
});

it('shows nothing of what a process was putting when it died, and clears it away once it is old enough', async () => {
  const program = `
    import { LocalFiles } from './libs/platform/media/src/index.ts';
    const storage = await LocalFiles.open(process.argv[1]);
    async function* endless() { yield Buffer.from('half'); await new Promise((never) => setInterval(never, 1e9)); }
    await storage.put('a', endless(), 'text/plain');`;
  const child = spawn(process.execPath, ['--import', './tools/register.mjs', '--input-type=module', '-e', program, dir], {
    cwd: join(import.meta.dirname, '../../../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((tell) => child.once('exit', tell));
  const half = async (): Promise<string> => {
    const [name] = await unfinished();
    return name ? readFile(join(dir, '.unfinished', name), 'utf8') : '';
  };
  try {
    await eventually(half, (written) => written === 'half');
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
  expect(await text('a')).toBeNull();
  await LocalFiles.open(dir);
  expect(await unfinished()).toHaveLength(1); // it may be somebody's who is still writing
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  for (const name of await unfinished()) await utimes(join(dir, '.unfinished', name), twoHoursAgo, twoHoursAgo);
  await LocalFiles.open(dir);
  expect(await unfinished()).toEqual([]);
});

it('cannot start where it cannot write, and says which setting to change', async () => {
  await mkdir(join(dir, 'x'));
  await writeFile(join(dir, 'x/file'), '');
  await expect(LocalFiles.open(join(dir, 'x/file'))).rejects.toThrow(/MEDIA_DIR/);
});
