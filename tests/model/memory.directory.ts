import {
  usualPolicy,
  type ContactEntry,
  type DirectoryEvent,
  type NumberEntry,
  type PolicyEntry,
  type TeamEntry,
} from '@cordboard/contracts';
import { countryOf } from '@cordboard/phone-number';
import type { Memory } from './memory.ts';
import type { DirectoryStore, Distribution } from './routing.ts';

type Kind = 'team' | 'number' | 'contact';
type EntryOf<K extends Kind> = { team: TeamEntry; number: NumberEntry; contact: ContactEntry }[K];

/** What the directory told, in memory. Of one account. */
export class MemoryDirectory implements Pick<
  DirectoryStore,
  'apply' | 'policy' | 'number' | 'numberDialled' | 'contact' | 'distributionOf' | 'distributionDialled' | 'homeCountry'
> {
  private readonly entries = new Map<string, TeamEntry | NumberEntry | ContactEntry>();
  private known: PolicyEntry = usualPolicy;

  constructor(private readonly memory: Memory) {}

  async apply(_sql: unknown, account: string, event: DirectoryEvent): Promise<void> {
    switch (event.type) {
      case 'agent.saved':
        return this.memory.agents.save(_sql, account, event.agent);
      case 'team.saved':
        return void this.entries.set(`team/${event.team.id}`, event.team);
      case 'number.saved':
        return void this.entries.set(`number/${event.number.id}`, event.number);
      case 'contact.saved':
        return void this.entries.set(`contact/${event.contact.id}`, event.contact);
      case 'agent.tokensRevoked':
        return;
      case 'agent.deactivated':
        return this.memory.agents.deactivate(_sql, account, event.agentId);
      case 'team.deleted':
        return void this.entries.delete(`team/${event.teamId}`);
      case 'number.deleted':
        return void this.entries.delete(`number/${event.numberId}`);
      case 'contact.deleted':
        return void this.entries.delete(`contact/${event.contactId}`);
      case 'policy.saved':
        this.known = event.policy;
    }
  }

  entry<K extends Kind>(kind: K, id: string): EntryOf<K> | null {
    return (this.entries.get(`${kind}/${id}`) as EntryOf<K> | undefined) ?? null;
  }

  async policy(_account: string): Promise<PolicyEntry> {
    return this.known;
  }

  async number(_account: string, id: string): Promise<NumberEntry | null> {
    return this.entry('number', id);
  }

  async homeCountry(_account: string): Promise<string | null> {
    return countryOf([...this.entries].flatMap(([key, entry]) => (key.startsWith('number/') && 'e164' in entry ? entry.e164 : [])).sort());
  }

  async firstNumber(_account: string): Promise<NumberEntry | null> {
    const numbers = [...this.entries].flatMap(([key, entry]) => (key.startsWith('number/') ? (entry as NumberEntry) : []));
    return numbers.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null;
  }

  async numberDialled(_account: string, e164: string): Promise<NumberEntry | null> {
    return this.dialled(e164);
  }

  async contact(_account: string, id: string): Promise<ContactEntry | null> {
    const contact = this.entry('contact', id);
    return contact && { ...contact, numberId: contact.numberId ?? this.dialled(contact.e164)?.id ?? null };
  }

  async distributionOf(account: string, numberId: string): Promise<Distribution | null> {
    return this.distribution(account, this.entry('number', numberId));
  }

  async distributionDialled(account: string, e164: string): Promise<Distribution | null> {
    return this.distribution(account, this.dialled(e164));
  }

  private dialled(e164: string): NumberEntry | null {
    for (const [key, entry] of this.entries)
      if (key.startsWith('number/') && 'e164' in entry && entry.e164 === e164) return entry as NumberEntry;
    return null;
  }

  private async distribution(account: string, number: NumberEntry | null): Promise<Distribution | null> {
    if (!number) return null;
    const steps = number.distribution.map(async (step) => {
      const ids = step.agentId === null ? (this.entry('team', step.teamId ?? '')?.memberIds ?? []) : [step.agentId];
      return { step, agents: await this.memory.agents.find(account, [...ids].sort()) };
    });
    return { number, policy: this.known, steps: await Promise.all(steps) };
  }
}
