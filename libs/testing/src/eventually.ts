/**
 * Waits for something that will become true: looks again and again until `holds`, and returns what it saw then.
 * @throws with the last thing seen when it did not become true within `withinMs` (20 s; the machines are slow, the product is not).
 */
export async function eventually<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean = Boolean, withinMs = 20_000): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > until)
      throw new Error(`it did not become true within ${withinMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
