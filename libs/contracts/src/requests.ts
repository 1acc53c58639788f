import { z } from 'zod';
import { Id, SOURCES } from './envelope.ts';
import { AgentStanding, PresenceView } from './presence.ts';
import { CallView, OfferView } from './routing.ts';

/** What one service asks another over NATS request/reply: name, question, answer. Only for what need not survive a crash. */
export interface Request<Question extends z.ZodType, Answer extends z.ZodType> {
  readonly subject: string;
  readonly question: Question;
  readonly answer: Answer;
}
const request = <Q extends z.ZodType, A extends z.ZodType>(subject: string, question: Q, answer: A): Request<Q, A> => ({
  subject: `cordboard.ask.${subject}`,
  question,
  answer,
});

const Device = z.object({ account: Id, agentId: Id, deviceId: Id, nodeId: Id });
/** A gateway replica tells presence which sockets it holds; `known`: whether there is such an agent. One lease a replica keeps all of them alive, not one heartbeat a socket. */
export const deviceOpened = request('presence.device-opened', Device, z.object({ known: z.boolean() }));
/**
 * `clean`: the client said goodbye or was sent away (D18); otherwise the socket was lost and the device lives on for the grace of D15, but not
 * after `tokenEnds`.
 */
export const deviceClosed = request(
  'presence.device-closed',
  Device.extend({ clean: z.boolean(), tokenEnds: z.iso.datetime().nullable().default(null) }),
  z.null(),
);
/** Renews the replica's lease; answers whether presence still knew it (if not, the replica tells its sockets again). */
export const nodeRenewed = request('presence.node-renewed', z.object({ nodeId: Id }), z.object({ known: z.boolean() }));
export const presenceSnapshot = request(
  'presence.snapshot',
  z.object({
    account: Id,
    agentIds: z.array(Id).nullable(),
    teamIds: z.array(Id).nullable(),
    /** Where a page before this one ended; null: from the first. */
    after: Id.nullable().default(null),
  }),
  z.object({
    /** In order of their ids, a page at a time: a message has a size. */
    agents: z.array(z.object({ agentId: Id, teamIds: z.array(Id), presence: PresenceView })),
    /** The ids that were asked for and that the account does not have. */
    unknown: z.array(Id).default([]),
    /** Whom the next page comes after; null: there is none. */
    next: Id.nullable().default(null),
  }),
);
/**
 * Whose tokens of before a moment are not taken any more. `since`: only what was revoked from then on (an earlier answer's `at`); null: all.
 * Asked again and again by whoever lets people in, so that it holds within a second.
 */
export const revocations = request(
  'directory.revocations',
  z.object({ since: z.iso.datetime().nullable() }),
  z.object({ at: z.iso.datetime(), revoked: z.array(z.object({ agentId: Id, account: Id, before: z.iso.datetime() })) }),
);
/**
 * The directory asks routing, before it removes something, whether a live call needs it (D21): an agent who has taken one or has one that comes or may come back to
 * them, a team that a transfer rings, a Number that a call came in on or is transferred to. What only rings an agent does not: it is rescinded (D18).
 */
export const neededByCalls = request(
  'routing.needed-by-calls',
  z.object({ account: Id, kind: z.enum(['AGENT', 'TEAM', 'NUMBER']), id: Id }),
  z.object({ needed: z.boolean() }),
);
/** Presence tells routing what an agent's standing is now, before it answers the agent: what one wrote one reads. */
export const standingTold = request('routing.standing-told', z.object({ account: Id, standing: AgentStanding }), z.null());
/** A key that somebody pressed at their own phone, for their call as a whole. `to`: what they dialled, an extension or a phone number. */
export const PhoneKey = z.discriminatedUnion('is', [
  z.object({ is: z.literal('hold') }),
  z.object({ is: z.literal('resume') }),
  z.object({ is: z.literal('transfer'), to: z.string().max(256) }),
]);
export type PhoneKey = z.infer<typeof PhoneKey>;
/** Telephony asks routing to do what a key of a phone means: as `holdCall`, `resumeCall` or a cold `startTransfer` by the leg's agent. */
export const phoneKeyPressed = request(
  'routing.phone-key-pressed',
  z.object({ account: Id, conversationId: Id, legId: Id, key: PhoneKey }),
  /** Why not, as the mutation would say it; null: it is done, or will be. */
  z.object({ refused: z.object({ code: z.string(), message: z.string() }).nullable() }),
);
/**
 * What rings for an agent, and the live calls they are part of; `seq`: the last event of the call's conversation that a picture includes.
 * `also`: calls of theirs to be shown though they have ended; `rang`: offers to them that may have ended, which stand in `ended` then. What is none
 * of theirs is left out.
 */
export const agentCalls = request(
  'routing.agent-calls',
  z.object({ account: Id, agentId: Id, also: z.array(Id).max(50).default([]), rang: z.array(Id).max(200).default([]) }),
  z.object({
    offers: z.array(OfferView),
    ended: z.array(OfferView).default([]),
    calls: z.array(z.object({ seq: z.int(), call: CallView })),
  }),
);
/** What an agent is reached on, as their apps last reported it; `agent` null: presence knows no such agent. */
export const agentFacts = request(
  'presence.agent-facts',
  z.object({ account: Id, agentId: Id }),
  z.object({
    agent: z
      .object({
        devices: z.array(
          z.object({
            id: z.string(),
            /** When its socket was lost without a goodbye; null while it is open. */
            lostAt: z.iso.datetime().nullable(),
            appVersion: z.string().nullable(),
            rttMs: z.number().nullable(),
            jitterMs: z.number().nullable(),
            packetLoss: z.number().nullable(),
            reportedAt: z.iso.datetime().nullable(),
          }),
        ),
      })
      .nullable(),
  }),
);

/** Has a follower taken `source`'s events of this key up to `seq` into account? Answers once it has, or after `waitMs`. */
export const caughtUp = (service: string) =>
  request(
    `${service}.caught-up`,
    z.object({ source: z.enum(SOURCES), key: Id, seq: z.int(), waitMs: z.int().max(10_000) }),
    z.object({ seq: z.int() }),
  );
/** Envelopes that a follower missed, from the source's own outbox: the stream may have been wiped or expired. */
export const replay = (source: string) =>
  request(`${source}.replay`, z.object({ key: Id, from: z.int(), to: z.int() }), z.object({ envelopes: z.array(z.unknown()) }));
