import { hindranceFor } from '@cordboard/domain-presence';
import { isOpen, nextRound, type NumberFacts, type Visit } from '@cordboard/domain-transfer';
import type { Distribution } from '../agents/directory.store.ts';

/** What the rules must know of a Number that a call is with, and the revisions of those whom it may ring. */
export function numberFacts(
  { number, policy, steps }: Distribution,
  o: { readonly ringsWith: 'CALL' | 'TRANSFER'; readonly visit: Visit; readonly at: string },
): { readonly facts: NumberFacts; readonly revs: ReadonlyMap<string, number> } {
  const known = steps.map(({ step, agents }) => ({
    how: step.how,
    ringSeconds: step.ringSeconds ?? policy.ringSeconds,
    agents: agents.map((agent) => ({
      agentId: agent.id,
      forwardedTo: agent.forwarding,
      isAvailable: hindranceFor(o.ringsWith, agent.standing) === null,
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
