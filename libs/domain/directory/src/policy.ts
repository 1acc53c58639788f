import { refuse, type Decider } from '@cordboard/decider';

/** What holds for a whole account. */
export interface Policy {
  readonly ringSeconds: number;
  readonly wrapUpSeconds: number;
  readonly tagRequired: boolean;
  /** ISO 3166; empty: all. */
  readonly allowedCountries: readonly string[];
  /** E.164. */
  readonly blockedNumbers: readonly string[];
  readonly recording: 'ON_DEMAND' | 'ALWAYS' | 'NEVER';
}

/** What holds until an administrator says otherwise. */
export const usualPolicy: Policy = {
  ringSeconds: 30,
  wrapUpSeconds: 30,
  tagRequired: false,
  allowedCountries: [],
  blockedNumbers: [],
  recording: 'ON_DEMAND',
};

const seconds = (least: number, most: number) => ({
  allows: (n: number): boolean => Number.isInteger(n) && n >= least && n <= most,
  says: `${least} to ${most} seconds`,
});
/** How long anything may ring (D1). */
export const RING_SECONDS = seconds(5, 120);
/** How long wrap-up may last (D4). */
export const WRAP_UP_SECONDS = seconds(0, 600);
/** How many numbers can be blocked: every commit of the policy tells all of them. */
export const MOST_BLOCKED = 1_000;

/** The policy as it is wanted; which of its countries do not exist was read just before. */
export interface SavePolicy {
  readonly policy: Policy;
  readonly unknownCountries: readonly string[];
}
export interface PolicySaved {
  readonly type: 'saved';
  readonly policy: Policy;
}
export type PolicyRefusal = 'INVALID_RING_SECONDS' | 'INVALID_WRAP_UP_SECONDS' | 'INVALID_COUNTRY' | 'TOO_MANY_NUMBERS';

/** Within which bounds an account may set what holds for all of it. */
export const policies: Decider<SavePolicy, PolicySaved, Policy, PolicyRefusal> = {
  initial: usualPolicy,

  decide: (_, { policy, unknownCountries }) => {
    if (!RING_SECONDS.allows(policy.ringSeconds))
      return refuse('INVALID_RING_SECONDS', `An offer rings ${RING_SECONDS.says}.`, 'Choose a time within these bounds.');
    if (!WRAP_UP_SECONDS.allows(policy.wrapUpSeconds))
      return refuse('INVALID_WRAP_UP_SECONDS', `Wrap-up lasts ${WRAP_UP_SECONDS.says}.`, 'Choose a time within these bounds.');
    if (unknownCountries.length > 0)
      return refuse(
        'INVALID_COUNTRY',
        `There is no country ${unknownCountries.slice(0, 5).join(', ').slice(0, 60)}.`,
        'Write ISO 3166 codes of two letters, like FR; none allows all.',
      );
    if (policy.blockedNumbers.length > MOST_BLOCKED)
      return refuse('TOO_MANY_NUMBERS', `${MOST_BLOCKED} numbers can be blocked at most.`, 'Allow fewer countries instead.');
    return [
      {
        type: 'saved',
        policy: { ...policy, allowedCountries: [...new Set(policy.allowedCountries)], blockedNumbers: [...new Set(policy.blockedNumbers)] },
      },
    ];
  },

  evolve: (_, event) => event.policy,
};
