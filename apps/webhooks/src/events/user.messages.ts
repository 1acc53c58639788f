import type { PresenceEvent, TelephonyEvent, Told } from '@cordboard/contracts';
import { keyOfCall } from './call.messages.ts';
import type { CallPayload, Message } from './payloads.ts';

/** Calls that are known, by id. */
type Known = ReadonlyMap<string, CallPayload>;
/** What comes of a call afterwards is ordered with the call, where it is known. */
const keyOf = (known: Known, callId: string): string => keyOfCall(known.get(callId)?.conversationId ?? callId);

/** What presence said of an agent, in the words of webhooks. */
export function tellOfUsers(told: Told<PresenceEvent>, known: Known): readonly Message[] {
  const timestamp = told.at;
  return told.events.flatMap((event): Message[] => {
    switch (event.type) {
      case 'presence.changed': {
        const { agentId } = event;
        const { status, reason, availability, since, version } = event.presence;
        const data = { agentId, status, reason, availability, since, version };
        return [{ type: 'user.status_changed', key: `user/${agentId}`, timestamp, data }];
      }
      case 'wrapUp.started': {
        const { agentId, callId, until, tagDue } = event;
        return [{ type: 'user.wut_start', key: `user/${agentId}`, timestamp, data: { agentId, callId, until, tagDue } }];
      }
      case 'wrapUp.ended': {
        const { agentId, callId, startedAt, endedAt } = event;
        return [{ type: 'user.wut_end', key: `user/${agentId}`, timestamp, data: { agentId, callId, startedAt, endedAt } }];
      }
      case 'call.tagged': {
        const { agentId, callId, tags } = event;
        const data = { callId, call: known.get(callId) ?? null, agentId, tags };
        return [{ type: 'call.tagged', key: keyOf(known, callId), timestamp, data }];
      }
      case 'standing.changed':
      case 'devices.signedOut':
        return [];
    }
  });
}

/** What telephony said that receivers hear of: messages that were left. */
export const tellOfVoicemails = (told: Told<TelephonyEvent>, known: Known): readonly Message[] =>
  told.events.flatMap((event): Message[] => {
    if (event.type !== 'voicemail.left') return [];
    const { announcementId: id, callId, conversationId, numberId, from, seconds } = event;
    const voicemail = { id, numberId, from: from === 'anonymous' ? null : from, seconds };
    const data = { callId, call: known.get(callId) ?? null, voicemail };
    return [{ type: 'call.voicemail_left', key: keyOfCall(conversationId), timestamp: told.at, data }];
  });
