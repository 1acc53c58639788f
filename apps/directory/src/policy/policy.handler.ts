import { isRefusal } from '@cordboard/decider';
import { policies, usualPolicy, type Policy } from '@cordboard/domain-directory';
import type { Outbox } from '@cordboard/platform-messaging';
import { isCountry } from '@cordboard/phone-number';
import { given, type Administration, type Outcome } from '../administration/administration.handler.ts';
import { isTimeZone } from '../time-zone.ts';
import { tellOfPolicy } from './policy.messages.ts';
import { policyOf, savePolicy } from './policy.store.ts';

/** What is wanted of the policy; what is undefined stays as it is. */
export type PolicyChanges = { readonly [Key in keyof Policy]?: Policy[Key] | undefined };

/** Changes what holds for a whole account. */
export class PolicyHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
  ) {}

  update(account: string, changes: PolicyChanges): Promise<Outcome<Policy>> {
    return this.administration.change(async (tx) => {
      const before = (await policyOf(tx, account)) ?? usualPolicy;
      const wanted = { ...before, ...given(changes) };
      const unknownCountries = wanted.allowedCountries.filter((country) => !isCountry(country));
      const outcome = policies.decide(before, { policy: wanted, unknownCountries, timeZoneIsKnown: isTimeZone(wanted.timeZone) });
      if (isRefusal(outcome)) return [outcome];
      const [event] = outcome;
      if (!event) return [before];
      const saved = await savePolicy(tx, account, event.policy);
      return [saved.policy, await tellOfPolicy(tx, this.outbox, account, saved)];
    });
  }
}
