import { Id } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import { badInput, upstreamUnavailable } from '@cordboard/platform-subgraph';
import type { Events } from '../graph/event-subgraph.ts';
import { callsFeed, offersFeed } from './calls.feed.ts';
import { presenceFeed } from './presence.feed.ts';
import { StreamTap } from './stream-tap.ts';

/** The live side of the graph: feeds in, sockets out. No rule lives here; what may be seen follows from the token alone. */
export class Live {
  private readonly presence = new StreamTap(this.bus, 'presence');
  private readonly routing = new StreamTap(this.bus, 'routing');

  constructor(private readonly bus: Bus) {}

  async start(): Promise<void> {
    await Promise.all([this.presence.start(), this.routing.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.presence.stop(), this.routing.stop()]);
  }

  readonly events: Events = {
    presence: (args, identity) => {
      for (const id of [...((args['teamIds'] as string[] | null) ?? []), ...((args['agentIds'] as string[] | null) ?? [])])
        if (!Id.safeParse(id).success) throw badInput('teamIds and agentIds are ids: letters, digits, _ and -.');
      return spoken(presenceFeed(this.presence, this.bus, args, identity));
    },
    offers: (_, identity) => spoken(offersFeed(this.routing, this.bus, identity)),
    calls: (args, identity) => spoken(callsFeed(this.routing, this.bus, args, identity)),
  };
}

/** A feed whose faults are told without their insides. */
async function* spoken(feed: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* feed;
  } catch (error) {
    log.warn({ err: error }, 'a feed has ended');
    throw upstreamUnavailable('This cannot be told right now; subscribe again.');
  }
}
