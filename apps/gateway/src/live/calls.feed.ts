import {
  agentCalls,
  callInGraph,
  eventsOf,
  offerInGraph,
  RecordingEvent,
  RoutingEvent,
  type CallView,
  type OfferView,
  type Told,
} from '@cordboard/contracts';
import { inLanguage } from '@cordboard/domain-advice';
import type { Bus, Place } from '@cordboard/platform-messaging';
import type { Identity, Language } from '@cordboard/platform-subgraph';
import { patiently } from './patient.ts';
import { readPlace, writePlace, type StreamTap } from './stream-tap.ts';

const made = (offer: OfferView) => ({ __typename: 'OfferMade', offer: { __typename: 'Offer', ...offerInGraph(offer) } });
const withdrawn = ({ id, outcome }: OfferView) => ({ __typename: 'OfferWithdrawn', offerId: id, outcome });
const changed = (call: CallView, cursor: string, language: Language) => ({
  __typename: 'CallChanged',
  call: { __typename: 'Call', ...callInGraph({ ...call, untransferable: hindranceIn(language, call.untransferable) }) },
  cursor,
});
/** So many calls of an agent are kept, for what recording may say of them. */
const REMEMBERED = 20;
/** How far a feed has told: of what routing said, and of what recording said. */
interface Places {
  readonly routing: Place;
  readonly recording: Place;
}
const writePlaces = ({ routing, recording }: Places): string => `${writePlace(routing)}.${writePlace(recording)}`;
function readPlaces(cursor: string): Places | null {
  const [routing, recording] = cursor.split('.').map(readPlace);
  return routing && recording ? { routing, recording } : null;
}
/** Routing tells it in English; whoever reads another language is told in that. */
const hindranceIn = (language: Language, hindrance: CallView['untransferable']): CallView['untransferable'] =>
  hindrance && {
    code: hindrance.code,
    message: inLanguage(language, hindrance.message),
    remedy: hindrance.remedy === null ? null : inLanguage(language, hindrance.remedy),
  };

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

/**
 * Every change of the calls that an agent is part of: those that are going on, then each change in order. What the recording of a
 * call does is another service's to say: then the call is shown once more, and its recording as it is by then.
 */
export async function* callsFeed(
  taps: Readonly<Record<keyof Places, StreamTap>>,
  bus: Bus,
  { after }: { readonly after?: string | null },
  { account, agentId, language }: Identity & { readonly language: Language },
): AsyncGenerator<unknown> {
  const { heard, leave } = taps.routing.listen();
  const recording = taps.recording.listen(heard);
  const seen = new Map<string, number>();
  /** Calls as they were last shown, the latest last. */
  const shown = new Map<string, CallView>();
  let places: Places = { routing: taps.routing.now, recording: taps.recording.now };

  const show = (call: CallView) => {
    shown.delete(call.id);
    shown.set(call.id, call);
    for (const id of [...shown.keys()].slice(0, -REMEMBERED)) shown.delete(id);
    return changed(call, writePlaces(places), language);
  };
  const live = async () => (await patiently(() => bus.ask(agentCalls, { account, agentId }))).calls;
  const begin = async () => {
    places = { routing: taps.routing.now, recording: taps.recording.now };
    const calls = await live();
    for (const { seq, call } of calls) seen.set(call.conversationId, seq);
    return calls.map(({ call }) => show(call));
  };
  const tell = (told: Told<{ type: string }>) => {
    if (told.account !== account || (seen.get(told.key) ?? 0) >= told.seq) return [];
    seen.set(told.key, told.seq);
    return eventsOf(RoutingEvent, told).flatMap((event) =>
      event.type === 'calls.changed' ? event.calls.filter((call) => call.participants.includes(agentId)).map(show) : [],
    );
  };
  const tellRecording = async (told: Told<{ type: string }>) => {
    if (told.account !== account) return [];
    const about = eventsOf(RecordingEvent, told).flatMap((event) =>
      event.type === 'recording.changed' && event.agentIds.includes(agentId) ? event.callId : [],
    );
    if (about.some((callId) => !shown.has(callId))) for (const { call } of await live()) shown.set(call.id, call);
    return about.flatMap((callId) => shown.get(callId) ?? []).map(show);
  };
  const hear = async ({ told, place }: { readonly told: Told<{ type: string }>; readonly place: Place }) => {
    places = { ...places, [told.source]: place };
    return told.source === 'recording' ? tellRecording(told) : tell(told);
  };
  try {
    const from = after ? readPlaces(after) : null;
    const missed = from && [taps.routing.since(from.routing), taps.recording.since(from.recording)];
    if (from && missed?.every((entries) => entries !== null)) {
      places = from;
      for (const entry of missed.flat()) yield* await hear(entry);
    } else yield* await begin();
    for await (const next of heard) yield* next.is === 'lost' ? await begin() : await hear(next);
  } finally {
    leave();
    recording.leave();
  }
}
