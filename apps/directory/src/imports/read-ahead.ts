/**
 * What an iterator gives, each asked for while the one before is worked on: reading and writing take turns on the processor while the
 * database works. Holds one more than is asked for; where nobody reads on, the iterator is ended.
 */
export async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (let read = await next; !read.done; read = await next) {
      next = source.next();
      next.catch(() => undefined); // it is told when it is asked for
      yield read.value;
    }
  } finally {
    void source.return(undefined).catch(() => undefined);
  }
}
