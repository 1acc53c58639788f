import type { CallsSubscription, OffersSubscription, PresenceSubscription } from './generated/graphql.ts';

type Told<Update, Name> = Extract<Update, { readonly __typename: Name }>;
/** An agent with their presence. */
export type AgentPresence = Told<PresenceSubscription['presence'], 'PresenceChanged'>['agent'];
/** What rings for the agent. */
export type RingingOffer = Told<OffersSubscription['offers'], 'OfferMade'>['offer'];
/** A call that the agent is part of, as it is now. */
export type LiveCall = CallsSubscription['calls']['call'];

/** All that an agent's app shows of what goes on. A picture is never changed: what has not changed is the same object in the next. */
export interface Picture {
  /** `signedOut`: nothing more comes, until another client is made: the token is not taken any more, and there was no other. */
  readonly connection: 'connecting' | 'open' | 'signedOut';
  /** Everybody who is watched, by their id. */
  readonly presence: ReadonlyMap<string, AgentPresence>;
  /** What rings, oldest first. */
  readonly offers: readonly RingingOffer[];
  /** Calls that go on, oldest first. */
  readonly calls: readonly LiveCall[];
}

export const nothing: Picture = { connection: 'connecting', presence: new Map(), offers: [], calls: [] };

/** A snapshot is everything; a change counts where it is newer than what is known. */
export function withPresence(picture: Picture, update: PresenceSubscription['presence']): Picture {
  if (update.__typename === 'PresenceSnapshot') return { ...picture, presence: new Map(update.agents.map((agent) => [agent.id, agent])) };
  const { agent } = update;
  if ((picture.presence.get(agent.id)?.presence.version ?? -1) >= agent.presence.version) return picture;
  return { ...picture, presence: new Map([...picture.presence, [agent.id, agent]]) };
}

/** An offer that is made again is told with something new in it. */
export function withOffer(picture: Picture, event: OffersSubscription['offers']): Picture {
  if (event.__typename === 'OfferMade') return { ...picture, offers: replaced(picture.offers, event.offer) };
  const offers = picture.offers.filter(({ id }) => id !== event.offerId);
  return offers.length === picture.offers.length ? picture : { ...picture, offers };
}

/** A subscription to offers begins with all that rings. */
export const withoutOffers = (picture: Picture): Picture => (picture.offers.length === 0 ? picture : { ...picture, offers: [] });

/** A call that has ended is not shown. */
export function withCall(picture: Picture, { call }: CallsSubscription['calls']): Picture {
  if (call.state !== 'ENDED') return { ...picture, calls: replaced(picture.calls, call) };
  const calls = picture.calls.filter(({ id }) => id !== call.id);
  return calls.length === picture.calls.length ? picture : { ...picture, calls };
}

const replaced = <Thing extends { readonly id: string }>(all: readonly Thing[], one: Thing): readonly Thing[] =>
  all.some(({ id }) => id === one.id) ? all.map((other) => (other.id === one.id ? one : other)) : [...all, one];
