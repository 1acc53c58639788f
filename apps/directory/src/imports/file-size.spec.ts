import { FileTooLong, upTo } from './file-size.ts';

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

it('a file is read to its limit and no further', async () => {
  const read: number[] = [];
  for await (const chunk of upTo(10, chunks(4, 6))) read.push(chunk.length);
  expect(read).toEqual([4, 6]);
  const more = upTo(10, chunks(4, 6, 1));
  expect([(await more.next()).value?.length, (await more.next()).value?.length]).toEqual([4, 6]);
  await expect(more.next()).rejects.toBeInstanceOf(FileTooLong);
});
