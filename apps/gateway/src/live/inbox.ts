/** What comes in is taken one at a time, in order, however long each takes; what `opened` waits for is taken before all of it. */
export class Inbox<T> {
  private turn: Promise<void>;

  constructor(
    opened: Promise<void>,
    private readonly take: (item: T) => Promise<void> | void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.turn = opened.catch(() => undefined); // whoever opens it is told
  }

  push(item: T): void {
    this.turn = this.turn.then(() => this.take(item)).catch(this.failed);
  }

  /** Resolves once everything that has come in so far is taken. */
  settled(): Promise<void> {
    return this.turn;
  }
}
