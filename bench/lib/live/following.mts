/** What is said to `listeners` from now on, one after the other: the source of a subscription of graphql-ws. */
export async function* following(listeners: Set<(said: unknown) => void>): AsyncGenerator<{ readonly presence: unknown }> {
  const waiting: unknown[] = [];
  let wake: (() => void) | undefined;
  const listen = (said: unknown): void => (waiting.push(said), wake?.());
  listeners.add(listen);
  try {
    for (;;) {
      while (waiting.length > 0) yield { presence: waiting.shift() };
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    listeners.delete(listen);
  }
}
