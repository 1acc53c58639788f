import type { Candidate, Round } from './commands.ts';
import type { Conversation, Offer } from './conversation.ts';

/** One step of a Number's distribution, with those whom it names as they are now. */
export interface Step {
  readonly how: 'ALL_AT_ONCE' | 'LONGEST_IDLE' | 'ROUND_ROBIN';
  readonly ringSeconds: number;
  readonly agents: readonly (Candidate & {
    readonly isAvailable: boolean;
    /** Since when they are without a call, and when they were rung last, ISO-8601; null: never. */
    readonly idleSince: string | null;
    readonly lastOfferedAt: string | null;
  })[];
}

/** A call's being with a Number, from its coming there on. */
export interface Visit {
  /** Who was rung for it so far. */
  readonly rung: readonly Pick<Offer, 'step' | 'agentId'>[];
  /** Who handed the call over: not rung for it. */
  readonly transferorId: string | null;
}

/** The visit that goes on in this state: to the Number that was dialled, or that the pending transfer goes to. */
export function visitOf(state: Conversation): Visit {
  const transfer = state.transfers.find((one) => one.endedAt === null);
  return {
    rung: state.offers.filter((offer) => typeof offer.step === 'number' && offer.transferId === (transfer?.id ?? null)),
    transferorId: transfer?.transferorId ?? null,
  };
}

/**
 * Who is rung next for a Number; null: nobody is left. Steps follow each other; in one that rings one after another nobody is rung
 * twice. Behind a Number only those who are available are rung (D0).
 */
export function nextRound(steps: readonly Step[], { rung, transferorId }: Visit): Round | null {
  const from = Math.max(0, ...rung.map((offer) => offer.step ?? 0));
  for (const [step, { how, ringSeconds, agents }] of steps.entries()) {
    const before = rung.filter((offer) => offer.step === step);
    if (step < from || (how === 'ALL_AT_ONCE' && before.length > 0)) continue;
    const free = agents.filter(
      ({ isAvailable, agentId }) => isAvailable && agentId !== transferorId && !before.some((offer) => offer.agentId === agentId),
    );
    const candidates = (how === 'ALL_AT_ONCE' ? free : inTurn(how, free).slice(0, 1)).map(({ agentId, forwardedTo }) => ({
      agentId,
      forwardedTo,
    }));
    if (candidates.length > 0) return { step, candidates, ringSeconds };
  }
  return null;
}

/** Who has waited longest, for a call or for being rung, comes first; who never was, before everybody. */
const inTurn = (how: 'LONGEST_IDLE' | 'ROUND_ROBIN', agents: Step['agents']): Step['agents'] => {
  const since = (agent: Step['agents'][number]): string => (how === 'LONGEST_IDLE' ? agent.idleSince : agent.lastOfferedAt) ?? '';
  return agents.toSorted((a, b) => (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : a.agentId < b.agentId ? -1 : 1));
};
