import type { Mode, Policy } from './control.ts';

/** What the recording of a call does. */
export type RecordingState = 'OFF' | 'RECORDING' | 'PAUSED';

/** A call, as far as its recording goes. */
export interface Call {
  readonly id: string;
  /** Who of the account talks in it: two on an internal call, nobody where an outside party took it. */
  readonly agentIds: readonly string[];
  readonly lineId: string | null;
  /** Between two agents: no policy switches its recording on. */
  readonly internal: boolean;
  readonly madeBy: Mode | null;
  /** `new`: nobody talks yet, or a machine has the caller. */
  readonly phase: 'new' | 'answered' | 'ended';
  readonly recording: RecordingState;
  /** Fixed by the answer: a policy that is changed counts for calls that are answered later. Null: not answered yet. */
  readonly policy: Policy | null;
  readonly leavesCold: boolean;
}

/** The calls that one caller's contact became, oldest first. */
export interface Conversation {
  readonly calls: readonly Call[];
}

/** What happened to a conversation, as routing told it, or to a recording, as people wanted it. */
export type Happened =
  | {
      readonly type: 'began';
      readonly callId: string;
      readonly agentIds: readonly string[];
      readonly lineId: string | null;
      readonly internal: boolean;
    }
  | { readonly type: 'answered'; readonly callId: string; readonly agentId: string | null; readonly policy: Policy }
  | { readonly type: 'announced'; readonly callId: string }
  | { readonly type: 'leaving'; readonly callId: string; readonly cold: boolean }
  | { readonly type: 'transferred'; readonly callId: string; readonly mode: Mode; readonly newCallId: string | null }
  | { readonly type: 'ended'; readonly callId: string }
  | { readonly type: 'switched'; readonly callId: string; readonly to: RecordingState };

/** The call that goes on, if any does: a conversation has one at a time. */
export const current = ({ calls }: Conversation): Call | undefined => calls.findLast(({ phase }) => phase !== 'ended');

/** What the engine is to do for the conversation now. */
export const wantedOf = (state: Conversation): RecordingState => current(state)?.recording ?? 'OFF';

const unheard = (id: string): Call => ({
  id,
  agentIds: [],
  lineId: null,
  internal: false,
  madeBy: null,
  phase: 'new',
  recording: 'OFF',
  policy: null,
  leavesCold: false,
});

/** The conversation after what happened, in whichever order a transfer and the call that it makes are told. */
export function evolve(state: Conversation, event: Happened): Conversation {
  const change = (id: string, to: (call: Call) => Partial<Call>): Conversation => {
    const call = state.calls.find((one) => one.id === id);
    const changed = { ...(call ?? unheard(id)), ...to(call ?? unheard(id)) };
    return { calls: call ? state.calls.map((one) => (one === call ? changed : one)) : [...state.calls, changed] };
  };
  switch (event.type) {
    case 'began':
      return change(event.callId, () => ({ agentIds: event.agentIds, lineId: event.lineId, internal: event.internal }));
    case 'answered':
      return change(event.callId, (call) => ({
        agentIds: event.agentId === null ? call.agentIds : [...new Set([...(call.internal ? call.agentIds : []), event.agentId])],
        ...(call.phase === 'new' ? { phase: 'answered', policy: event.policy, recording: fromTheAnswerOn(call, event.policy) } : {}),
      }));
    case 'announced':
      return change(event.callId, () => ({ recording: 'OFF' })); // the caller talks with nobody
    case 'leaving':
      return change(event.callId, () => ({ leavesCold: event.cold }));
    case 'transferred': {
      const { newCallId, mode } = event;
      const before = state.calls.find(({ id }) => id === event.callId)?.recording ?? 'OFF';
      return newCallId === null ? state : change(newCallId, () => ({ madeBy: mode, recording: before }));
    }
    case 'ended':
      return change(event.callId, () => ({ phase: 'ended', recording: 'OFF', leavesCold: false }));
    case 'switched':
      return change(event.callId, () => ({ recording: event.to }));
  }
}

/** What was on goes on through a transfer; what policy wants begins with the answer, except where S26 keeps it from beginning. */
function fromTheAnswerOn({ recording, madeBy, internal }: Call, policy: Policy): RecordingState {
  if (policy === 'NEVER') return 'OFF';
  const begins = policy === 'ALWAYS' && !internal && madeBy !== 'COLD' && recording === 'OFF';
  return begins ? 'RECORDING' : recording;
}
