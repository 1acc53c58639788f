import {
  subjectOf,
  deviceOpened,
  nodeRenewed,
  presenceSnapshot,
  usualPolicy,
  type DirectoryEvent,
  type PolicyEntry,
  type PresenceEvent,
  type PresenceView,
  type RoutingEvent,
  type Told,
} from '@cordboard/contracts';
import { Bus, type Taken } from '@cordboard/platform-messaging';
import { newId, startService, type RunningService } from '@cordboard/platform-process';
import { testDatabase, testKey, testNats, wireTo, type TestDatabase, type TestKey, type TestNats, type Wire } from '@cordboard/testing';
import { PresenceModule, PresenceService } from './presence.module.ts';

/** Who asks in a spec. */
export type Who = Parameters<TestKey['token']>[0];
/** What the graph answers. */
export interface Answer {
  readonly data: Record<string, never> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** A presence of one spec's own, for the account `demo`, over real PostgreSQL and NATS. Routing is played by the spec. */
export class RunningPresence {
  private service!: RunningService;
  presence!: PresenceService;

  private constructor(
    private readonly testDb: TestDatabase,
    private readonly nats: TestNats,
    private readonly key: TestKey,
    readonly bus: Bus,
    /** Between presence and its database. */
    readonly wire: Wire,
  ) {}

