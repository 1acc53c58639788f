import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import { tagsOf } from '@cordboard/domain-presence';

/** What holds for a whole account. */
export interface Policy {
  readonly ringSeconds: number;
  readonly wrapUpSeconds: number;
  readonly tagRequired: boolean;
  /** ISO 3166; empty: all. */
  readonly allowedCountries: readonly string[];
  /** E.164. */
  readonly blockedNumbers: readonly string[];
  /** Kinds of numbers that cost more than a call and may be dialled all the same (D22). */
  readonly allowedTariffs: readonly ('PREMIUM_RATE' | 'SHARED_COST' | 'SATELLITE')[];
  /** Whether short numbers may be dialled besides those of emergency services, which always may (D22). */
  readonly shortNumbersAllowed: boolean;
  readonly recording: 'ON_DEMAND' | 'ALWAYS' | 'NEVER';
  /** Tags that can be chosen; empty: any words. */
  readonly tags: readonly string[];
  readonly consultationsRecorded: boolean;
  /** Null: until somebody deletes them. */
  readonly recordingDays: number | null;
  /** Null: for ever. */
  readonly historyDays: number | null;
  /** The IANA time zone in which hours and days are counted. */
  readonly timeZone: string;
  /** How long an agent is shown as busy after a cold transfer to a colleague, in seconds; 0: not at all (S35). */
  readonly busyAfterColdSeconds: number;
}

/** What holds until an administrator says otherwise. */
export const usualPolicy: Policy = {
  ringSeconds: 30,
  wrapUpSeconds: 30,
  tagRequired: false,
  allowedCountries: [],
  blockedNumbers: [],
  allowedTariffs: [],
  shortNumbersAllowed: false,
  recording: 'ON_DEMAND',
  tags: [],
  consultationsRecorded: false,
  recordingDays: null,
  historyDays: null,
  timeZone: 'UTC',
  busyAfterColdSeconds: 0,
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
/** How long an agent may be shown as busy after a cold transfer (S35). */
const BUSY_SECONDS = seconds(0, 3_600);
/** How long anything is kept at most, in days: a hundred years. */
const MOST_DAYS = 36_500;
/** How many tags an account can offer: people have to find theirs. */
const MOST_LISTED_TAGS = 200;

/** The policy as it is wanted; which of its countries and whether its time zone exist was read just before. */
export interface SavePolicy {
  readonly policy: Policy;
  readonly unknownCountries: readonly string[];
  readonly timeZoneIsKnown: boolean;
}
export interface PolicySaved {
  readonly type: 'saved';
  readonly policy: Policy;
}
export type PolicyRefusal =
  | 'INVALID_RING_SECONDS'
  | 'INVALID_WRAP_UP_SECONDS'
  | 'INVALID_BUSY_SECONDS'
  | 'INVALID_COUNTRY'
  | 'TOO_MANY_NUMBERS'
  | 'INVALID_TAG'
  | 'INVALID_DAYS'
  | 'INVALID_TIME_ZONE';

/** Within which bounds an account may set what holds for all of it. */
export const policies: Decider<SavePolicy, PolicySaved, Policy, PolicyRefusal> = {
  initial: usualPolicy,

  decide: (_, command) => {
    const { policy } = command;
    const refusal = refusedTimes(command) ?? refusedDialling(command);
    if (refusal) return refusal;
    const listed = tagsOf(policy.tags, MOST_LISTED_TAGS);
    if ('refused' in listed) return listed;
    const once = <T>(list: readonly T[]): T[] => [...new Set(list)];
    const { allowedCountries, blockedNumbers, allowedTariffs } = policy;
    const dialling = {
      allowedCountries: once(allowedCountries),
      blockedNumbers: once(blockedNumbers),
      allowedTariffs: once(allowedTariffs),
    };
    return [{ type: 'saved', policy: { ...policy, ...dialling, tags: listed.tags } }];
  },

  evolve: (_, event) => event.policy,
};

const refusedTimes = ({ policy, timeZoneIsKnown }: SavePolicy): Refusal<PolicyRefusal> | null => {
  if (!RING_SECONDS.allows(policy.ringSeconds))
    return refuse('INVALID_RING_SECONDS', `An offer rings ${RING_SECONDS.says}.`, 'Choose a time within these bounds.');
  if (!WRAP_UP_SECONDS.allows(policy.wrapUpSeconds))
    return refuse('INVALID_WRAP_UP_SECONDS', `Wrap-up lasts ${WRAP_UP_SECONDS.says}.`, 'Choose a time within these bounds.');
  if (!BUSY_SECONDS.allows(policy.busyAfterColdSeconds))
    return refuse(
      'INVALID_BUSY_SECONDS',
      `Somebody is busy after a transfer for ${BUSY_SECONDS.says}.`,
      'Choose a time within these bounds.',
    );
  if (![policy.recordingDays, policy.historyDays].every(isDays))
    return refuse('INVALID_DAYS', `Things are kept for 1 to ${MOST_DAYS} days.`, 'Give null to keep them without a limit.');
  return timeZoneIsKnown
    ? null
    : refuse('INVALID_TIME_ZONE', `There is no time zone ${policy.timeZone.slice(0, 60)}.`, 'Write its IANA name, like Europe/Paris.');
};

const isDays = (days: number | null): boolean => days === null || (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS);

const refusedDialling = ({ policy, unknownCountries }: SavePolicy): Refusal<PolicyRefusal> | null => {
  if (unknownCountries.length > 0)
    return refuse(
      'INVALID_COUNTRY',
      `There is no country ${unknownCountries.slice(0, 5).join(', ').slice(0, 60)}.`,
      'Write ISO 3166 codes of two letters, like FR; none allows all.',
    );
  return policy.blockedNumbers.length > MOST_BLOCKED
    ? refuse('TOO_MANY_NUMBERS', `${MOST_BLOCKED} numbers can be blocked at most.`, 'Allow fewer countries instead.')
    : null;
};
