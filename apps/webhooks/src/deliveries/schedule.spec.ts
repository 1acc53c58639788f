import { ATTEMPTS, nextAttempt, pauseUntil } from './schedule.ts';

const NOW = new Date('2026-01-05T10:00:00.000Z');
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const SCHEDULE = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

it('is that of Standard Webhooks: ten attempts over three days', () => {
  expect(ATTEMPTS).toBe(10);
  expect(SCHEDULE.map((_, i) => Number(nextAttempt(i + 1, NOW, 0)) - Number(NOW))).toEqual(SCHEDULE);
  expect(nextAttempt(10, NOW, 0)).toBeNull();
});

it('is late by chance, a fifth at most, and never early', () => {
  for (const [i, delay] of SCHEDULE.entries())
    for (const chance of [0, 0.001, 0.5, 0.999]) {
      const after = Number(nextAttempt(i + 1, NOW, chance)) - Number(NOW);
      expect(after).toBeGreaterThanOrEqual(delay);
      expect(after).toBeLessThanOrEqual(delay * 1.2);
    }
  expect(new Set([0, 0.3, 0.9].map((chance) => Number(nextAttempt(3, NOW, chance)))).size).toBe(3);
});

it.each([
  ['120', '2026-01-05T10:02:00.000Z'],
  ['Mon, 05 Jan 2026 11:00:00 GMT', '2026-01-05T11:00:00.000Z'],
  ['999999999', '2026-01-06T10:00:00.000Z'], // a day at most
  ['0', null],
  ['Mon, 05 Jan 2026 09:00:00 GMT', null], // it is over
  ['soon', null],
  ['-5', null],
  [null, null],
])('Retry-After: %s', (header, until) => expect(pauseUntil(header, NOW)?.toISOString() ?? null).toBe(until));
