import {
  agentChoice,
  contactTarget,
  countriesDialled,
  preview,
  soughtWords,
  teamChoiceBy,
  whyNotDialled,
  type Choice,
  type Destination,
  type DirectWay,
  type Forecast,
  type Target,
} from '@cordboard/domain-transfer';
import type { DirectoryStore } from '../agents/directory.store.ts';
import { readPhoneNumber, readSearch } from '@cordboard/phone-number';
import { destinationOf } from '../agents/destination.ts';
import type { AskerFacts, ListedKind, TargetRow, TargetStore } from './target.store.ts';

/** Something that a call can be transferred to, with the place that it has in the list. */
export interface ListedTarget {
  readonly kind: 'AGENT' | 'TEAM' | 'NUMBER' | 'EXTERNAL' | 'CONTACT';
  readonly id: string;
  readonly label: string;
  readonly choice: Choice;
  readonly numberId: string | null;
  readonly phoneNumber: string | null;
  readonly preview: { readonly cold: Forecast; readonly warm: Forecast };
  readonly place: readonly [string, string];
}

export interface TargetSearch {
  readonly account: string;
  /** Who asks: nobody transfers to themselves. */
  readonly agentId: string;
  /** The Number of the call: where a phone number is typed without its country, this one's is meant. */
  readonly lineId: string | null;
  readonly search: string;
  readonly kinds: readonly ListedTarget['kind'][] | null;
  readonly includeUnavailable: boolean;
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

const LISTED: readonly (readonly [ListedTarget['kind'], ListedKind])[] = [
  ['AGENT', 'agent'],
  ['TEAM', 'team'],
  ['NUMBER', 'number'],
  ['CONTACT', 'contact'],
];

/** Whom a call can go to: colleagues, teams, Numbers, contacts and, where the search is one, an outside number. */
export class TargetHandler {
  constructor(
    private readonly store: TargetStore,
    private readonly directory: DirectoryStore,
  ) {}

  /** `limit` targets at most, from the place `after` on, in order of name. */
  async list(o: TargetSearch): Promise<readonly ListedTarget[]> {
    const wanted = (kind: ListedTarget['kind']): boolean => o.kinds === null || o.kinds.includes(kind);
    if (o.limit === 0) return [];
    const facts = await this.store.facts(o.account, o.agentId, o.lineId);
    const home = facts.homeNumber === null ? null : destinationOf(facts.homeNumber, null).country;
    const words = soughtWords(readSearch(o.search, home));
    if (words === null) return [];
    const countries = countriesDialled(facts.policy, facts.mayDialOut);
    const page = {
      account: o.account,
      askerId: o.agentId,
      words,
      kinds: LISTED.filter(([kind]) => wanted(kind)).map(([, listed]) => listed),
      includeUnavailable: o.includeUnavailable,
      leads: countries && ['NUMBER', ...countries],
      blockedNumbers: facts.policy.blockedNumbers,
      free: facts.free,
      limit: o.limit,
    };
    const found = [...(wanted('EXTERNAL') && o.after === null ? await this.outside(o, facts, home) : [])];
    for (let after = o.after, more = true; more && found.length < o.limit;) {
      const rows = await this.store.page({ ...page, after });
      const ways = await this.waysTo(o, rows);
      const listed = rows.map((row) => inList(row, facts, ways));
      // which numbers are of a costly kind, the store does not know
      found.push(...listed.filter(({ kind, choice }) => kind !== 'CONTACT' || o.includeUnavailable || choice.available));
      after = rows.at(-1)?.place ?? after;
      more = rows.length === o.limit;
    }
    return found.slice(0, o.limit);
  }

  /** What was typed, where it is a whole phone number that is none of the account's: it comes first. */
  private async outside(o: TargetSearch, facts: AskerFacts, home: string | null): Promise<readonly ListedTarget[]> {
    const number = destinationOf(o.search, home);
    if (number.short === null && 'problem' in readPhoneNumber(o.search, home)) return [];
    if (await this.directory.numberDialled(o.account, number.e164)) return [];
    const choice = dialled(number, facts);
    if (!choice.available && !o.includeUnavailable) return [];
    return [
      {
        kind: 'EXTERNAL',
        id: number.e164,
        label: number.label,
        choice,
        numberId: null,
        phoneNumber: number.e164,
        preview: preview('EXTERNAL', facts.policy),
        place: ['', `external-${number.e164}`],
      },
    ];
  }

  /** The Numbers of those on this page who are not available themselves. */
  private async waysTo(o: TargetSearch, rows: readonly TargetRow[]): Promise<ReadonlyMap<string, DirectWay>> {
    const ids = o.includeUnavailable ? rows.flatMap((row) => row.dedicatedNumberId ?? []) : [];
    return new Map((await this.store.directWays(o.account, [...new Set(ids)])).map((way) => [way.numberId, way]));
  }
}

function inList(row: TargetRow, facts: AskerFacts, ways: ReadonlyMap<string, DirectWay>): ListedTarget {
  const way = (row.dedicatedNumberId !== null && ways.get(row.dedicatedNumberId)) || null;
  const base = { id: row.id, label: row.name, place: row.place, numberId: null, phoneNumber: row.e164 };
  switch (row.kind) {
    case 'agent':
      return {
        ...base,
        kind: 'AGENT',
        choice: row.agent ? agentChoice(row.name, row.agent.standing, way) : UNKNOWN,
        preview: preview('AGENT', facts.policy),
      };
    case 'team':
      return { ...base, kind: 'TEAM', choice: teamChoiceBy(row.name, row.somebodyIsFree, way), preview: preview('TEAM', facts.policy) };
    case 'number':
      return { ...base, kind: 'NUMBER', numberId: row.id, choice: ALWAYS, preview: preview('NUMBER', facts.policy) };
    case 'contact': {
      const target = contactTarget({ id: row.id, name: row.name, e164: row.e164 ?? '', numberId: row.numberId });
      return {
        ...base,
        kind: 'CONTACT',
        numberId: row.numberId,
        choice: contactChoice(target, facts),
        preview: preview(target.kind, facts.policy),
      };
    }
  }
}

/** A Number is reached whatever the availability behind it (S18). */
const ALWAYS: Choice = { available: true };
const UNKNOWN: Choice = agentChoice('', { status: 'UNAVAILABLE', reachable: false, inWrapUp: false, engagements: [] });

const contactChoice = (target: Extract<Target, { phoneNumber: string }>, facts: AskerFacts): Choice =>
  target.kind === 'NUMBER' ? ALWAYS : dialled(destinationOf(target.phoneNumber, null), facts);

function dialled(destination: Destination, { policy, mayDialOut }: AskerFacts): Choice {
  const refusal = whyNotDialled(destination, policy, mayDialOut);
  return refusal === null
    ? { available: true }
    : { available: false, because: { code: refusal.refused, message: refusal.message, remedy: refusal.remedy ?? '' } };
}
