import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaUrls } from './media-urls.ts';
import { urlSecret } from './secret.ts';

const KEY = 'voicemail/demo/a.wav';
const bob = { agentId: 'bob', account: 'demo' };
const NOW = Date.parse('2026-01-05T10:00:00.000Z');
const urls = new MediaUrls('a secret of this spec', 'https://calls.example/telephony/');

const opened = (url: string, o: { key?: string; now?: number; change?: Record<string, string>; with?: MediaUrls } = {}) => {
  const query = { ...Object.fromEntries(new URL(url).searchParams), ...o.change };
  return (o.with ?? urls).check(o.key ?? KEY, query, o.now ?? NOW);
};

describe('an address of a file', () => {
  it('leads through the gateway, and says whom it was given to', () => {
    const url = urls.sign(KEY, bob, NOW);
    expect(url).toMatch(/^https:\/\/calls\.example\/telephony\/media\/voicemail\/demo\/a\.wav\?/);
    expect(opened(url)).toEqual(bob);
  });

  it('can be opened for five minutes', () => {
    const url = urls.sign(KEY, bob, NOW);
    expect(opened(url, { now: NOW + 299_000 })).toEqual(bob);
    expect(opened(url, { now: NOW + 300_000 })).toBeNull();
  });

  it.each(['account', 'agent', 'expires', 'signature'])('opens nothing with another %s', (name) => {
    const url = urls.sign(KEY, bob, NOW);
    const value = new URL(url).searchParams.get(name) ?? '';
    const other = name === 'expires' ? String(Number(value) + 60) : `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`;
    expect(opened(url, { change: { [name]: other } })).toBeNull();
    expect(opened(url, { change: { [name]: '' } })).toBeNull();
  });

  it('opens no other file, and nothing where the secret is another', () => {
    const url = urls.sign(KEY, bob, NOW);
    expect(opened(url, { key: 'voicemail/demo/b.wav' })).toBeNull();
    expect(opened(url, { with: new MediaUrls('another secret', 'https://calls.example') })).toBeNull();
  });

  it('is nothing without its parts, or with one of them twice', () => {
    expect(urls.check(KEY, {}, NOW)).toBeNull();
    const query = Object.fromEntries(new URL(urls.sign(KEY, bob, NOW)).searchParams);
    expect(urls.check(KEY, { ...query, agent: ['bob', 'bob'] }, NOW)).toBeNull();
  });
});

describe('the secret', () => {
  it('is the one that is given', async () => expect(await urlSecret('given', '/nowhere')).toBe('given'));

  it('is made once for all who share the media, and can be read by nobody else', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cordboard-media-'));
    const [first, second] = [await urlSecret(undefined, dir), await urlSecret(undefined, dir)];
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(second).toBe(first);
    expect((await stat(join(dir, '.url-secret'))).mode & 0o777).toBe(0o600);
    await rm(dir, { recursive: true });
  });

  it('keeps a service from starting where there is none and none can be kept', async () => {
    await expect(urlSecret(undefined, '/nowhere')).rejects.toThrow(/set MEDIA_URL_SECRET/);
  });
});
