import { Federation } from '@cordboard/platform-federation';
import { eventsSdl, Followed, Groups, readFollows, supergraphSdl, type Topic, type Begin } from '@cordboard/gateway/sockets';
import { parse } from 'graphql';

/** The gateway's shared execution over a topic that the bench feeds: the whole way of an event but NATS. */
export class GroupsOfLane {
  private readonly followed = new Followed();
  private readonly federation = new Federation<never>({ supergraphSdl, eventsSdl, ask: async () => ({ data: null }) });
  private readonly groups: Groups;
  /** How many subscriptions are served. */
  subscriptions = 0;

  constructor() {
    const topic: Topic = { follow: this.followed.follow, read: async () => ({ moments: [], upTo: this.followed.last }) };
    const topics = { hold: async () => ({ thing: topic, leave: () => undefined }) };
    this.groups = new Groups(this.federation as never, topics as never, readFollows(eventsSdl));
  }

  readonly begin: Begin = ({ query, variables }, sender, sink) => {
    let leave = (): void => undefined;
    void this.federation
      .prepare(parsed(query))
      .then((operation) => this.groups.join({ operation, variables: variables ?? {}, left: () => false }, sender, sink))
      .then((left) => {
        leave = left;
        this.subscriptions += 1;
      });
    return () => leave();
  };

  say(event: object): void {
    this.followed.tell({ event: () => event });
  }
}

const known = new Map<string, ReturnType<typeof parse>>();
function parsed(query: string): ReturnType<typeof parse> {
  const document = known.get(query) ?? parse(query);
  known.set(query, document);
  return document;
}
