import { connection, page, type PlacePart } from './connection.ts';

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const cursorOf = (place: unknown): string => encoded(Array.isArray(place) ? ['rows', ...(place as unknown[])] : place);
const rows = <const Parts extends readonly PlacePart[]>(parts: Parts) => ({ list: 'rows', parts });

it('begins behind the place that a cursor of ours names', () => {
  const place = ['2026-11-22T17:00:00.000Z', 'c1'];
  const [edge] = connection([1], { list: 'rows', size: 1, after: null, place: () => place, node: (row) => row }).edges;
  expect(page({ first: 2, after: edge?.cursor }, rows(['time', 'text']))).toEqual({ list: 'rows', size: 2, limit: 3, after: place });
});

it('begins at the beginning without one', () => {
  for (const after of [undefined, null])
    expect(page({ after }, rows(['text']))).toEqual({ list: 'rows', size: 20, limit: 21, after: null });
});

it('a count may be as large as a bigint', () => {
  expect(page({ after: cursorOf(['9223372036854775807']) }, rows(['count'])).after).toEqual(['9223372036854775807']);
});

it.each<[readonly PlacePart[], unknown]>([
  [
    ['time', 'text'],
    ['x', 'y'],
  ],
  [['time', 'text'], ['x']],
  [['time', 'text'], ['2026-11-22T17:00:00.000Z']],
  [
    ['time', 'text'],
    ['2026-11-22T17:00:00.000Z', 'x', 'y'],
  ],
  [
    ['time', 'text'],
    ['0000-01-01T00:00:00.000Z', 'x'],
  ],
  [
    ['time', 'text'],
    ['infinity', 'x'],
  ],
  [
    ['time', 'text'],
    ['2026-11-22T17:00:00.000Z', 'a\0'],
  ],
  [
    ['text', 'text'],
    ['\0', 'x'],
  ],
  [
    ['text', 'text'],
    ['x', null],
  ],
  [['text', 'text'], { 0: 'x', 1: 'y', length: 2 }],
  [['count'], ['9223372036854775808']],
  [['count'], ['9999999999999999999', 'x']],
  [['count'], ['-1']],
  [['count'], ['1e3']],
  [['count'], [1]],
  [['count'], []],
  [['count'], 'x'],
  [['count'], null],
])('a place of %j is not %j', (parts, place) => {
  expect(() => page({ after: cursorOf(place) }, rows(parts))).toThrow('after is not a cursor of this list.');
});

it.each(['', 'nonsense', '%%%'])('%j is no cursor', (after) => {
  expect(() => page({ after }, rows(['text']))).toThrow('after is not a cursor of this list.');
});

it('a cursor of another list is none of this one, though its place could be here', () => {
  const [edge] = connection([1], { list: 'others', size: 1, after: null, place: () => ['a', 'b'], node: (row) => row }).edges;
  expect(() => page({ after: edge?.cursor }, rows(['text', 'text']))).toThrow('after is not a cursor of this list.');
  expect(() => page({ after: encoded(['a', 'b']) }, rows(['text', 'text']))).toThrow('after is not a cursor of this list.');
});
