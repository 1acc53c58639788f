import { wrapUpSentence, type Presence, type PresenceEvent as Happened } from '@cordboard/domain-presence';
import type { AgentStanding, PresenceEvent, PresenceView } from '@cordboard/contracts';
import type { AgentRow } from './presence.store.ts';

/** What others are told of one thing that happened to an agent, besides what it made of them. */
export function toldOf(happened: Happened, agentId: string, before: Presence, at: string): readonly PresenceEvent[] {
  switch (happened.type) {
    case 'wrapUpStarted': {
      const { callId, until, tag } = happened.wrapUp;
      return [{ type: 'wrapUp.started', agentId, callId, until, tagDue: tag === 'DUE' }];
    }
    case 'wrapUpEnded':
      return before.wrapUp
        ? [{ type: 'wrapUp.ended', agentId, callId: happened.callId, startedAt: before.wrapUp.startedAt, endedAt: at }]
        : [];
    case 'devicesSignedOut':
      return [{ type: 'devices.signedOut', agentId, devices: [...happened.devices], why: happened.why }];
    case 'statusChosen':
    case 'reachabilityChanged':
    case 'engaged':
    case 'freed':
    case 'workFound':
    case 'wrapUpExtended':
    case 'wrapUpOverdue':
    case 'tagGiven':
    case 'busyBegan':
    case 'busyOver':
      return [];
  }
}

/** What routing must know of an agent. */
export const standingOf = ({ id, rev, state, seen }: AgentRow): AgentStanding => ({
  agentId: id,
  rev,
  status: state.status,
  reachable: state.reachable,
  inWrapUp: state.wrapUp !== null,
  wrapUpCallId: state.wrapUp?.callId ?? null,
  seen,
});

/** What others see. */
export const viewOf = ({ status, reason, shown, wrapUp, busy }: Presence): PresenceView => ({
  status,
  reason,
  availability: shown.availability,
  since: shown.since,
  version: shown.version,
  statusUntil: busy?.until ?? null,
  wrapUp: wrapUp && {
    callId: wrapUp.callId,
    startedAt: wrapUp.startedAt,
    until: wrapUp.until,
    reason: wrapUp.reason,
    message: wrapUpSentence[wrapUp.reason],
    tagDue: wrapUp.tag === 'DUE',
  },
});
