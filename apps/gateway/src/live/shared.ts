/** Something that many hold at once: made for the first, and let go of a while after the last. */
export class Shared<Key, Thing> {
  private readonly held = new Map<string, { readonly thing: Promise<Thing>; isMade: boolean; holders: number; timer?: NodeJS.Timeout }>();

  /** @param lingerMs whoever comes back within this finds it as it was */
  constructor(
    private readonly o: {
      readonly keyOf: (key: Key) => string;
      readonly make: (key: Key) => Promise<Thing>;
      readonly end: (thing: Thing) => Promise<void> | void;
      readonly lingerMs: number;
    },
  ) {}

  get size(): number {
    return this.held.size;
  }

  /** @throws what making it threw: then nobody holds it. @returns the thing, and how to let go of it */
  async hold(key: Key): Promise<{ readonly thing: Thing; readonly leave: () => void }> {
    const name = this.o.keyOf(key);
    const held = this.held.get(name) ?? { thing: this.o.make(key), isMade: false, holders: 0 };
    this.held.set(name, held);
    clearTimeout(held.timer);
    held.holders += 1;
    try {
      const thing = await held.thing;
      held.isMade = true;
      let left = false;
      return {
        thing,
        leave: () => {
          if (left) return;
          left = true;
          held.holders -= 1;
          if (held.holders === 0) held.timer = setTimeout(() => void this.endOf(name), this.o.lingerMs);
        },
      };
    } catch (error) {
      if (this.held.get(name) === held) this.held.delete(name);
      throw error;
    }
  }

  /** Ends all of them, whoever holds them. One that is still being made, since what it needs is away, is not waited for: it ends once it is made. */
  async endAll(): Promise<void> {
    const ended = [...this.held].map(([name, { isMade }]) => ({ isMade, over: this.endOf(name) }));
    await Promise.all(ended.filter(({ isMade }) => isMade).map(({ over }) => over));
  }

  private async endOf(name: string): Promise<void> {
    const held = this.held.get(name);
    if (!held) return;
    this.held.delete(name);
    clearTimeout(held.timer);
    const thing = await held.thing.catch(() => undefined);
    if (thing !== undefined) await this.o.end(thing);
  }
}
