/** What an agent can be reached on. */
export interface Reach {
  /** An app of theirs is alive. */
  readonly hasApp: boolean;
  /** Of each phone that the call engine knows of theirs: whether it can be rung. */
  readonly phones: readonly boolean[];
}

/**
 * Whether calls can reach an agent (D15): an app is alive, and where there are phones, one of them can be rung. A phone alone signs
 * nobody in: one stands on the desk at night, too. An app alone rings where the engine knows no phone of theirs.
 */
export const isReachable = ({ hasApp, phones }: Reach): boolean => hasApp && (phones.length === 0 || phones.includes(true));
