import {
  agentCalls,
  callInGraph,
  eventsOf,
  offerInGraph,
  RoutingEvent,
  type CallView,
  type OfferView,
  type Told,
} from '@cordboard/contracts';
import type { Bus, Place } from '@cordboard/platform-messaging';
import type { Identity } from '@cordboard/platform-subgraph';
import { patiently } from './patient.ts';
import { readPlace, writePlace, type StreamTap } from './stream-tap.ts';

const made = (offer: OfferView) => ({ __typename: 'OfferMade', offer: { __typename: 'Offer', ...offerInGraph(offer) } });
const withdrawn = ({ id, outcome }: OfferView) => ({ __typename: 'OfferWithdrawn', offerId: id, outcome });
const changed = (call: CallView, place: Place) => ({
  __typename: 'CallChanged',
  call: { __typename: 'Call', ...callInGraph(call) },
  cursor: writePlace(place),
});

/** What rings for an agent: what rings already, then each offer once, and once that it does not ring any more. */
export async function* offersFeed(tap: StreamTap, bus: Bus, { account, agentId }: Identity): AsyncGenerator<unknown> {
  const { heard, leave } = tap.listen();
  /** What rings, and as what: a warm transfer whose transferor leaves goes on ringing as a cold one. */
  const ringing = new Map<string, string>();
  const begin = async () => {
    const { offers } = await patiently(() => bus.ask(agentCalls, { account, agentId }));
    const fresh = offers.filter((offer) => ringing.get(offer.id) !== offer.kind);
    for (const offer of offers) ringing.set(offer.id, offer.kind);
    return fresh.map(made);
  };
  const tell = (told: Told<{ type: string }>) =>
    told.account !== account
      ? []
      : eventsOf(RoutingEvent, told).flatMap((event): unknown[] => {
          if ((event.type !== 'offer.made' && event.type !== 'offer.ended') || event.offer.agentId !== agentId) return [];
          if (event.type === 'offer.ended') return ringing.delete(event.offer.id) ? [withdrawn(event.offer)] : [];
          if (ringing.get(event.offer.id) === event.offer.kind) return [];
          ringing.set(event.offer.id, event.offer.kind);
          return [made(event.offer)];
        });
  try {
    yield* await begin();
    for await (const next of heard) yield* next.is === 'lost' ? await begin() : tell(next.told);
  } finally {
    leave();
  }
}

/** Every change of the calls that an agent is part of: those that are going on, then each change in order. */
export async function* callsFeed(
  tap: StreamTap,
  bus: Bus,
  { after }: { readonly after?: string | null },
  { account, agentId }: Identity,
): AsyncGenerator<unknown> {
  const { heard, leave } = tap.listen();
  const seen = new Map<string, number>();
  const begin = async () => {
    const { now } = tap;
    const { calls } = await patiently(() => bus.ask(agentCalls, { account, agentId }));
    for (const { seq, call } of calls) seen.set(call.conversationId, seq);
    return calls.map(({ call }) => changed(call, now));
  };
  const tell = (told: Told<{ type: string }>, place: Place) => {
    if (told.account !== account || (seen.get(told.key) ?? 0) >= told.seq) return [];
    seen.set(told.key, told.seq);
    return eventsOf(RoutingEvent, told).flatMap((event) =>
      event.type === 'calls.changed'
        ? event.calls.filter((call) => call.participants.includes(agentId)).map((call) => changed(call, place))
        : [],
    );
  };
  try {
    const place = after ? readPlace(after) : null;
    const missed = place && tap.since(place);
    if (missed) for (const entry of missed) yield* tell(entry.told, entry.place);
    else yield* await begin();
    for await (const next of heard) yield* next.is === 'lost' ? await begin() : tell(next.told, next.place);
  } finally {
    leave();
  }
}
