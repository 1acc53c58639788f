import { told } from '@cordboard/domain-advice';
import { badInput, notFound, seesAll } from '@cordboard/platform-subgraph';
import type { AgentStore } from '../agents/agent.store.ts';
import type { ConversationAccess } from '../conversations/conversation.access.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { DiagnosisHandler } from './diagnosis.handler.ts';

/** Saying why something with a transfer is not as expected, of what one may see. */
export function diagnosisResolvers({
  access,
  agents,
  diagnoses,
}: {
  readonly access: ConversationAccess;
  readonly agents: Pick<AgentStore, 'find'>;
  readonly diagnoses: DiagnosisHandler;
}): { Query: Pick<NonNullable<Resolvers['Query']>, 'diagnose'> } {
  return {
    Query: {
      diagnose: async (_, { callId, transferId, agentId }, { identity, language }) => {
        if (!callId && !transferId && !agentId) throw badInput('diagnose needs a callId, a transferId or an agentId.');
        const [call, transfer, [agent]] = await Promise.all([
          callId ? access.call(identity, callId) : null,
          transferId ? access.transfer(identity, transferId) : null,
          agents.find(identity.account, agentId ? [agentId] : []),
        ]);
        if (agentId && !agent) throw notFound('agent');
        const found = await Promise.all([
          call ? diagnoses.ofCall(call.stored.state, call.call) : [],
          transfer ? diagnoses.ofTransfer(transfer.stored.state, transfer.transfer) : [],
          agent ? diagnoses.ofAgent(agent, agent.id === identity.agentId || seesAll(identity)) : [],
        ]);
        const said = new Map(found.flat().map((diagnosis) => [JSON.stringify(diagnosis), told(language, diagnosis)])); // a call and its transfer say some things alike
        return [...said.values()];
      },
    },
  };
}
