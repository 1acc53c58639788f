import type { WorkToDo, WrapUp } from './after-call-work.ts';
import type { Availability, ChosenStatus, Engagement } from './availability.ts';
import { AFTER_TRANSFER, type BusySpell } from './busy-after-transfer.ts';

/** A device that was signed out, and the gateway replica that holds its sockets. */
export interface SignedOut {
  readonly deviceId: string;
  readonly nodeId: string;
}

/** Somebody signed them out, or their agent was deactivated. */
export type WhySignedOut = 'SIGNED_OUT' | 'DEACTIVATED';

/** All that is known of one agent's presence. */
export interface Presence {
  readonly status: ChosenStatus;
  /** The agent's own words or choice: break, lunch, training, back office, other. */
  readonly reason: string | null;
  readonly reachable: boolean;
  /** By conversation: an agent can be reserved by one and rung by another. */
  readonly engagements: Readonly<Record<string, Engagement>>;
  readonly wrapUp: WrapUp | null;
  /** The wrap-ups that come next, in the order of their calls' ends. */
  readonly toDo: readonly WorkToDo[];
  /** Busy by itself after a transfer (S35); what was chosen stands in it. */
  readonly busy: BusySpell | null;
  readonly shown: { readonly availability: Availability; readonly since: string; readonly version: number };
}

/** What happened to an agent's presence. */
export type PresenceEvent =
  | { readonly type: 'statusChosen'; readonly status: ChosenStatus; readonly reason: string | null }
  | { readonly type: 'reachabilityChanged'; readonly reachable: boolean }
  | { readonly type: 'devicesSignedOut'; readonly devices: readonly SignedOut[]; readonly why: WhySignedOut }
  | { readonly type: 'engaged'; readonly conversationId: string; readonly as: Engagement }
  | { readonly type: 'freed'; readonly conversationId: string }
  | { readonly type: 'workFound'; readonly work: WorkToDo }
  | { readonly type: 'wrapUpStarted'; readonly wrapUp: WrapUp; readonly toDo: readonly WorkToDo[] }
  | { readonly type: 'wrapUpExtended'; readonly until: string }
  | { readonly type: 'wrapUpOverdue'; readonly callId: string }
  | { readonly type: 'tagGiven'; readonly callId: string }
  | { readonly type: 'wrapUpEnded'; readonly callId: string }
  | { readonly type: 'busyBegan'; readonly busy: BusySpell }
  | { readonly type: 'busyOver' };

export const initialPresence = (at: string): Presence => ({
  status: 'AVAILABLE',
  reason: null,
  reachable: false,
  engagements: {},
  wrapUp: null,
  toDo: [],
  busy: null,
  shown: { availability: 'OFFLINE', since: at, version: 1 },
});

/** An agent's presence after something happened to it. */
export function evolve(state: Presence, event: PresenceEvent): Presence {
  switch (event.type) {
    case 'statusChosen':
      return { ...state, status: event.status, reason: event.reason, busy: null };
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
    case 'workFound':
      return { ...state, toDo: [...state.toDo, event.work] };
    case 'wrapUpStarted':
      return { ...state, wrapUp: event.wrapUp, toDo: event.toDo };
    case 'wrapUpExtended':
      return { ...state, wrapUp: state.wrapUp && { ...state.wrapUp, until: event.until, overdue: false } };
    case 'wrapUpOverdue':
      return { ...state, wrapUp: state.wrapUp && { ...state.wrapUp, overdue: true } };
    case 'tagGiven': {
      const given = <Work extends WorkToDo | WrapUp>(work: Work): Work => (work.callId === event.callId ? { ...work, tag: 'GIVEN' } : work);
      return { ...state, wrapUp: state.wrapUp && given(state.wrapUp), toDo: state.toDo.map(given) };
    }
    case 'wrapUpEnded':
      return { ...state, wrapUp: null };
    case 'busyBegan':
      return { ...state, status: 'BUSY', reason: AFTER_TRANSFER, busy: event.busy };
    case 'busyOver':
      return state.busy ? { ...state, ...state.busy.back, busy: null } : state;
  }
}
