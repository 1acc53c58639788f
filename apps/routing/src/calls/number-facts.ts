import { hindranceFor, type Standing } from '@cordboard/domain-presence';
import { isOpen, nextRound, type NumberFacts, type Visit } from '@cordboard/domain-transfer';
import type { KnownAgent } from '../agents/agent.row.ts';
import type { Distribution } from '../agents/directory.store.ts';

/** What the rules must know of a Number that a call is with, and the revisions of those whom it may ring. */
export function numberFacts(
  { number, policy, steps }: Distribution,
  o: { readonly ringsWith: 'CALL' | 'TRANSFER'; readonly visit: Visit; readonly at: string; readonly rungHere?: ReadonlySet<string> },
): { readonly facts: NumberFacts; readonly revs: ReadonlyMap<string, number> } {
  const known = steps.map(({ step, agents }) => ({
    how: step.how,
    ringSeconds: step.ringSeconds ?? policy.ringSeconds,
    agents: agents.map((agent) => ({
      agentId: agent.id,
      forwardedTo: agent.forwarding,
      isAvailable: hindranceFor(o.ringsWith, standingFor(agent, o.rungHere)) === null,
      idleSince: agent.idleSince,
      lastOfferedAt: agent.lastOfferedAt,
    })),
  }));
  return {
    facts: {
      id: number.id,
      greeting: number.greeting,
      next: isOpen(number.openingHours, o.at) ? nextRound(known, o.visit) : null,
      voicemail: number.voicemail,
      message: number.unavailabilityMessage,
    },
    revs: new Map(steps.flatMap(({ agents }) => agents.map((agent) => [agent.id, agent.rev]))),
  };
}

/** Whom this very call rings is free for its next step: what rings them ends with the one before. */
const standingFor = ({ id, standing }: KnownAgent, rungHere: ReadonlySet<string> | undefined): Standing =>
  rungHere?.has(id) ? { ...standing, engagements: standing.engagements.filter((as) => as !== 'RINGING') } : standing;
