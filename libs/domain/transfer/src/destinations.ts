import { refuse, type Refusal } from '@cordboard/decider';

/** A phone number outside the account, and what is known of it. */
export interface Destination {
  /** E.164, as far as it can be. */
  readonly e164: string;
  /** Whether such a number can exist in its country's plan. */
  readonly valid: boolean;
  /** ISO 3166; null where it belongs to none, like a satellite phone's. */
  readonly country: string | null;
  readonly tariff: 'ORDINARY' | CostlyTariff;
  /** What kind of short number of the account's country it is; null: it is none. */
  readonly short: 'EMERGENCY' | 'OTHER' | null;
}

/** Kinds of numbers that cost whoever calls them more than a call. */
export type CostlyTariff = 'PREMIUM_RATE' | 'SHARED_COST' | 'SATELLITE';

/** What an account lets its agents dial. */
export interface DiallingPolicy {
  /** ISO 3166; empty: all. */
  readonly allowedCountries: readonly string[];
  /** E.164. */
  readonly blockedNumbers: readonly string[];
  readonly allowedTariffs: readonly CostlyTariff[];
  readonly shortNumbersAllowed: boolean;
}

/**
 * Why a number outside the account must not be dialled; null where it may be (D2). Whether it exists comes first: a typing mistake is
 * not a matter for an administrator. An emergency number may be, by everybody (D22).
 */
export function whyNotDialled(
  destination: Destination,
  policy: DiallingPolicy,
  mayDialOut: boolean,
): Refusal<'INVALID_DESTINATION' | 'FORBIDDEN_DESTINATION'> | null {
  const { e164, valid, country, short } = destination;
  if (short === 'EMERGENCY') return null;
  if (!valid) return refuse('INVALID_DESTINATION', `${e164} is not a phone number that exists.`, 'Check the country code and the digits.');
  if (!mayDialOut)
    return refuse(
      'FORBIDDEN_DESTINATION',
      'You may not dial numbers outside the account.',
      'Choose a colleague, a team or a Number of the account, or ask an administrator for the right to dial out.',
    );
  const costly = whyTooCostly(destination, policy);
  if (costly) return costly;
  if (policy.allowedCountries.length > 0 && !policy.allowedCountries.includes(country ?? ''))
    return refuse(
      'FORBIDDEN_DESTINATION',
      `This account does not dial ${country === null ? 'numbers of no country' : `numbers of ${country}`}.`,
      'Choose another number, or ask an administrator to allow the country.',
    );
  if (policy.blockedNumbers.includes(e164))
    return refuse(
      'FORBIDDEN_DESTINATION',
      `${e164} is blocked in this account.`,
      'Choose another number, or ask an administrator to unblock it.',
    );
  return null;
}

/** Why a short number, or one of a costly kind, must not be dialled or forwarded to; null where it may be (D22). */
export function whyTooCostly(
  { tariff, short }: Pick<Destination, 'tariff' | 'short'>,
  policy: Pick<DiallingPolicy, 'allowedTariffs' | 'shortNumbersAllowed'>,
): Refusal<'FORBIDDEN_DESTINATION'> | null {
  if (short === 'OTHER' && !policy.shortNumbersAllowed)
    return refuse('FORBIDDEN_DESTINATION', 'This account dials no short numbers but those of emergency services.', ASK_FOR_THE_KIND);
  if (tariff === 'ORDINARY' || policy.allowedTariffs.includes(tariff)) return null;
  return TOO_COSTLY[tariff];
}
const ASK_FOR_THE_KIND = 'Choose another number, or ask an administrator to allow this kind of number.';
const TOO_COSTLY: Readonly<Record<CostlyTariff, Refusal<'FORBIDDEN_DESTINATION'>>> = {
  PREMIUM_RATE: refuse('FORBIDDEN_DESTINATION', 'This account does not dial premium-rate numbers.', ASK_FOR_THE_KIND),
  SHARED_COST: refuse('FORBIDDEN_DESTINATION', 'This account does not dial shared-cost numbers.', ASK_FOR_THE_KIND),
  SATELLITE: refuse('FORBIDDEN_DESTINATION', 'This account does not dial satellite numbers.', ASK_FOR_THE_KIND),
};

/** The countries whose numbers this agent may dial; null: all, and numbers of no country. The same rule, for a list to be read by. */
export function countriesDialled(policy: DiallingPolicy, mayDialOut: boolean): readonly string[] | null {
  if (!mayDialOut) return [];
  return policy.allowedCountries.length === 0 ? null : policy.allowedCountries;
}
