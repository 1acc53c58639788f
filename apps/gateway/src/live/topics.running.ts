import {
  agentCalls,
  CallView,
  caughtUp,
  OfferView,
  presenceSnapshot,
  subjectOf,
  type PresenceView,
  type Source,
} from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import type { Identity } from '@cordboard/platform-subgraph';
import { eventually, testNats, type TestNats } from '@cordboard/testing';
import { readFollows } from './follows.ts';
import eventsSdl from '../events.graphql';
import { Topics } from './topics.ts';
import { includes, type Moment, type Reading, type Topic } from './topic.ts';

export const AT = '2026-01-05T10:00:00.000Z';
export const alice: Identity = { agentId: 'alice', account: 'demo', role: 'AGENT', issuedAt: null, expiresAt: 0, token: '' };

export const presence = (version: number, availability: PresenceView['availability'] = 'AVAILABLE'): PresenceView => ({
  ...{ status: 'AVAILABLE', availability, reason: null, since: AT, version, wrapUp: null, statusUntil: null },
});
export const call = (id: string, state: CallView['state'] = 'IN_PROGRESS', participants = ['alice']): CallView =>
  CallView.parse({
    ...{ id, conversationId: 'k1', direction: 'INBOUND', state, lineId: 'main', caller: '+33611111111', agentId: 'alice', hold: false },
    ...{ startedAt: AT, answeredAt: null, endedAt: null, transfers: [], legs: [], untransferable: null, participants },
  });

export const offer = (id: string, outcome: OfferView['outcome'] = null): OfferView =>
  OfferView.parse({
    ...{ id, kind: 'DIRECT', callId: 'k1-c1', transferId: null, agentId: 'alice', displayNumber: '+33611111111', notice: null },
    ...{ caller: '+33611111111', transferorId: null, lineId: 'main', note: null, offeredAt: AT, expiresAt: AT, outcome, reason: null },
    endedAt: outcome === null ? null : AT,
  });

/** Topics over a NATS of their own, and what presence and routing answer when they are asked. */
export class RunningTopics {
  /** Everybody's presence as presence knows it, by account. */
  people: Record<string, Record<string, { presence: PresenceView; teamIds: string[] }>> = {};
  /** How far presence has seen the directory, when it is asked whether it has seen as much. */
  seenByPresence = async (seq: number): Promise<number> => seq;
  calls: { seq: number; call: CallView }[] = [];
  offers: OfferView[] = [];
  asked = 0;
  private seqs = new Map<string, number>();

  private constructor(
    readonly nats: TestNats,
    readonly bus: Bus,
    public topics: Topics,
  ) {}

  static async start(): Promise<RunningTopics> {
    const nats = await testNats();
    const bus = await Bus.connect({ url: nats.url, name: 'spec' });
    const running = new RunningTopics(nats, bus, new Topics(bus, readFollows(eventsSdl), 0));
    bus.serve(presenceSnapshot, async ({ account, agentIds, teamIds, after }) => {
      running.asked += 1;
      const all = Object.entries(running.people[account] ?? {}).map(([agentId, is]) => ({ agentId, ...is }));
      const found = all.filter(
        ({ agentId, teamIds: of }) => (!agentIds && !teamIds) || agentIds?.includes(agentId) || of.some((id) => teamIds?.includes(id)),
      );
      const page = found.filter(({ agentId }) => after === null || agentId > after).sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
      return {
        agents: page.slice(0, 2),
        next: page.length > 2 ? (page[1]?.agentId ?? null) : null,
        unknown: (agentIds ?? []).filter((id) => all.every(({ agentId }) => agentId !== id)),
      };
    });
    bus.serve(caughtUp('presence'), async ({ seq }) => ({ seq: await running.seenByPresence(seq) }));
    bus.serve(agentCalls, async ({ agentId, also, rang }) => ({
      offers: running.offers.filter((offer) => offer.agentId === agentId && offer.outcome === null),
      ended: running.offers.filter(({ id, outcome }) => outcome !== null && rang.includes(id)),
      calls: running.calls.filter(({ call }) => call.participants.includes(agentId) && (call.state !== 'ENDED' || also.includes(call.id))),
    }));
    return running;
  }

  /** Another replica of the gateway: it remembers nothing. */
  anotherReplica(): Topics {
    return new Topics(this.bus, readFollows(eventsSdl), 0);
  }

  async stop(): Promise<void> {
    await this.topics.stop();
    await this.bus.close();
    await this.nats.stop();
  }

  async eventuallyNobodyFollows(): Promise<void> {
    const { streams } = this.bus.manager;
    await eventually(async () => {
      const { state } = await streams.info('CORDBOARD_PRESENCE');
      return state.consumer_count === 0 && this.topics.counts.taps === 0;
    });
  }

  /** Resolves once NATS has streams again, after a wipe. */
  async streamsAreBack(): Promise<void> {
    for (const source of ['presence', 'directory', 'routing', 'recording'] as const)
      await eventually(() =>
        this.bus.stream(source).then(
          () => true,
          () => (this.bus.forget(source), false),
        ),
      );
  }

  /** A service says something. @returns its number in the stream */
  async say(source: Source, events: readonly object[], { account = 'demo', key = 'k1' } = {}): Promise<number> {
    const seq = (this.seqs.get(`${source} ${account} ${key}`) ?? 0) + 1;
    this.seqs.set(`${source} ${account} ${key}`, seq);
    const told = { source, account, key, from: seq, seq, at: AT, events };
    await this.bus.stream(source);
    return (await this.bus.streams.publish(subjectOf(source, account, key), JSON.stringify(told))).seq;
  }

  /** Presence commits a change and says it. */
  async becomes(agentId: string, is: PresenceView, account = 'demo'): Promise<void> {
    const before = this.people[account]?.[agentId];
    this.people[account] = { ...this.people[account], [agentId]: { teamIds: before?.teamIds ?? [], presence: is } };
    await this.say('presence', [{ type: 'presence.changed', agentId, presence: is }], { account, key: agentId });
  }
}

/** What one reader of a topic is told, in order. */
export async function reading(
  topic: Topic,
  after: string | null = null,
): Promise<{ readonly told: Told[]; leave(): void; has(count: number): Promise<readonly Told[]> }> {
  const told: Told[] = [];
  const waiting: [Moment, number][] = [];
  const first: { reading?: Reading } = {};
  const tell = (moment: Moment) => told.push(moment.event('en') as Told);
  const tellNew = (reading: Reading, moment: Moment, number: number) => includes(reading, moment, number) || tell(moment);
  const leave = topic.follow((moment, number) => (first.reading ? tellNew(first.reading, moment, number) : waiting.push([moment, number])));
  const reading = (first.reading = await topic.read(after));
  reading.moments.forEach(tell);
  for (const [moment, number] of waiting) tellNew(reading, moment, number);
  return {
    told,
    leave,
    has: (count) =>
      eventually(
        () => told,
        (seen) => seen.length >= count,
      ),
  };
}

export interface Told {
  readonly __typename: string;
  readonly cursor: string;
  readonly fresh?: boolean;
  readonly offer?: { readonly id: string };
  readonly offerId?: string;
  readonly outcome?: string;
  readonly call?: { readonly id: string; readonly state: string };
  readonly agent?: { readonly id: string; readonly presence: PresenceView };
  readonly agents?: readonly { readonly id: string; readonly presence: PresenceView }[];
}
