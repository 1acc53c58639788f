/** Equal questions that are asked at the same time are asked once: whoever comes while one is being answered is given the same answer. */
export class SingleFlight<Answer> {
  private readonly flying = new Map<string, Promise<Answer>>();

  answer(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.flying.get(key);
    if (known) return known;
    const asked = ask().finally(() => this.flying.delete(key));
    this.flying.set(key, asked);
    return asked;
  }
}
