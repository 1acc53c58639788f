import { tooOldBefore } from './index.ts';

it.each<[days: number | null, before: string | null]>([
  [null, null],
  [1, '2026-03-01T10:00:00.000Z'],
  [30, '2026-01-31T10:00:00.000Z'],
])('kept for %s days, what began before %s is too old', (days, before) => {
  expect(tooOldBefore(days, '2026-03-02T10:00:00.000Z')).toBe(before);
});
