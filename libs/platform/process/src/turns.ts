/** Work on one thing waits for the work on it that came before; things are worked on beside each other. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** Begins at once where nothing came before. What fails does not hold up what comes after. @returns what the work does, or its failure */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const turn = before ? before.then(work) : work();
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, over);
    void over.then(() => this.last.get(key) === over && this.last.delete(key));
    return turn;
  }

  /** Resolves when all that has been begun or waits now is over. */
  async over(): Promise<void> {
    await Promise.all(this.last.values());
  }
}
