import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import { controlOf, remedyFor, whyLocked, type Control } from './control.ts';
import { evolve, type Call, type Conversation, type Happened, type RecordingState } from './conversation.ts';

/** What people want of a call's recording. */
export type Wish = 'start' | 'stop' | 'pause' | 'resume';

/** What happened elsewhere, or what somebody who may wants. */
export type Command = { readonly type: 'hear'; readonly event: Happened } | { readonly type: Wish; readonly callId: string };

/** Why a recording is not switched. */
export type Code = 'RECORDING_LOCKED' | 'ALREADY_ENDED' | 'NOT_READY' | 'NOT_RECORDING';

/** Whether and how the calls of one conversation are recorded. */
export const recording: Decider<Command, Happened, Conversation, Code> = { initial: { calls: [] }, decide, evolve };

function decide(state: Conversation, command: Command): readonly Happened[] | Refusal<Code> {
  if (command.type === 'hear') return [command.event];
  const { type: wish, callId } = command;
  const call = state.calls.find(({ id }) => id === callId);
  if (!call || call.phase === 'ended')
    return refuse('ALREADY_ENDED', 'The call has ended.', 'What was recorded of it lies in its recordings.');
  if (call.phase === 'new') return refuse('NOT_READY', 'Nobody talks in this call yet.', 'Wait until it is answered.');
  return locked(call, wish) ?? switched(call, wish);
}

/** @rule S27 what was on before a cold transfer cannot be paused after it */
function locked(call: Call, wish: Wish): Refusal<Code> | null {
  const control = controlOf({ ...call, policy: call.policy ?? 'ON_DEMAND' });
  if (control === 'ALLOWED') return null;
  const why = wish === 'pause' && isCold(control) ? PAUSED_NO_MORE : (whyLocked(control) ?? '');
  return refuse('RECORDING_LOCKED', why, remedyFor(control) ?? undefined);
}

const isCold = (control: Control): boolean => control === 'LOCKED_BY_COLD_TRANSFER';
const PAUSED_NO_MORE = 'The call was transferred cold: a recording that was on before cannot be paused any more.';

function switched({ id: callId, recording }: Call, wish: Wish): readonly Happened[] | Refusal<Code> {
  if (recording === 'OFF' && (wish === 'pause' || wish === 'resume'))
    return refuse('NOT_RECORDING', 'This call is not being recorded.', 'Start its recording first.');
  const to = AFTER[wish];
  return recording === to ? [] : [{ type: 'switched', callId, to }];
}

const AFTER: Readonly<Record<Wish, RecordingState>> = { start: 'RECORDING', stop: 'OFF', pause: 'PAUSED', resume: 'RECORDING' };
