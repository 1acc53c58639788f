import { eventually } from '@cordboard/testing';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';

interface Seen {
  readonly id: string;
  readonly presence: { readonly availability: string; readonly version: number };
}

const PRESENCE = `subscription($after: String) { presence(after: $after) {
  ... on PresenceSnapshot { agents { id presence { availability version } } cursor }
  ... on PresenceChanged { agent { id presence { availability version } } cursor } } }`;

/** One presence subscription that lasts: where its socket is lost it comes back with its cursor. */
export class Watch {
  /** What it was told of everybody, in order, from its first snapshot on. */
  readonly told = new Map<string, Seen['presence'][]>();
  /** How often it was given everything anew, and how often it came back. */
  snapshots = 0;
  resumed = 0;
  private cursor: string | null = null;
  private client: Client | undefined;
  private isClosed = false;

  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async open(url: string, token: string): Promise<Watch> {
    const watch = new Watch(url, token);
    void watch.follow();
    await eventually(() => watch.snapshots === 1);
    return watch;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client?.dispose();
  }

  /** Versions that were told twice, out of order, or left out. */
  faults(): readonly string[] {
    return [...this.told].flatMap(([id, steps]) =>
      steps.flatMap(({ version }, i) => {
        const before = steps[i - 1]?.version;
        return before === undefined || version === before + 1 ? [] : [`${id}: ${version} after ${before}`];
      }),
    );
  }

  private async follow(): Promise<void> {
    for (let times = 0; !this.isClosed; times += 1) {
      if (times > 0) this.resumed += 1;
      await eventually(
        () =>
          this.once().then(
            () => true,
            () => this.isClosed,
          ),
        Boolean,
        60_000,
      );
    }
  }

  /** Until the socket or the subscription ends. @throws when nothing came */
  private async once(): Promise<void> {
    const { token } = this;
    let came = false;
    this.client = createClient({
      url: this.url,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    try {
      const events = this.client.iterate<{ presence: { agents?: Seen[]; agent?: Seen; cursor: string } }>({
        query: PRESENCE,
        variables: { after: this.cursor },
      });
      for await (const { data } of events) {
        if (!data) throw new Error('no data');
        came = true;
        this.take(data.presence);
      }
    } catch (error) {
      if (!came) throw error;
    }
  }

  private take({ agents, agent, cursor }: { agents?: Seen[]; agent?: Seen; cursor: string }): void {
    this.cursor = cursor;
    if (agents) this.snapshots += 1;
    for (const { id, presence } of agents ?? (agent ? [agent] : [])) this.told.set(id, [...(this.told.get(id) ?? []), presence]);
  }
}
