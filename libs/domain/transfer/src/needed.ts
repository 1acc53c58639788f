import { numberFollowed, ringing, type Conversation, type Target, type Transfer } from './conversation.ts';

/** A team or a Number of the account, as a transfer's target names it. */
export type MayBeNeeded = { readonly teamId: string } | { readonly numberId: string };

/**
 * Whether a live call needs a team or a Number, so that it is not removed (D21): a transfer to it is pending, or a call that has not ended came in on
 * the Number, was dialled from it, or follows its settings.
 */
export function isNeeded(state: Conversation, what: MayBeNeeded): boolean {
  if (pending(state).some(({ target }) => isTarget(target, what))) return true;
  if ('teamId' in what) return false;
  return numberFollowed(state) === what.numberId || state.calls.some((call) => call.ended === null && call.lineId === what.numberId);
}

/** Whether this conversation only rings the agent, with what can be rescinded (D18): not with a return, for then the caller has nobody else. */
export const onlyRings = (state: Conversation, agentId: string): boolean =>
  ringing(state).some((offer) => offer.agentId === agentId && offer.kind !== 'TRANSFER_RETURN');

/** Whom a transfer to this team rings now. */
export function rungOfTeam(state: Conversation, teamId: string): readonly string[] {
  const ids = new Set(
    pending(state)
      .filter(({ target }) => isTarget(target, { teamId }))
      .map(({ id }) => id),
  );
  return ringing(state)
    .filter((offer) => offer.kind !== 'TRANSFER_RETURN' && offer.transferId !== null && ids.has(offer.transferId))
    .flatMap(({ agentId }) => agentId ?? []);
}

const pending = (state: Conversation): readonly Transfer[] => state.transfers.filter((transfer) => transfer.endedAt === null);

const isTarget = (target: Target, what: MayBeNeeded): boolean =>
  'teamId' in what
    ? target.kind === 'TEAM' && target.teamId === what.teamId
    : target.kind === 'NUMBER' && target.numberId === what.numberId;
