import { controlOf, whyLocked, type Wish } from '@cordboard/domain-recording';
import {
  batched,
  forbidden,
  notFound,
  refused,
  seesAll,
  upstreamUnavailable,
  type Identity,
  type Refused,
} from '@cordboard/platform-subgraph';
import { unknownCall, type CallStore, type RecordedCall } from './call.store.ts';
import type { Conversations } from './conversation.handler.ts';
import type { Part } from '../parts.ts';

/** An app may be told of a call before its beginning has arrived here: it is waited for, this long at the most, in ms. */
const PATIENCE = 2_000;
/** The call engine is to do what is wanted within this, in ms. */
const ENGINE_PATIENCE = 5_000;

export interface CallParts {
  readonly calls: CallStore;
  readonly conversations: Conversations;
  /** Resolves when routing has said something new, or after as many ms. */
  readonly heard: (atMostMs: number) => Promise<void>;
  /** Whether the engine does what that message said, before so many ms have passed. */
  readonly settled: (conversationId: string, seq: number, withinMs: number) => Promise<boolean>;
}

/** What the recordings of calls do now, and the switch. */
export function callResolvers({ calls, conversations, heard, settled }: CallParts) {
  const find = batched((account, ids) => calls.byIds(account, ids));
  const now = async (account: string, id: string): Promise<RecordedCall | undefined> => (await calls.byIds(account, [id]))[0];
  const arrives = async (account: string, id: string): Promise<RecordedCall | null> => {
    for (const end = performance.now() + PATIENCE; performance.now() < end;) {
      await heard(50);
      const call = await now(account, id);
      if (call) return call;
    }
    return null;
  };
  const switched = async (identity: Identity, callId: string, wish: Wish): Promise<CallAnswer> => {
    const { account, agentId } = identity;
    const call = await now(account, callId);
    const isOwn = call?.agentIds.includes(agentId);
    if (!call || !(isOwn || seesAll(identity) || call.participants.includes(agentId))) throw notFound('call');
    if (!isOwn && !seesAll(identity)) throw forbidden('Only the agent whose call it is may do this.');
    const outcome = await conversations.execute(call, wish);
    if (outcome.is === 'refused') return refused(outcome.refusal);
    const done = await settled(call.conversationId, outcome.seq, ENGINE_PATIENCE);
    const after = (await now(account, callId)) ?? unknownCall(account, callId);
    if (!done) throw upstreamUnavailable('The call engine did not confirm in time.', { id: callId, recording: { state: after.state } });
    return { __typename: 'Call', ...after };
  };
  return {
    Mutation: {
      startRecording: (_, { callId }, { identity }) => switched(identity, callId, 'start'),
      stopRecording: (_, { callId }, { identity }) => switched(identity, callId, 'stop'),
      pauseRecording: (_, { callId }, { identity }) => switched(identity, callId, 'pause'),
      resumeRecording: (_, { callId }, { identity }) => switched(identity, callId, 'resume'),
    },
    Call: {
      __resolveReference: async ({ id }, { identity }) => (await find(identity, id)) ?? arrives(identity.account, id),
      recording: (call) => call,
    },
    CallRecording: {
      control: controlOf,
      lockedBecause: (call) => whyLocked(controlOf(call)),
    },
  } satisfies Part;
}

type CallAnswer = ({ readonly __typename: 'Call' } & RecordedCall) | Refused;
