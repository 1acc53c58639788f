import { callOf, hasHandedOver, isAgentOf, isAsWanted, isBeingCompleted, type Conversation } from '@cordboard/domain-transfer';
import { callInGraph, type CallInGraph } from '@cordboard/contracts';
import { forbidden, notFound, refused, seesAll, upstreamUnavailable, type Identity, type Refused } from '@cordboard/platform-subgraph';
import type { AgentStore } from '../agents/agent.store.ts';
import type { ConversationAccess } from '../conversations/conversation.access.ts';
import type { ConversationHandler } from '../conversations/conversation.handler.ts';
import { callView, liveFor } from '../conversations/conversation.messages.ts';
import type { ConversationStore } from '../conversations/conversation.store.ts';
import type { Followers } from '../conversations/followers.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { Begun, DialHandler } from './dial.handler.ts';

/** A mutation that waits for the engine answers within this, in ms, or says that it could not. */
export const ENGINE_PATIENCE = 5_000;

export interface CallParts {
  readonly conversations: ConversationHandler;
  readonly store: ConversationStore;
  readonly access: ConversationAccess;
  readonly followers: Followers;
}

/** Calls: reading them, beginning them, hold, hanging up. */
export function callResolvers(parts: CallParts & { readonly dial: DialHandler; readonly agents: AgentStore }): Pick<
  Resolvers,
  'Agent' | 'Call'
> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'call' | 'myCalls'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'dial' | 'callAgent' | 'hangUp' | 'holdCall' | 'resumeCall'>;
} {
  const { conversations, store, access, followers, dial, agents } = parts;
  const liveCalls = async (account: string, agentId: string): Promise<CallInGraph[]> =>
    (await store.holding(account, agentId)).flatMap(({ state }) => liveFor(state, agentId).calls.map(callInGraph));

  const change = async (
    identity: Identity,
    named: string,
    type: 'hangUp' | 'holdCall' | 'resumeCall',
    isConfirmed: (state: Conversation, callId: string) => boolean,
  ): Promise<CallAnswer> => {
    const callId = await access.named(identity, named);
    if (typeof callId !== 'string') return refused(callId);
    const { call, stored } = await access.call(identity, callId);
    const isOwn = isAgentOf(identity.agentId, call);
    if (!isOwn && !(type === 'hangUp' && seesAll(identity))) throw forbidden('Only the agent whose call it is may do this.');
    const at = new Date().toISOString();
    const outcome = await conversations.execute(stored.state.id, { account: identity.account }, () => ({
      command:
        type === 'hangUp'
          ? { type, callId, agentId: isOwn ? identity.agentId : null, at }
          : { type, callId, agentId: identity.agentId, at },
    }));
    if (outcome.is === 'refused') return refused(outcome.refusal);
    const { held, stored: after } = await conversations.until(stored.state.id, (state) => isConfirmed(state, callId), ENGINE_PATIENCE);
    if (!held || !after) throw upstreamUnavailable('The call engine did not confirm in time.', after && showCall(after.state, callId));
    await followers.haveSeen(stored.state.id, after.told);
    return { __typename: 'Call', ...showCall(after.state, callId) };
  };

  const begin = async (begun: Begun): Promise<CallAnswer> => {
    if (begun.is === 'unknown') throw notFound(begun.what);
    if (begun.is === 'refused') return refused(begun.refusal);
    await followers.haveSeen(begun.state.id, begun.told);
    return { __typename: 'Call', ...showCall(begun.state, begun.state.calls[0]?.id ?? '') };
  };

  return {
    Query: {
      call: async (_, { id }, { identity }) => {
        const { call, stored } = await access.call(identity, id);
        return callInGraph(callView(stored.state, call));
      },
      myCalls: async (_, __, { identity }) => {
        const [live, wrappedUp] = await Promise.all([
          liveCalls(identity.account, identity.agentId),
          agents.wrapsUp(identity.account, identity.agentId),
        ]);
        if (wrappedUp === null || live.some((call) => call.id === wrappedUp)) return live;
        const { call, stored } = await access.call(identity, wrappedUp);
        return [...live, callInGraph(callView(stored.state, call))];
      },
    },
    Mutation: {
      dial: async (_, { to, fromNumberId }, { identity }) =>
        begin(await dial.dial(identity.account, identity.agentId, { to, fromNumberId: fromNumberId ?? null })),
      callAgent: async (_, { agentId }, { identity }) => begin(await dial.callAgent(identity.account, identity.agentId, agentId)),
      hangUp: (_, { callId }, { identity }) =>
        change(
          identity,
          callId,
          'hangUp',
          (state, id) => hasEnded(state, id) || (hasHandedOver(state, identity.agentId) && !isBeingCompleted(state)),
        ),
      holdCall: (_, { callId }, { identity }) => change(identity, callId, 'holdCall', holdIsAsWanted),
      resumeCall: (_, { callId }, { identity }) => change(identity, callId, 'resumeCall', holdIsAsWanted),
    },
    Agent: {
      __resolveReference: ({ id }) => ({ id }),
      currentCalls: (agent, _, { identity }) =>
        agent.id === identity.agentId || seesAll(identity) ? liveCalls(identity.account, agent.id) : [],
    },
    Call: {
      __resolveReference: async ({ id }, { identity }) => {
        const { call, stored } = await access.call(identity, id);
        return callInGraph(callView(stored.state, call));
      },
    },
  };
}

type CallAnswer = ({ readonly __typename: 'Call' } & CallInGraph) | Refused;

const hasEnded = (state: Conversation, callId: string): boolean => callOf(state, callId)?.ended != null;

/** Whether the engine has done what is wanted of a call's hold now, which others may have changed since; or nothing is, as it is not connected. */
const holdIsAsWanted = (state: Conversation, callId: string): boolean =>
  state.situation.is !== 'talking' || state.situation.callId !== callId || isAsWanted(state);

/** A call of this state, as the graph shows it. */
export function showCall(state: Conversation, callId: string): CallInGraph {
  const call = callOf(state, callId);
  if (!call) throw notFound('call');
  return callInGraph(callView(state, call));
}
