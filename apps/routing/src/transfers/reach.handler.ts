import { agentChoice, contactTarget, teamChoice, whyNotDialled, type Call, type Reach, type Target } from '@cordboard/domain-transfer';
import { whoMayBeRung, type AgentStore, type Behind } from '../agents/agent.store.ts';
import type { DirectoryStore, Distribution } from '../agents/directory.store.ts';
import { destinationOf } from '../agents/destination.ts';
import { homeOf } from '../agents/home.ts';
import { numberFacts } from '../calls/number-facts.ts';

/** Whom a client names: one of these. */
export type TargetAsked =
  | { readonly agentId: string }
  | { readonly teamId: string }
  | { readonly contactId: string }
  | { readonly numberId: string }
  | { readonly phoneNumber: string };

/** A target as it is now: what it is, how it is reached, what phones show of the transferor, and the revisions of whom it rings. */
export interface Reached {
  readonly target: Target;
  readonly reach: Reach;
  readonly shownAs: { readonly number: string; readonly name: string };
  readonly revs: ReadonlyMap<string, number>;
}

/** There is nobody and nothing with this id in the account. */
export class UnknownTarget extends Error {}

/** Finds what a target is and who can be rung there, as it is at this moment. */
export class ReachHandler {
  constructor(
    private readonly agents: Pick<AgentStore, 'find' | 'behind'>,
    private readonly directory: Pick<
      DirectoryStore,
      'policy' | 'number' | 'contact' | 'distributionOf' | 'distributionDialled' | 'homeCountry'
    >,
  ) {}

  /** @throws UnknownTarget for an id that the account does not have */
  async reach(account: string, agentId: string, call: Call | undefined, asked: TargetAsked, at: string): Promise<Reached> {
    if ('agentId' in asked || 'teamId' in asked) return this.colleagues(account, agentId, asked);
    if ('numberId' in asked) {
      const distribution = await this.directory.distributionOf(account, asked.numberId);
      if (!distribution) throw new UnknownTarget('Number');
      return this.number(account, agentId, distribution, null, at);
    }
    const contact = 'contactId' in asked ? await this.directory.contact(account, asked.contactId) : null;
    if ('contactId' in asked && !contact) throw new UnknownTarget('contact');
    const phoneNumber = contact?.e164 ?? ('phoneNumber' in asked ? asked.phoneNumber : '');
    const destination = destinationOf(phoneNumber, await homeOf(this.directory, account, phoneNumber));
    const own = await this.directory.distributionDialled(account, destination.e164); // D0: a Number dialled as a phone number is that Number
    return own ? this.number(account, agentId, own, contact, at) : this.outside(account, agentId, call, destination, contact);
  }

  private async colleagues(account: string, agentId: string, asked: { agentId: string } | { teamId: string }): Promise<Reached> {
    const behind = await this.agents.behind(account, agentId, asked);
    if (!behind) throw new UnknownTarget('agentId' in asked ? 'agent' : 'team');
    const { label, policy, transferor: shownAs } = behind;
    const target: Target = 'agentId' in asked ? { kind: 'AGENT', ...asked, label } : { kind: 'TEAM', ...asked, label };
    const members = behind.members.filter((agent) => agent.id !== agentId || target.kind === 'AGENT');
    const { candidates, revs } = whoMayBeRung('TRANSFER', members);
    const unavailableBecause = whyNobody(target, members);
    return { target, shownAs, revs, reach: { by: 'COLLEAGUES', candidates, unavailableBecause, ringSeconds: policy.ringSeconds } };
  }

  private async number(account: string, agentId: string, found: Distribution, contact: Chosen | null, at: string): Promise<Reached> {
    const { facts, revs } = numberFacts(found, { ringsWith: 'TRANSFER', visit: { rung: [], transferorId: agentId }, at });
    const [transferor] = await this.agents.find(account, [agentId]);
    const { id: numberId, e164: phoneNumber, label } = found.number;
    return {
      target: contact ? contactTarget({ ...contact, numberId }) : { kind: 'NUMBER', numberId, phoneNumber, contactId: null, label },
      shownAs: { number: transferor?.extension ?? '', name: transferor?.name ?? agentId },
      reach: { by: 'NUMBER', number: facts },
      revs,
    };
  }

  private async outside(
    account: string,
    agentId: string,
    call: Call | undefined,
    destination: ReturnType<typeof destinationOf>,
    contact: Chosen | null,
  ): Promise<Reached> {
    const [[transferor], policy] = await Promise.all([this.agents.find(account, [agentId]), this.directory.policy(account)]);
    const line = await this.lineOf(account, call?.lineId ?? transferor?.defaultNumberId ?? null);
    return {
      target: contact
        ? contactTarget({ ...contact, numberId: null })
        : { kind: 'EXTERNAL', phoneNumber: destination.e164, contactId: null, label: destination.label },
      shownAs: line ? { number: line.e164, name: line.label } : { number: 'anonymous', name: 'anonymous' },
      reach: {
        by: 'OUTSIDE',
        phoneNumber: destination.e164,
        notDialled: whyNotDialled(destination, policy, transferor?.mayDialOut ?? false),
        ringSeconds: policy.ringSeconds,
      },
      revs: new Map(),
    };
  }

  private lineOf(account: string, numberId: string | null) {
    return numberId === null ? null : this.directory.number(account, numberId);
  }
}

interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly e164: string;
}

function whyNobody(target: Target, members: Behind['members']): string | null {
  const [first] = members;
  const choice =
    target.kind === 'AGENT' && first
      ? agentChoice(target.label, first.standing)
      : teamChoice(
          target.label,
          members.map((agent) => agent.standing),
        );
  return choice.available ? null : choice.because.message;
}
