import { eventually } from '@cordboard/testing';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalFiles } from './index.ts';
import { storageContract } from './storage.contract.ts';

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
async function text(key: string): Promise<string | null> {
  const found = await storage.get(key);
  if (!found) return null;
  const read: Uint8Array[] = [];
  for await (const piece of found.content) read.push(piece);
  return Buffer.concat(read).toString();
}
const unfinished = (): Promise<string[]> => readdir(join(dir, '.unfinished'));

storageContract('files of a directory', () => Promise.resolve(storage));

it('leaves nothing unfinished, whether it was put or broke off', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('the engine is gone');
  };
  await storage.put('a', pieces('whole'), 'text/plain');
  await expect(storage.put('b', broken(), 'text/plain')).rejects.toThrow('the engine is gone');
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
    await eventually(half, (written) => written === 'half', 60_000); // a process that loads everything first
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
}, 90_000);

it('cannot start where it cannot write, and says which setting to change', async () => {
  await mkdir(join(dir, 'x'));
  await writeFile(join(dir, 'x/file'), '');
  await expect(LocalFiles.open(join(dir, 'x/file'))).rejects.toThrow(/MEDIA_DIR/);
});
