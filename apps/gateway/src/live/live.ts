import { eventsOf, PresenceEvent } from '@cordboard/contracts';
import { Feed, type Bus } from '@cordboard/platform-messaging';
import type { Graph } from '../graph/federation.ts';
import type { Begin } from '../sockets/port.ts';
import { beginOver, type Prepare } from './begin.ts';
import type { Devices } from './devices.ts';
import { readFollows } from './follows.ts';
import { Groups } from './groups.ts';
import { Topics } from './topics.ts';

/** A picture that nobody looks at is kept for this long, in ms: apps that lost their sockets come back to it. */
const LINGER = 10_000;

/** The live side of the graph: streams in, equal subscriptions executed once, results out. No rule lives here. */
export class Live {
  readonly begin: Begin;
  private readonly topics: Topics;
  private readonly groups: Groups;
  private readonly devices: Feed;
  private signedOut: Devices['signedOut'] = () => undefined;

  constructor(bus: Bus, o: { readonly graph: Graph; readonly eventsSdl: string; readonly prepare: Prepare; readonly lingerMs?: number }) {
    const follows = readFollows(o.eventsSdl);
    this.topics = new Topics(bus, follows, o.lingerMs ?? LINGER);
    this.groups = new Groups(o.graph, this.topics, follows);
    this.begin = beginOver({ graph: o.graph, groups: this.groups, prepare: o.prepare });
    this.devices = new Feed(bus, 'presence', {
      told: ({ told }) => {
        if (told.events.every(({ type }) => type !== 'devices.signedOut')) return;
        for (const event of eventsOf(PresenceEvent, told))
          if (event.type === 'devices.signedOut')
            for (const device of event.devices) this.signedOut({ ...device, account: told.account, agentId: event.agentId }, event.why);
      },
      lost: () => undefined,
    });
  }

  /** @param signedOut devices that presence has signed out, of whichever replica */
  async start(signedOut: Devices['signedOut']): Promise<void> {
    this.signedOut = signedOut;
    await this.devices.start();
  }

  async stop(): Promise<void> {
    await this.groups.stop();
    await this.topics.stop();
    await this.devices.stop();
  }
}
