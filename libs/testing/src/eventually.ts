/** The shortest and the longest pause between two looks, in ms. */
const SHORTEST = 5;
const LONGEST = 50;

/**
 * Waits for something that will become true: looks again and again until `holds`, and returns what it saw then. Pauses
 * grow with the wait: to look is work for the services, too, and what is waited for is theirs to do.
 * @throws with the last thing seen when it did not become true within `withinMs` (20 s; the machines are slow, the product is not).
 */
export async function eventually<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean = Boolean, withinMs = 20_000): Promise<T> {
  const began = performance.now();
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    const waited = performance.now() - began;
    if (waited > withinMs)
      throw new Error(`it did not become true within ${withinMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST, SHORTEST + waited / 10)));
  }
}
