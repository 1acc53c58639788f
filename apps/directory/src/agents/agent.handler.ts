import { isRefusal } from '@cordboard/decider';
import { agents as agentRules, removals, usualPolicy, type Agent } from '@cordboard/domain-directory';
import { whyTooCostly } from '@cordboard/domain-transfer';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { isPhoneNumber, readPhoneNumber } from '@cordboard/phone-number';
import { given, type Administration, type Outcome } from '../administration/administration.handler.ts';
import { policyOf } from '../policy/policy.store.ts';
import { NumberStore } from '../numbers/number.store.ts';
import { isThere } from '../removal/is-there.ts';
import type { RemovalHandler } from '../removal/removal.handler.ts';
import { tellOfAgent, tellOfDeactivated, tokensRevoked } from './agent.messages.ts';
import { AgentStore, isActive, type AgentRow } from './agent.store.ts';

/** What is wanted of an agent; what is undefined stays as it is. */
export type AgentChanges = { readonly [Key in keyof Omit<Agent, 'id' | 'account'>]?: Agent[Key] | undefined };

/** Makes and changes agents, deactivates and reactivates them. */
export class AgentHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
    private readonly removal: RemovalHandler,
  ) {}

  create(agent: Agent): Promise<Outcome<AgentRow>> {
    return this.administration.change((tx) => this.save(tx, null, agent));
  }

  update(account: string, id: string, changes: AgentChanges): Promise<Outcome<AgentRow>> {
    return this.administration.change(async (tx) => {
      const [before] = await new AgentStore(tx).byIds(account, [id]);
      return before ? this.save(tx, before, { ...before, ...given(changes) }) : [{ missing: 'agent' }];
    });
  }

  /** They sign in no more, are listed nowhere and keep their name, teams and extension. @param by who asks for it */
  deactivate(account: string, id: string, by: string): Promise<Outcome<AgentRow>> {
    return this.administration.change<AgentRow>(async (tx) => {
      const [agents, numbers] = [new AgentStore(tx), new NumberStore(tx)];
      const [before] = await agents.byIds(account, [id]);
      if (!before) return [{ missing: 'agent' }];
      if (!isActive(before)) return [before];
      const dedicated = await numbers.labelOf(account, before.dedicatedNumberId);
      const outcome = await this.removal.decide(tx, { account, kind: 'AGENT', id, name: before.name, dedicated, isOneself: id === by });
      if (isRefusal(outcome)) return [outcome];
      await agents.deactivate(id);
      const told = await tellOfDeactivated(tx, agents, this.outbox, id);
      const [after] = await agents.byIds(account, [id]);
      return [after ?? before, told];
    });
  }

  reactivate(account: string, id: string): Promise<Outcome<AgentRow>> {
    return this.administration.change<AgentRow>(async (tx) => {
      const agents = new AgentStore(tx);
      const [before] = await agents.byIds(account, [id]);
      if (!before) return [{ missing: 'agent' }];
      const outcome = removals.decide(isActive(before) ? 'KEPT' : 'REMOVED', { type: 'bringBack' });
      if (isRefusal(outcome) || outcome.length === 0) return [before];
      await agents.reactivate(id);
      const told = await tellOfAgent(tx, agents, this.outbox, id);
      const [after] = await agents.byIds(account, [id]);
      return [after ?? before, told];
    });
  }

  /** Whoever has a token of the agent's is out, within a second; a new one, issued from the next second on, is taken. */
  revokeTokens(account: string, id: string): Promise<Outcome<AgentRow>> {
    return this.administration.change<AgentRow>(async (tx) => {
      const agents = new AgentStore(tx);
      const [agent] = await agents.byIds(account, [id]);
      if (!agent) return [{ missing: 'agent' }];
      if (!isActive(agent)) return [agent]; // none of theirs is taken
      await agents.revokeTokens(account, id);
      return [agent, await tellOfAgent(tx, agents, this.outbox, id, [tokensRevoked(id)])];
    });
  }

  private async whyTooCostly(tx: Sql, account: string, e164: string): Promise<ReturnType<typeof whyTooCostly>> {
    const read = readPhoneNumber(e164);
    return 'problem' in read ? null : whyTooCostly({ tariff: read.tariff, short: null }, (await policyOf(tx, account)) ?? usualPolicy);
  }

  private async save(tx: Sql, before: AgentRow | null, agent: Agent): Promise<[Outcome<AgentRow>, ...OutboxRow[]]> {
    const [agents, numbers] = [new AgentStore(tx), new NumberStore(tx)];
    const { account, defaultNumberId, forwarding } = agent;
    const defaultNumber = defaultNumberId === null ? [] : await numbers.byIds(account, [defaultNumberId]);
    if (defaultNumberId !== null && !defaultNumber.some(isThere)) return [{ missing: 'Number' }];
    const outcome = agentRules.decide(before, {
      agent,
      isDeactivated: before !== null && !isActive(before),
      ...(await agents.taken(agent)),
      forwardingIsValid: forwarding === null || isPhoneNumber(forwarding),
      forwardingTooCostly: forwarding === null ? null : await this.whyTooCostly(tx, account, forwarding),
      forwardingIsOurs: forwarding !== null && (await numbers.idOf(tx, account, forwarding)) !== null,
    });
    if (isRefusal(outcome)) return [outcome];
    const told: OutboxRow[] = [];
    for (const { agent: wanted } of outcome) {
      await agents.save(wanted);
      const roleChanged = before && before.role !== wanted.role; // tokens say what the agent was
      if (roleChanged) await agents.revokeTokens(account, wanted.id);
      told.push(await tellOfAgent(tx, agents, this.outbox, wanted.id, roleChanged ? [tokensRevoked(wanted.id)] : []));
    }
    const [after] = await agents.byIds(account, [agent.id]);
    return [after ?? { missing: 'agent' }, ...told];
  }
}
