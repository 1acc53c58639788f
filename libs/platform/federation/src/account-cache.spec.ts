import { AccountCache } from './account-cache.ts';

const KIB = 1_024;
const cacheOf = () => new AccountCache<{ n: number }>({ accountBytes: 64 * KIB, anonymousBytes: 16 * KIB, totalBytes: 192 * KIB });
const text = (n: number, bytes: number): string => `${n}`.padEnd(bytes, ' ');

it('A flood of one account evicts nothing of another account', () => {
  const cache = cacheOf();
  cache.set('quiet', 'document', { n: 1 });
  for (let n = 0; n < 1_000; n += 1) cache.set('loud', text(n, 4 * KIB), { n });
  expect(cache.get('quiet', 'document')).toEqual({ n: 1 });
  expect(cache.get('loud', text(999, 4 * KIB))).toEqual({ n: 999 });
  expect(cache.get('loud', text(0, 4 * KIB))).toBeUndefined();
});

it('Requests without a token have a small share of their own, whatever an account is called', () => {
  const cache = cacheOf();
  cache.set('', 'document', { n: 1 });
  for (let n = 0; n < 1_000; n += 1) cache.set(null, text(n, KIB), { n });
  expect(cache.bytes).toBeLessThanOrEqual(18 * KIB);
  expect(cache.get('', 'document')).toEqual({ n: 1 });
  expect(cache.get(null, 'document')).toBeUndefined();
});

it('An account keeps as many bytes as its share, however small its documents are', () => {
  const cache = cacheOf();
  for (let n = 0; n < 10_000; n += 1) cache.set('loud', `${n}`, { n });
  expect(cache.bytes).toBeLessThanOrEqual(64 * KIB);
  expect(cache.bytes).toBeGreaterThan(60 * KIB);
});

it('An entry larger than its share is not kept', () => {
  const cache = cacheOf();
  cache.set('loud', text(1, 65 * KIB), { n: 1 });
  expect([cache.get('loud', text(1, 65 * KIB)), cache.bytes]).toEqual([undefined, 0]);
});

it('All accounts together keep the total: the one that was used least recently goes first', () => {
  const cache = cacheOf();
  for (const account of ['a', 'b', 'c']) for (let n = 0; n < 15; n += 1) cache.set(account, text(n, 3 * KIB), { n });
  cache.get('a', text(14, 3 * KIB));
  for (let n = 0; n < 15; n += 1) cache.set('d', text(n, 3 * KIB), { n });
  expect(cache.bytes).toBeLessThanOrEqual(192 * KIB);
  expect(['a', 'b', 'c', 'd'].map((account) => cache.get(account, text(14, 3 * KIB))?.n)).toEqual([14, undefined, 14, 14]);
});

it('A deleted entry counts for nothing', () => {
  const cache = cacheOf();
  cache.set('a', 'document', { n: 1 });
  cache.delete('a', 'document');
  expect([cache.get('a', 'document'), cache.bytes]).toEqual([undefined, 0]);
});
