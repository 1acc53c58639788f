import type { Span } from '@cordboard/platform-media';
import { isKnown, rangeHolds, spanOf } from './range.ts';

it.each<[string | undefined, Span | undefined | null]>([
  [undefined, undefined],
  ['bytes=0-3', { from: 0, to: 3 }],
  ['bytes=9-9', { from: 9, to: 9 }],
  ['bytes=4-', { from: 4, to: 9 }],
  ['bytes=4-100', { from: 4, to: 9 }],
  ['bytes=-3', { from: 7, to: 9 }],
  ['bytes=-100', { from: 0, to: 9 }],
  ['bytes=-0', null],
  ['bytes=10-', null],
  ['bytes=10-12', null],
  ['bytes=5-2', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,4-5', undefined],
  ['lines=0-3', undefined],
])('%s of ten bytes', (header, span) => {
  expect(spanOf(header, 10)).toEqual(span);
});

it('of an empty file is nothing', () => {
  expect([spanOf('bytes=0-', 0), spanOf('bytes=-1', 0)]).toEqual([null, null]);
});

it.each([
  [undefined, true],
  ['"a"', true],
  [' "a" ', true],
  ['"b"', false],
  ['W/"a"', false],
  ['Sat, 29 Oct 1994 19:43:31 GMT', false],
])('If-Range %s lets a range of "a" hold: %s', (header, holds) => expect(rangeHolds(header, '"a"')).toBe(holds));

it.each([
  [undefined, false],
  ['*', true],
  ['"a"', true],
  ['"b", W/"a"', true],
  ['"b"', false],
])('If-None-Match %s knows "a": %s', (header, known) => expect(isKnown(header, '"a"')).toBe(known));
