import { whyItCameBack, whyNotNow, whyNotOffered, whyNoWrapUp, whyTheWrongLine, isNotNow, type Diagnosis } from '@cordboard/domain-advice';
import { whyNotTransferable, type Call, type Conversation, type Transfer } from '@cordboard/domain-transfer';
import type { KnownAgent } from '../agents/agent.row.ts';
import type { DiagnosisFacts } from './diagnosis-facts.ts';

/** Finds out what is the matter: gathers what is known of a call, a transfer or an agent, and lets the rules of advice judge. */
export class DiagnosisHandler {
  constructor(private readonly facts: DiagnosisFacts) {}

  /** Why it cannot be transferred now, and why the transfer that ended it gave no wrap-up. */
  async ofCall(state: Conversation, call: Call): Promise<readonly Diagnosis[]> {
    const refusal = whyNotTransferable(state, call.id);
    const [transferor, wrapUps] = await Promise.all([
      call.agentId === null || call.ended ? null : this.facts.connection(state.account, call.agentId),
      Promise.all(state.transfers.filter(({ callId }) => callId === call.id).map((transfer) => this.noWrapUp(state, transfer))),
    ]);
    return [
      ...whyNotNow({
        refusal:
          refusal && isNotNow(refusal.refused) ? { code: refusal.refused, message: refusal.message, remedy: refusal.remedy ?? null } : null,
        transferor,
      }),
      ...wrapUps.flat(),
    ];
  }

  /** Why it came back, where it landed, and why it gave no wrap-up. */
  async ofTransfer(state: Conversation, transfer: Transfer): Promise<readonly Diagnosis[]> {
    const [facts, line, noWrapUp] = await Promise.all([
      this.facts.transfer(state, transfer),
      this.facts.lineOf(state, transfer),
      this.noWrapUp(state, transfer),
    ]);
    return [...whyItCameBack(facts), ...(line ? whyTheWrongLine(line) : []), ...noWrapUp];
  }

  /** @param isOpen whether who asks may learn how the agent is set up, and not only whether they can be chosen */
  async ofAgent(agent: KnownAgent, isOpen: boolean): Promise<readonly Diagnosis[]> {
    const [dedicated, line] = await Promise.all([
      this.facts.dedicated(agent.account, agent.dedicatedNumberId),
      isOpen ? this.facts.line(agent) : null,
    ]);
    return [...whyNotOffered({ name: agent.name, standing: agent.standing, dedicated }), ...(line ? whyTheWrongLine(line) : [])];
  }

  private async noWrapUp(state: Conversation, transfer: Transfer): Promise<readonly Diagnosis[]> {
    if (transfer.status !== 'COMPLETED') return [];
    const [facts, policy] = await Promise.all([this.facts.transfer(state, transfer), this.facts.policy(state.account)]);
    return whyNoWrapUp({ ...facts, ...policy });
  }
}
