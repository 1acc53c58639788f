import { eventsOf, Id, PresenceEvent, presenceSnapshot } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import { badInput, notFound, upstreamUnavailable, type Identity } from '@cordboard/platform-subgraph';
import { GraphQLError } from 'graphql';
import type { Events } from '../graph/event-subgraph.ts';
import type { Device } from './devices.ts';
import { callsFeed, offersFeed } from './calls.feed.ts';
import { presenceFeed } from './presence.feed.ts';
import { StreamTap } from './stream-tap.ts';

/** The live side of the graph: feeds in, sockets out. No rule lives here; what may be seen follows from the token alone. */
export class Live {
  private readonly presence = new StreamTap(this.bus, 'presence');
  private readonly routing = new StreamTap(this.bus, 'routing');
  private readonly recording = new StreamTap(this.bus, 'recording');

  constructor(private readonly bus: Bus) {}

  async start(): Promise<void> {
    await Promise.all([this.presence.start(), this.routing.start(), this.recording.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.presence.stop(), this.routing.stop(), this.recording.stop()]);
  }

  readonly events: Events = {
    presence: async (args, identity) => {
      await this.mustKnow(args, identity).catch(say);
      return spoken(presenceFeed(this.presence, this.bus, args, identity));
    },
    offers: (_, identity) => spoken(offersFeed(this.routing, this.bus, identity)),
    calls: (args, identity, language) =>
      spoken(callsFeed({ routing: this.routing, recording: this.recording }, this.bus, args, { ...identity, language })),
  };

  /** The devices of one gateway replica that are signed out, as it happens. Ends when the feed is stopped. */
  async *signedOut(nodeId: string): AsyncGenerator<Device> {
    const { heard, leave } = this.presence.listen();
    try {
      for await (const next of heard) {
        if (next.is === 'lost' || next.told.events.every(({ type }) => type !== 'devices.signedOut')) continue;
        const { account } = next.told;
        for (const event of eventsOf(PresenceEvent, next.told))
          if (event.type === 'devices.signedOut')
            for (const device of event.devices)
              if (device.nodeId === nodeId) yield { account, agentId: event.agentId, deviceId: device.deviceId };
      }
    } finally {
      leave();
    }
  }

  /** @throws GraphQLError NOT_FOUND for an agent or a team that one may not see: a filter that names nobody would be silent for ever */
  private async mustKnow(args: Readonly<Record<string, unknown>>, { account }: Identity): Promise<void> {
    const agentIds = (args['agentIds'] as string[] | null | undefined) ?? null;
    const teamIds = (args['teamIds'] as string[] | null | undefined) ?? null;
    const named = [...(agentIds ?? []), ...(teamIds ?? [])];
    if (named.some((id) => !Id.safeParse(id).success)) throw badInput('teamIds and agentIds are ids: letters, digits, _ and -.');
    if (named.length === 0) return;
    const { unknown } = await this.bus.ask(presenceSnapshot, { account, agentIds, teamIds });
    const [first] = unknown;
    if (first !== undefined) throw notFound(agentIds?.includes(first) ? 'agent' : 'team');
  }
}

/** A feed whose faults are told without their insides. */
async function* spoken(feed: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* feed;
  } catch (error) {
    say(error);
  }
}

function say(error: unknown): never {
  if (error instanceof GraphQLError) throw error;
  log.warn({ err: error }, 'a feed has ended');
  throw upstreamUnavailable('This cannot be told right now; subscribe again.');
}
