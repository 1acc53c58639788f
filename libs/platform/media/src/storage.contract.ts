import { createHash } from 'node:crypto';
import { NotAKey, type MediaStorage, type Span } from './index.ts';

/** What every storage for media keeps to (`storage.ts`); `setup` opens an empty one. */
export function storageContract(name: string, setup: () => Promise<MediaStorage>): void {
  describe(`the storage as ${name}`, () => {
    let storage: MediaStorage;
    beforeEach(async () => void (storage = await setup()));

    async function text(key: string, span?: Span): Promise<string | null> {
      const found = await storage.get(key, span);
      if (!found) return null;
      const read: Uint8Array[] = [];
      for await (const piece of found.content) read.push(piece);
      return Buffer.concat(read).toString();
    }

    it('keeps what is put, and says how much it is and its checksum', async () => {
      expect(await storage.put('voicemail/demo/a.wav', pieces('good ', 'morning'), 'audio/wav')).toEqual({
        key: 'voicemail/demo/a.wav',
        contentType: 'audio/wav',
        bytes: 12,
        sha256: createHash('sha256').update('good morning').digest('hex'),
      });
      expect(await text('voicemail/demo/a.wav')).toBe('good morning');
      expect(await storage.head('voicemail/demo/a.wav')).toEqual({ bytes: 12 });
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
    });

    it('keeps what is larger than a part of an upload', async () => {
      const piece = Buffer.alloc(1_024 * 1_024, 'abcdefgh');
      const large = async function* (): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 12; i += 1) yield piece;
      };
      const { bytes, sha256 } = await storage.put('large', large(), 'audio/wav');
      const hash = createHash('sha256');
      for (let i = 0; i < 12; i += 1) hash.update(piece);
      expect({ bytes, sha256 }).toEqual({ bytes: 12 * piece.length, sha256: hash.digest('hex') });
      expect(await text('large', { from: 6 * piece.length - 2, to: 6 * piece.length + 1 })).toBe('ghab');
    });
  });
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
