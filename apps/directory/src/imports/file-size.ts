/** The longest file of contacts, in bytes: 256 MiB, some hundreds of bytes for each of a million rows. */
export const LONGEST_FILE = 268_435_456;

/** Thrown where a file goes on beyond its limit. */
export class FileTooLong extends Error {}

/** The bytes of a file as they come. @throws FileTooLong before the chunk that exceeds `limit`, in bytes */
export async function* upTo(limit: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > limit) throw new FileTooLong();
    yield chunk;
  }
}
