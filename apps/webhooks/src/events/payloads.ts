import {
  AVAILABILITIES,
  CALL_ENDS,
  CHOSEN_STATUSES,
  DIRECTIONS,
  END_REASONS,
  Id,
  TARGET_KINDS,
  TRANSFER_MODES,
  TRANSFER_STATUSES,
} from '@cordboard/contracts';
import { z } from 'zod';

/** What receivers are sent, event by event. Words and fields are added, never changed: what is read here is documented in docs/webhooks. */
const at = (what: string) => z.iso.datetime().describe(what);
const maybeAt = (what: string) => z.iso.datetime().nullable().describe(what);
const id = (what: string) => Id.describe(what);
const maybe = (what: string) => Id.nullable().describe(what);

/** A call at the end of the moment in which the event happened. */
export const CallPayload = z
  .object({
    id: id('The call; `call(id)` of the graph knows it.'),
    conversationId: id('What the calls that transfers made of one another have in common. Events of a conversation are sent in order.'),
    direction: z.enum(DIRECTIONS).describe('From where to where: from outside, to outside, between colleagues.'),
    state: z.enum(['RINGING', 'IN_PROGRESS', 'ENDED']),
    numberId: maybe('The Number of the account that the call is on.'),
    caller: z.string().nullable().describe('The outside party, E.164; null on a call between colleagues.'),
    callerText: z.string().nullable().describe('What to show where a caller told no number; null where there is one.'),
    agentId: maybe('The agent whose call it is; null while nobody answered.'),
    hold: z.boolean().describe('Whether the outside party hears music instead of a person.'),
    startedAt: at('When it began to ring.'),
    answeredAt: maybeAt('When somebody answered.'),
    endedAt: maybeAt('When it ended.'),
  })
  .describe('A call, as it was when the event had happened.');
export type CallPayload = z.infer<typeof CallPayload>;

const Transfer = z
  .object({
    id: id('The transfer; `transfer(id)` of the graph knows it.'),
    mode: z.enum(TRANSFER_MODES).describe('COLD: at once; WARM: after a consultation.'),
    status: z.enum(TRANSFER_STATUSES).describe('How it ended.'),
    endReason: z.enum(END_REASONS).nullable().describe('Why it came to nothing; null where it did not.'),
    transferorId: id('The agent who transferred.'),
    target: z
      .object({
        kind: z.enum(TARGET_KINDS),
        label: z.string().describe('The name it had when it was chosen.'),
        agentId: maybe('The colleague.'),
        teamId: maybe('The team.'),
        numberId: maybe('The Number of the account.'),
        contactId: maybe('The contact that was chosen.'),
        phoneNumber: z.string().nullable().describe('The outside number, E.164.'),
      })
      .describe('Whom it was meant for.'),
    newCallId: maybe('The call that it made, whose own events follow; null where it made none.'),
    startedAt: at('When it was begun.'),
    endedAt: maybeAt('When it was settled.'),
  })
  .describe('A transfer, settled.');

const call = CallPayload.describe('The call that was transferred, as it was when the event had happened.');
const CallIfKnown = CallPayload.nullable().describe('The call; null where it has not been heard of.');

