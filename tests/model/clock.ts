/** When every story begins, in ms. */
export const BEGAN = Date.UTC(2026, 0, 5, 10);

/** The time that everybody reads: it stands still while things happen. */
export class Clock {
  private now = BEGAN;
  private readonly real = globalThis.Date;

  install(): void {
    const read = (): number => this.now;
    globalThis.Date = class extends this.real {
      constructor(...given: [] | [number | string | Date]) {
        if (given.length === 0) super(read());
        else super(given[0]);
      }
      static override now = read;
    } as DateConstructor;
  }

  uninstall(): void {
    globalThis.Date = this.real;
  }

  /** A second goes by. @returns how many have since the beginning */
  tick(): number {
    this.now += 1_000;
    return (this.now - BEGAN) / 1_000;
  }
}

/** Numbers from 0 to 1 that follow from a seed (Mulberry32). */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
