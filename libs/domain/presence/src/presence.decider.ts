import type { Decider } from '@cordboard/decider';
import { refuse } from '@cordboard/decider';
import type { Availability, ChosenStatus, Engagement } from './availability.ts';
import { wrapUpAfter, type CallEnd } from './wrap-up.ts';

/** After-call work for one call; times are ISO-8601. */
export interface WrapUp {
  readonly callId: string;
  readonly startedAt: string;
  readonly until: string;
}

/** A device that was signed out, and the gateway replica that holds its sockets. */
export interface SignedOut {
  readonly deviceId: string;
  readonly nodeId: string;
}

/** All that is known of one agent's presence. */
export interface Presence {
  readonly status: ChosenStatus;
  /** The agent's own words or choice: break, lunch, training, back office, other. */
  readonly reason: string | null;
  readonly reachable: boolean;
  /** By conversation: an agent can be reserved by one and rung by another. */
  readonly engagements: Readonly<Record<string, Engagement>>;
  readonly wrapUp: WrapUp | null;
  readonly shown: { readonly availability: Availability; readonly since: string; readonly version: number };
}

export type PresenceCommand =
  | { readonly type: 'chooseStatus'; readonly status: ChosenStatus; readonly reason: string | null; readonly at: string }
  | { readonly type: 'devicesChanged'; readonly reachable: boolean; readonly at: string }
  | {
      readonly type: 'signOut';
      readonly devices: readonly SignedOut[];
      /** Whether anything is left to reach the agent on. */
      readonly reachable: boolean;
      readonly at: string;
    }
  | { readonly type: 'engage'; readonly conversationId: string; readonly as: Engagement; readonly at: string }
  | { readonly type: 'free'; readonly conversationId: string; readonly at: string }
  | { readonly type: 'callEnded'; readonly callId: string; readonly end: CallEnd; readonly wrapUpSeconds: number; readonly at: string }
  | { readonly type: 'endWrapUp'; readonly callId: string; readonly at: string }
  | { readonly type: 'extendWrapUp'; readonly callId: string; readonly seconds: number; readonly at: string };

export type PresenceEvent =
  | { readonly type: 'statusChosen'; readonly status: ChosenStatus; readonly reason: string | null }
  | { readonly type: 'reachabilityChanged'; readonly reachable: boolean }
  | { readonly type: 'devicesSignedOut'; readonly devices: readonly SignedOut[] }
  | { readonly type: 'engaged'; readonly conversationId: string; readonly as: Engagement }
  | { readonly type: 'freed'; readonly conversationId: string }
  | { readonly type: 'wrapUpStarted'; readonly wrapUp: WrapUp }
  | { readonly type: 'wrapUpExtended'; readonly until: string }
  | { readonly type: 'wrapUpEnded'; readonly callId: string };

export type PresenceRefusal = 'ALREADY_ENDED' | 'INVALID_DURATION';

/** The longest that one call's wrap-up can be drawn out, in seconds (D4's upper bound for one extension). */
const MOST_SECONDS = 600;

export const initialPresence = (at: string): Presence => ({
  status: 'AVAILABLE',
  reason: null,
  reachable: false,
  engagements: {},
  wrapUp: null,
  shown: { availability: 'OFFLINE', since: at, version: 1 },
});

/** Who is available: one agent's presence. A status chosen during a call takes effect after it; the last choice wins. */
export const presence: Decider<PresenceCommand, PresenceEvent, Presence, PresenceRefusal> = {
  initial: initialPresence('1970-01-01T00:00:00.000Z'),
  decide: (state, command) => {
    switch (command.type) {
      case 'chooseStatus':
        return command.status === state.status && command.reason === state.reason
          ? []
          : [{ type: 'statusChosen', status: command.status, reason: command.reason }];
      case 'devicesChanged':
        return command.reachable === state.reachable ? [] : [{ type: 'reachabilityChanged', reachable: command.reachable }];
      case 'signOut':
        return command.devices.length === 0
          ? []
          : [
              { type: 'devicesSignedOut', devices: command.devices },
              ...(command.reachable === state.reachable ? [] : [{ type: 'reachabilityChanged' as const, reachable: command.reachable }]),
            ];
      case 'engage':
        return state.engagements[command.conversationId] === command.as
          ? []
          : [{ type: 'engaged', conversationId: command.conversationId, as: command.as }];
      case 'free':
        return state.engagements[command.conversationId] === undefined ? [] : [{ type: 'freed', conversationId: command.conversationId }];
      case 'callEnded': {
        if (!wrapUpAfter(command.end) || command.wrapUpSeconds === 0) return [];
        const before = state.wrapUp ? [{ type: 'wrapUpEnded' as const, callId: state.wrapUp.callId }] : [];
        return [
          ...before,
          {
            type: 'wrapUpStarted',
            wrapUp: { callId: command.callId, startedAt: command.at, until: later(command.at, command.wrapUpSeconds) },
          },
        ];
      }
      case 'endWrapUp':
        return state.wrapUp?.callId === command.callId
          ? [{ type: 'wrapUpEnded', callId: command.callId }]
          : refuse('ALREADY_ENDED', 'There is no wrap-up for this call any more.');
      case 'extendWrapUp':
        if (command.seconds < 1 || command.seconds > MOST_SECONDS)
          return refuse('INVALID_DURATION', 'A wrap-up can be extended by 1 to 600 seconds.', 'Choose a number of seconds in that range.');
        if (state.wrapUp?.callId !== command.callId) return refuse('ALREADY_ENDED', 'There is no wrap-up for this call any more.');
        return [{ type: 'wrapUpExtended', until: later(state.wrapUp.until, command.seconds) }];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'statusChosen':
        return { ...state, status: event.status, reason: event.reason };
      case 'reachabilityChanged':
        return { ...state, reachable: event.reachable };
      case 'devicesSignedOut':
        return state;
      case 'engaged':
        return { ...state, engagements: { ...state.engagements, [event.conversationId]: event.as } };
      case 'freed':
        return {
          ...state,
          engagements: Object.fromEntries(Object.entries(state.engagements).filter(([id]) => id !== event.conversationId)),
        };
      case 'wrapUpStarted':
        return { ...state, wrapUp: event.wrapUp };
      case 'wrapUpExtended':
        return { ...state, wrapUp: state.wrapUp && { ...state.wrapUp, until: event.until } };
      case 'wrapUpEnded':
        return { ...state, wrapUp: null };
    }
  },
};

const later = (at: string, seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();
