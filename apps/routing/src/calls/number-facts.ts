import { hindranceFor, type Standing } from '@cordboard/domain-presence';
import type { MessageFile } from '@cordboard/contracts';
import { isOpen, nextRound, type NumberFacts, type SoundFile, type Visit, type Words } from '@cordboard/domain-transfer';
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
      greeting: wordsOf(number.greeting, number.files.greeting),
      next: isOpen(number.openingHours, o.at) ? nextRound(known, o.visit) : null,
      voicemail: number.voicemail,
      voicemailMessage: wordsOf(number.voicemailMessage, number.files.voicemail),
      message: wordsOf(number.unavailabilityMessage, number.files.unavailable),
      language: number.language,
      music: soundOf(number.files.music),
    },
    revs: new Map(steps.flatMap(({ agents }) => agents.map((agent) => [agent.id, agent.rev]))),
  };
}

/** A message of a Number's own; null: it has none. A file is played instead of a text. */
const wordsOf = (text: string | null, file: MessageFile | null): Words | null => {
  if (file) return { text: null, file: soundOf(file) };
  return text === null ? null : { text, file: null };
};

/** What the engine needs to know of a file. */
export const soundOf = (file: MessageFile | null): SoundFile | null => file && { id: file.id, key: file.key };

/** Whom this very call rings is free for its next step: what rings them ends with the one before. */
const standingFor = ({ id, standing }: KnownAgent, rungHere: ReadonlySet<string> | undefined): Standing =>
  rungHere?.has(id) ? { ...standing, engagements: standing.engagements.filter((as) => as !== 'RINGING') } : standing;
