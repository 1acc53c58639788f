import type { Bus } from '@cordboard/platform-messaging';
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
    presence: (args, identity) => presenceFeed(this.presence, this.bus, args, identity),
    offers: (_, identity) => offersFeed(this.routing, this.bus, identity),
    calls: (args, identity) => callsFeed(this.routing, this.bus, args, identity),
  };
}
