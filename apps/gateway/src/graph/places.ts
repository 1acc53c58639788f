/** Lines and columns of one text, which is read once, however many places are asked for. */
export class Places {
  /** How many ends of lines were met. */
  read = 0;
  private starts: readonly number[] | undefined;

  constructor(private readonly text: string) {}

  /** @param position in characters from the text's beginning @returns its line and column, each from 1 */
  of(position: number): { readonly line: number; readonly column: number } {
    this.starts ??= this.startsOfLines();
    let [at, after] = [0, this.starts.length];
    while (after - at > 1) {
      const middle = (at + after) >> 1;
      if ((this.starts[middle] ?? 0) <= position) at = middle;
      else after = middle;
    }
    return { line: at + 1, column: position - (this.starts[at] ?? 0) + 1 };
  }

  private startsOfLines(): readonly number[] {
    const starts = [0];
    for (const { index, 0: end } of this.text.matchAll(/\r\n|[\n\r]/g)) {
      this.read += 1;
      starts.push(index + end.length);
    }
    return starts;
  }
}
