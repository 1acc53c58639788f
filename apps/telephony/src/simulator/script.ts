export const REACTIONS = ['answer', 'reject', 'busy', 'fail', 'ignore'] as const;
export type Reaction = (typeof REACTIONS)[number];

/** What the phone at an address does when it rings, and how long after, in ms. */
export interface Behaviour {
  readonly onRing: Reaction;
  readonly afterMs: number;
}

/** How addresses react from now on. What nobody scripted rings and is ignored. */
export class Script {
  private readonly byAddress = new Map<string, Behaviour>();
  private readonly pending = new Set<NodeJS.Timeout>();

  set(address: string, behaviour: Behaviour): void {
    this.byAddress.set(address, behaviour);
  }

  /** `act` is called later, unless the address ignores its phone; by then the phone may have stopped ringing. */
  rings(address: string, act: (reaction: Exclude<Reaction, 'ignore'>) => void): void {
    const { onRing, afterMs } = this.byAddress.get(address) ?? { onRing: 'ignore', afterMs: 0 };
    if (onRing === 'ignore') return;
    const timer = setTimeout(() => {
      this.pending.delete(timer);
      act(onRing);
    }, afterMs);
    this.pending.add(timer);
  }

  stop(): void {
    for (const timer of this.pending) clearTimeout(timer);
  }
}
