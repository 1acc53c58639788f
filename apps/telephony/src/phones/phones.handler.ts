import type { Phone, PhoneState } from '@cordboard/contracts';
import type { Outbox } from '@cordboard/platform-messaging';
import type { PhoneStanding } from '../engine/port.ts';
import { Reconciler } from '../switchboard/reconciler.ts';
import type { PhoneStore } from './phones.store.ts';

/** The name of an agent's phone: the agent's id, and behind a dot which of theirs it is. */
const NAME = /^([\w-]{1,128})(\.[\w-]+)?$/;

/**
 * Tells what agents' phones do, each agent's in one picture: what a phone was for a moment, while the last one was being saved, is left
 * out, and so is a further phone of somebody's that is not there.
 */
export class Phones {
  private readonly states = new Map<string, Map<string, PhoneState>>();
  private readonly telling: Reconciler;

  constructor(
    private readonly store: PhoneStore,
    private readonly outbox: Outbox,
    private readonly account: string,
  ) {
    this.telling = new Reconciler((agentId) => this.save(agentId));
  }

  hear({ phone, state }: PhoneStanding): void {
    const agentId = NAME.exec(phone)?.[1];
    if (agentId === undefined) return; // a phone of nobody's
    const known = this.states.get(agentId) ?? new Map<string, PhoneState>();
    this.states.set(agentId, known.set(phone, state));
    this.telling.touch(agentId);
  }

  /** These phones there are, and no others. @param before agents of whom phones were told, by this process or a former one */
  catchUp(phones: readonly PhoneStanding[], before: readonly string[]): void {
    this.states.clear();
    for (const agentId of before) {
      this.states.set(agentId, new Map());
      this.telling.touch(agentId);
    }
    for (const phone of phones) this.hear(phone);
  }

  /** Agents of whom phones were told. */
  known(): Promise<readonly string[]> {
    return this.store.agents();
  }

  stop(): Promise<void> {
    return this.telling.stop();
  }

  private async save(agentId: string): Promise<void> {
    const isTold = ([name, state]: readonly [string, PhoneState]): boolean => name === agentId || state !== 'unreachable';
    const states = [...(this.states.get(agentId) ?? [])].filter(isTold).sort(([one], [other]) => (one < other ? -1 : 1));
    const row = await this.store.save(this.account, agentId, (before) => states.map(([name, state]) => standing(name, state, before)));
    if (row) await this.outbox.publish([row]);
  }
}

function standing(name: string, state: PhoneState, before: readonly Phone[]): Phone {
  const was = before.find((phone) => phone.name === name);
  const isAsReachable = was && (was.state === 'unreachable') === (state === 'unreachable');
  return { name, state, since: isAsReachable ? was.since : new Date().toISOString() };
}
