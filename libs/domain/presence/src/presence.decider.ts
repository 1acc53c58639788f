import { fold, isRefusal, type Decider, type Refusal } from '@cordboard/decider';
import { beginWork, endWork, extendWork, workTagged, workTimeUp } from './after-call-work.ts';
import type { ChosenStatus, Engagement } from './availability.ts';
import { busyAfter, busyTimeUp } from './busy-after-transfer.ts';
import { evolve, initialPresence, type Presence, type PresenceEvent, type SignedOut, type WhySignedOut } from './presence.ts';
import { mustBeTagged, wrapUpReason, type CallEnd } from './wrap-up.ts';

/** What an agent or somebody for them does, what calls do to them, and time. */
export type PresenceCommand =
  | { readonly type: 'chooseStatus'; readonly status: ChosenStatus; readonly reason: string | null; readonly at: string }
  | { readonly type: 'devicesChanged'; readonly reachable: boolean; readonly at: string }
  | {
      readonly type: 'signOut';
      readonly devices: readonly SignedOut[];
      readonly why: WhySignedOut;
      /** Whether anything is left to reach the agent on. */
      readonly reachable: boolean;
      readonly at: string;
    }
  | { readonly type: 'engage'; readonly conversationId: string; readonly as: Engagement; readonly at: string }
  | { readonly type: 'free'; readonly conversationId: string; readonly at: string }
  | {
      readonly type: 'callEnded';
      readonly callId: string;
      readonly end: CallEnd;
      /** What the account has decided. */
      readonly customs: { readonly wrapUpSeconds: number; readonly tagRequired: boolean; readonly busyAfterColdSeconds: number };
      /** Whether the call has a tag already. */
      readonly tagged: boolean;
      readonly at: string;
    }
  | { readonly type: 'callTagged'; readonly callId: string; readonly at: string }
  | { readonly type: 'wrapUpTimeUp'; readonly callId: string; readonly until: string; readonly at: string }
  | { readonly type: 'busyTimeUp'; readonly until: string; readonly at: string }
  | { readonly type: 'endWrapUp'; readonly callId: string; readonly at: string }
  | { readonly type: 'extendWrapUp'; readonly callId: string; readonly seconds: number; readonly at: string };

export type PresenceRefusal = 'ALREADY_ENDED' | 'INVALID_DURATION' | 'NOT_READY' | 'TAG_REQUIRED';

/** Who is available: one agent's presence. A status chosen during a call takes effect after it; the last choice wins. */
export const presence: Decider<PresenceCommand, PresenceEvent, Presence, PresenceRefusal> = {
  initial: initialPresence('1970-01-01T00:00:00.000Z'),
  decide: (state, command) => {
    const outcome = decide(state, command);
    return isRefusal(outcome) ? outcome : [...outcome, ...beginWork(fold(evolve, state, outcome), command.at)];
  },
  evolve,
};

function decide(state: Presence, command: PresenceCommand): readonly PresenceEvent[] | Refusal<PresenceRefusal> {
  switch (command.type) {
    case 'chooseStatus':
      return command.status === state.status && command.reason === state.reason && !state.busy
        ? []
        : [{ type: 'statusChosen', status: command.status, reason: command.reason }];
    case 'devicesChanged':
      return command.reachable === state.reachable ? [] : [{ type: 'reachabilityChanged', reachable: command.reachable }];
    case 'signOut':
      return command.devices.length === 0
        ? []
        : [
            { type: 'devicesSignedOut', devices: command.devices, why: command.why },
            ...(command.reachable === state.reachable ? [] : [{ type: 'reachabilityChanged' as const, reachable: command.reachable }]),
          ];
    case 'engage':
      return state.engagements[command.conversationId] === command.as
        ? []
        : [{ type: 'engaged', conversationId: command.conversationId, as: command.as }];
    case 'free':
      return state.engagements[command.conversationId] === undefined ? [] : [{ type: 'freed', conversationId: command.conversationId }];
    case 'callEnded':
      return [...workAfter(command), ...busyAfter(state, command.end, command.customs.busyAfterColdSeconds, command.at)];
    case 'callTagged':
      return workTagged(state, command.callId);
    case 'endWrapUp':
      return endWork(state, command.callId);
    case 'extendWrapUp':
      return extendWork(state, command);
    case 'wrapUpTimeUp':
      return workTimeUp(state, command.callId, command.until);
    case 'busyTimeUp':
      return busyTimeUp(state, command.until);
  }
}

function workAfter({ callId, end, customs, tagged }: Extract<PresenceCommand, { type: 'callEnded' }>): readonly PresenceEvent[] {
  const reason = wrapUpReason(end);
  const tag = mustBeTagged(end, customs.tagRequired) ? (tagged ? 'GIVEN' : 'DUE') : 'NONE';
  if (reason === null || (customs.wrapUpSeconds === 0 && tag !== 'DUE')) return [];
  return [{ type: 'workFound', work: { callId, reason, seconds: customs.wrapUpSeconds, tag } }];
}
