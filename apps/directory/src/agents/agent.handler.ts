import { isRefusal } from '@cordboard/decider';
import { agents as agentRules, usualPolicy, type Agent } from '@cordboard/domain-directory';
import { whyTooCostly } from '@cordboard/domain-transfer';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { isPhoneNumber, readPhoneNumber } from '@cordboard/phone-number';
import { given, type Administration, type Outcome } from '../administration/administration.handler.ts';
import { policyOf } from '../policy/policy.store.ts';
import { NumberStore } from '../numbers/number.store.ts';
import { tellOfAgent, tokensRevoked } from './agent.messages.ts';
import { AgentStore, type AgentRow } from './agent.store.ts';

/** What is wanted of an agent; what is undefined stays as it is. */
export type AgentChanges = { readonly [Key in keyof Omit<Agent, 'id' | 'account'>]?: Agent[Key] | undefined };

/** Makes and changes agents. */
export class AgentHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
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

  /** Whoever has a token of the agent's is out, within a second; a new one, issued from the next second on, is taken. */
  revokeTokens(account: string, id: string): Promise<Outcome<AgentRow>> {
    return this.administration.change<AgentRow>(async (tx) => {
      const agents = new AgentStore(tx);
      const [agent] = await agents.byIds(account, [id]);
      if (!agent) return [{ missing: 'agent' }];
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
    if (defaultNumberId !== null && (await numbers.byIds(account, [defaultNumberId])).length === 0) return [{ missing: 'Number' }];
    const outcome = agentRules.decide(before, {
      agent,
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
