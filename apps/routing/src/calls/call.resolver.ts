import { callOf, hearEachOther, type Conversation } from '@cordboard/domain-transfer';
import { callInGraph, type CallInGraph } from '@cordboard/contracts';
import { forbidden, notFound, refused, seesAll, upstreamUnavailable, type Identity, type Refused } from '@cordboard/platform-subgraph';
import type { ConversationAccess } from '../conversations/conversation.access.ts';
import type { ConversationHandler } from '../conversations/conversation.handler.ts';
import { callView, liveFor } from '../conversations/conversation.messages.ts';
import type { ConversationStore } from '../conversations/conversation.store.ts';
import type { Followers } from '../conversations/followers.ts';
import type { Resolvers } from '../generated/graphql.ts';

/** A mutation that waits for the engine answers within this, in ms, or says that it could not. */
export const ENGINE_PATIENCE = 5_000;

export interface CallParts {
  readonly conversations: ConversationHandler;
  readonly store: ConversationStore;
  readonly access: ConversationAccess;
  readonly followers: Followers;
}

/** Calls: reading them, hold, hanging up. */
export function callResolvers(parts: CallParts): Pick<Resolvers, 'Agent' | 'Call'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'call' | 'myCalls'>;
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'hangUp' | 'holdCall' | 'resumeCall'>;
} {
  const { conversations, store, access, followers } = parts;
  const liveCalls = async (account: string, agentId: string): Promise<CallInGraph[]> =>
    (await store.holding(account, agentId)).flatMap(({ state }) => liveFor(state, agentId).calls.map(callInGraph));

  const change = async (
    identity: Identity,
    callId: string,
    type: 'hangUp' | 'holdCall' | 'resumeCall',
    confirmed: (state: Conversation) => boolean,
  ): Promise<CallAnswer> => {
    const { call, stored } = await access.call(identity, callId);
    if (call.agentId !== identity.agentId && !(type === 'hangUp' && seesAll(identity)))
      throw forbidden('Only the agent whose call it is may do this.');
    const outcome = await conversations.execute(stored.state.id, { account: identity.account }, () => ({
      command: { type, callId, at: new Date().toISOString() },
    }));
    if (outcome.is === 'refused') return refused(outcome.refusal);
    const { held, stored: after } = await conversations.until(stored.state.id, confirmed, ENGINE_PATIENCE);
    if (!held || !after) throw upstreamUnavailable('The call engine did not confirm in time.', after && showCall(after.state, callId));
    await followers.haveSeen(stored.state.id, after.told);
    return { __typename: 'Call', ...showCall(after.state, callId) };
  };

  return {
    Query: {
      call: async (_, { id }, { identity }) => {
        const { call, stored } = await access.call(identity, id);
        return callInGraph(callView(stored.state, call));
      },
      myCalls: (_, __, { identity }) => liveCalls(identity.account, identity.agentId),
    },
    Mutation: {
      hangUp: (_, { callId }, { identity }) => change(identity, callId, 'hangUp', (state) => callOf(state, callId)?.ended != null),
      holdCall: (_, { callId }, { identity }) =>
        change(identity, callId, 'holdCall', (state) => callOf(state, callId)?.ended != null || callerIsHeld(state)),
      resumeCall: (_, { callId }, { identity }) =>
        change(identity, callId, 'resumeCall', (state) => callOf(state, callId)?.ended != null || isTalking(state)),
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

const callerIsHeld = (state: Conversation): boolean => state.caller?.engine.as === 'up' && state.caller.engine.held;

const isTalking = (state: Conversation): boolean => state.situation.is === 'talking' && hearEachOther(state, state.situation.legId);

/** A call of this state, as the graph shows it. */
export function showCall(state: Conversation, callId: string): CallInGraph {
  const call = callOf(state, callId);
  if (!call) throw notFound('call');
  return callInGraph(callView(state, call));
}