  static async start(): Promise<RunningPresence> {
    const [testDb, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
    const wire = await wireTo(Number(new URL(testDb.url).port));
    const running = new RunningPresence(testDb, nats, key, await Bus.connect({ url: nats.url, name: 'spec' }), wire);
    await running.begin();
    await running.policy({});
    return running;
  }

  async restart(): Promise<void> {
    await this.service.close();
    await this.begin();
  }

  async stop(): Promise<void> {
    await this.service?.close();
    await this.bus.close();
    await this.wire.close();
    await Promise.all([this.nats.stop(), this.testDb.drop()]);
  }

  private async begin(): Promise<void> {
    const { testDb, nats, key, wire } = this;
    const url = Object.assign(new URL(testDb.url), { port: String(wire.port) });
    const env = { PORT: 0, HOST: '127.0.0.1', DATABASE_URL: url.href, NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile };
    this.service = await startService('presence', await PresenceModule.from(env), env);
    this.presence = this.service.app.get(PresenceService);
    await this.presence.bus.flush();
  }

  /** As a gateway asks it, but with patience: a machine that is busy with other tests is slow to answer. */
  readonly request: Bus['ask'] = (request, question) => this.bus.ask(request, question, 20_000);

  /** What holds for the account: the usual, but for this. */
  policy(also: Partial<PolicyEntry>): Promise<void> {
    const { database, store } = this.presence;
    return database.transaction((tx) => store.put(tx, 'demo', 'policy', 'demo', { ...usualPolicy, ...also }));
  }

  /** An agent of this test's own, with a socket on a gateway replica. */
  async online(): Promise<{ account: string; agentId: string; deviceId: string; nodeId: string }> {
    const socket = { account: 'demo', agentId: `agent-${newId()}`, deviceId: newId(), nodeId: newId() };
    await this.presence.database.transaction((tx) => this.presence.store.know(tx, 'demo', socket.agentId, 'Somebody'));
    await this.request(nodeRenewed, { nodeId: socket.nodeId });
    await this.request(deviceOpened, socket);
    return socket;
  }

  async shown(agentId: string): Promise<PresenceView | undefined> {
    const { agents } = await this.request(presenceSnapshot, { account: 'demo', agentIds: [agentId], teamIds: null });
    return agents[0]?.presence;
  }

  async availability(agentId: string): Promise<string | undefined> {
    return (await this.shown(agentId))?.availability;
  }

  /** What was told of an agent or a call, in order. */
  async told(key: string): Promise<PresenceEvent[]> {
    const rows = await this.presence.database.query<{ events: PresenceEvent[] }>(
      `SELECT body->'events' AS events FROM outbox WHERE key = $1 ORDER BY seq`,
      key,
    );
    return rows.flatMap(({ events }) => events);
  }

  /** The availabilities that others were shown of an agent. */
  async steps(agentId: string): Promise<string[]> {
    return (await this.told(agentId)).flatMap((event) => (event.type === 'presence.changed' ? [event.presence.availability] : []));
  }

  /** Whatever is due at a time for this agent is due now. */
  async timeGoesBy(agentId: string): Promise<void> {
    await this.presence.database.query('UPDATE timer SET due_at = clock_timestamp() WHERE subject = $1', agentId);
  }

  /** Routing commits; each commit is one envelope of one conversation. */
  conversation(): (...events: RoutingEvent[]) => Promise<Taken> {
    const envelope = envelopes(newId());
    return (...events) => this.presence.routing.take(envelope(...events));
  }

  /** The directory tells this of an agent or a team, on its stream; `seq` counts what it told of it. */
  async directoryTells(key: string, seq: number, event: DirectoryEvent): Promise<void> {
    const told = { source: 'directory', account: 'demo', key, from: seq, seq, at: new Date().toISOString(), events: [event] };
    await this.bus.stream('directory');
    await this.bus.streams.publish(subjectOf('directory', 'demo', key), JSON.stringify(told));
  }

  /** The service ends, this happens, and it starts again. */
  async whileAway(what: () => Promise<void>): Promise<void> {
    await this.service.close();
    await what();
    await this.begin();
  }

  async ask(who: Who, query: string): Promise<Answer> {
    const response = await fetch(`${this.service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.key.token(who)}` },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  }

  /** The code of what a question fails with. */
  async code(who: Who, query: string): Promise<string | undefined> {
    return (await this.ask(who, query)).errors?.[0]?.extensions.code;
  }
}

/** Commits of one conversation, numbered. */
export function envelopes(
  key: string,
  at: () => string = () => new Date().toISOString(),
): (...events: RoutingEvent[]) => Told<RoutingEvent> {
  let seq = 0;
  return (...events) => {
    const from = seq + 1;
    seq += events.length;
    return { source: 'routing', account: 'demo', key, from, seq, at: at(), events };
  };
}

/** The picture of a call that these agents take part in; the first of them has it. */
export const picture = (id: string, ...participants: string[]): RoutingEvent => ({
  type: 'calls.changed',
  calls: [
    {
      id,
      conversationId: 'k',
      direction: 'INBOUND',
      state: 'IN_PROGRESS',
      lineId: null,
      caller: null,
      agentId: participants[0] ?? null,
      hold: false,
      startedAt: '2026-01-05T10:00:00.000Z',
      answeredAt: null,
      endedAt: null,
      transfers: [],
      legs: [],
      untransferable: null,
      participants,
    },
  ],
});

export const engaged = (agentId: string, as: 'RINGING' | 'IN_CALL' | 'RESERVED'): RoutingEvent => ({
  type: 'agent.engaged',
  agentId,
  as,
  callId: 'c1',
});
export const ended = (agentId: string, more: Partial<Extract<RoutingEvent, { type: 'call.ended' }>> = {}): RoutingEvent => ({
  type: 'call.ended',
  callId: 'c1',
  agentId,
  answered: true,
  direction: 'INBOUND',
  how: 'CALLER_HUNG_UP',
  viaTransferId: null,
  ...more,
});
export const freed = (agentId: string): RoutingEvent => ({ type: 'agent.freed', agentId });
export const nowhere = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
export const BOB = { ...nowhere, kind: 'AGENT', label: 'Bob', agentId: 'bob' } as const;
/** One commit: a transfer has completed, and with it the transferor's call has ended. */
export const handedOn = (
  transferorId: string,
  mode: 'COLD' | 'WARM',
  target: Extract<RoutingEvent, { type: 'transfer.completed' }>['target'],
): RoutingEvent[] => [
  {
    type: 'transfer.completed',
    transferId: 't1',
    callId: 'c1',
    transferorId,
    mode,
    target,
    newCallId: 'c2',
    targetAgentId: target.agentId,
  },
  ended(transferorId, { how: 'TRANSFERRED', viaTransferId: 't1' }),
  freed(transferorId),
];
