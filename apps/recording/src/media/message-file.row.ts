/** A file of a Number's message, as the directory names it. */
export interface MessageFileRef {
  readonly id: string;
}