const DATA = {
  'call.created': z
    .object({
      call: CallPayload,
      entryNumberId: maybe('The Number that was dialled first, where the call came in; null on a call that a transfer made.'),
      viaTransferId: maybe('The transfer that made the call; null where none did.'),
      callerAgentId: maybe('The agent who calls a colleague.'),
    })
    .describe('A call began: somebody called, or a transfer was completed, whose target goes on in a call of its own.'),
  'call.answered': z.object({ call: CallPayload }).describe('Somebody talks with the caller. Once for each call.'),
  'call.hold': z.object({ call: CallPayload }).describe('The caller was put on hold: by the agent, or because a consultation began.'),
  'call.unhold': z.object({ call: CallPayload }).describe('The caller is with the agent again. Not told where a call ends on hold.'),
  'call.transferred': z
    .object({ call, transfer: Transfer, takenByAgentId: maybe('Who took it; null where a Number’s voicemail or message did.') })
    .describe('A transfer to a colleague, a team or a Number of the account was completed: the caller has been taken over.'),
  'call.external_transferred': z
    .object({ call, transfer: Transfer })
    .describe('A transfer to an outside number was completed: the call left the account’s phone system.'),
  'call.unsuccessful_transfer': z
    .object({ call, transfer: Transfer })
    .describe('A transfer came to nothing: it came back, was taken back, failed, or the caller left. Once for each, when that is settled.'),
  'call.hungup': z
    .object({
      call: CallPayload,
      by: z.enum(['CALLER', 'AGENT', 'TARGET']).describe('TARGET: the outside party that it was transferred to.'),
    })
    .describe('Somebody hung up, which ended the call. `call.ended` follows.'),
  'call.ended': z
    .object({ call: CallPayload, how: z.enum(CALL_ENDS).describe('How it ended; TRANSFERRED: the caller goes on in another call.') })
    .describe('A call is over. Once for each, and the last of its own events; tags, wrap-up and a voicemail may follow.'),
  'call.tagged': z
    .object({
      callId: id('The call.'),
      call: CallIfKnown,
      agentId: id('Who tagged it.'),
      tags: z.array(z.string()).describe('All its tags since.'),
    })
    .describe('Somebody tagged a call.'),
  'call.voicemail_left': z
    .object({
      callId: id('The call.'),
      call: CallIfKnown,
      voicemail: z.object({
        id: id('The message; `voicemail(id)` of the graph has its audio.'),
        numberId: id('The Number it was left on.'),
        from: z.string().nullable().describe('Who left it, E.164; null where the number is withheld.'),
        seconds: z.number().describe('How long it is.'),
      }),
    })
    .describe('A message was left in a Number’s voicemail, and can be heard.'),
  'user.wut_start': z
    .object({
      agentId: id('The agent.'),
      callId: id('The call that the work is for.'),
      until: at('When it runs out, if nobody extends or ends it.'),
      tagDue: z.boolean().describe('Whether it cannot end before the call is tagged.'),
    })
    .describe('Wrap-up time began.'),
  'user.wut_end': z
    .object({ agentId: id('The agent.'), callId: id('The call that the work was for.'), startedAt: at('Begin.'), endedAt: at('End.') })
    .describe('Wrap-up time ended, or ran out.'),
  'user.status_changed': z
    .object({
      agentId: id('The agent.'),
      status: z.enum(CHOSEN_STATUSES).describe('What the agent chose.'),
      reason: z.string().nullable().describe('Why, in the words of whoever chose.'),
      availability: z.enum(AVAILABILITIES).describe('What others see: it follows from status, devices, calls and wrap-up.'),
      since: at('Since when the availability holds.'),
      version: z.int().describe('Grows with each change: of two, the larger one is the later.'),
    })
    .describe('What is seen of an agent changed: the chosen status, its reason, the availability or the wrap-up.'),
} as const;

/** A name of an event. */
export type EventName = keyof typeof DATA;
export const EVENTS = Object.keys(DATA) as readonly EventName[];
export type DataOf<Name extends EventName> = z.infer<(typeof DATA)[Name]>;

/** An event that a receiver may want to hear of; `key`: what its order is kept in. */
export type Message = {
  [Name in EventName]: { readonly type: Name; readonly key: string; readonly timestamp: string; readonly data: DataOf<Name> };
}[EventName];

/** The whole body, by the event. */
export const bodyOf = (name: EventName) =>
  z
    .object({
      type: z.literal(name).describe('The event.'),
      timestamp: at('When it happened. An attempt’s own time is in the header `webhook-timestamp`.'),
      account: id('The account that it happened in.'),
      data: DATA[name],
    })
    .describe(DATA[name].description ?? '');
