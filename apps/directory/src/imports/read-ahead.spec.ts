import { eventually } from '@cordboard/testing';
import { readAhead } from './read-ahead.ts';

/** Counts up to `end`, and knows how far it was asked and whether it was ended. */
function counter(end: number, failsAt = Infinity) {
  const seen = { asked: 0, isEnded: false };
  async function* count(): AsyncGenerator<number> {
    try {
      for (let i = 1; i <= end; i += 1) {
        seen.asked = i;
        if (i === failsAt) throw new Error(`no ${i}`);
        yield i;
      }
    } finally {
      seen.isEnded = true;
    }
  }
  return { seen, numbers: count() };
}

it('gives all in order, one of them read ahead', async () => {
  const { seen, numbers } = counter(4);
  const given: [number, number][] = [];
  for await (const number of readAhead(numbers)) given.push([number, seen.asked]);
  expect(given).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 4],
  ]);
});

it('ends what it reads from where nobody reads on', async () => {
  const { seen, numbers } = counter(1_000);
  for await (const number of readAhead(numbers)) if (number === 3) break;
  await eventually(() => seen.isEnded);
  expect(seen.asked).toBe(4);
});

it('tells a fault when its turn comes', async () => {
  const given: number[] = [];
  const read = async (): Promise<void> => {
    for await (const number of readAhead(counter(5, 3).numbers)) given.push(number);
  };
  await expect(read()).rejects.toThrow('no 3');
  expect(given).toEqual([1, 2]);
});
