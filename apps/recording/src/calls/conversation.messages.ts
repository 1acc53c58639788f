import type { RecordingEvent } from '@cordboard/contracts';
import { controlOf, current, wantedOf, type Call, type Conversation } from '@cordboard/domain-recording';

/** What others are told of a change: what the engine is to do from now on, and the calls that show something else. */
export function messagesOf(
  conversationId: string,
  before: Conversation,
  after: Conversation,
  consultations: boolean,
): readonly RecordingEvent[] {
  const want = wantedOf(after);
  const callId = (current(after) ?? after.calls.at(-1))?.id;
  const wanted: RecordingEvent[] =
    callId === undefined || want === wantedOf(before) ? [] : [{ type: 'recording.wanted', conversationId, callId, want, consultations }];
  const changed = after.calls.filter((call) => {
    const then = before.calls.find(({ id }) => id === call.id);
    return then && shown(then) !== shown(call);
  });
  return [
    ...wanted,
    ...changed.map(({ id, agentIds }): RecordingEvent => ({ type: 'recording.changed', callId: id, agentIds: [...agentIds] })),
  ];
}

const shown = (call: Call): string => `${call.recording} ${controlOf({ ...call, policy: call.policy ?? 'ON_DEMAND' })}`;
