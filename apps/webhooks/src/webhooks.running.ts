import { subjectOf, type CallView, type PresenceEvent, type RoutingEvent, type Source, type TelephonyEvent } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { Bus } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestKey } from '@cordboard/testing';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openDatabase } from './database.store.ts';
import { bodyOf, EVENTS, type EventName } from './events/payloads.ts';
import { WebhooksModule, type Surroundings } from './webhooks.module.ts';

/** A request that a receiver got. */
export interface Got {
  readonly id: string;
  readonly type: EventName;
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** What it does with it: an HTTP status, or `response` in its own hands. */
type Reaction = number | ((response: ServerResponse, got: Got) => void);

/** A real HTTP server on this machine that events are posted to. */
export class Receiver {
  readonly got: Got[] = [];
  /** Everything that came, whatever it was. */
  requests = 0;
  reaction: Reaction = 200;
  private readonly server = createServer((request, response) => void this.take(request, response));

  private constructor() {}

  static async listen(host = '127.0.0.1', port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((ready) => receiver.server.listen(port, host, ready));
    receiver.server.unref(); // a spec that fails half-way must not keep its run alive
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }
  get types(): readonly string[] {
    return this.got.map(({ type }) => type);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(() => closed()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const body = await text(request);
    const { type, data } = JSON.parse(body) as Pick<Got, 'type' | 'data'>;
    const got = { id: String(request.headers['webhook-id']), type, data, headers: request.headers as Record<string, string>, body };
    this.got.push(got);
    if (typeof this.reaction === 'function') this.reaction(response, got);
    else response.writeHead(this.reaction).end();
  }
}

type Event = RoutingEvent | PresenceEvent | TelephonyEvent;
/** An envelope as another service tells it. */
export interface Telling {
  readonly source: Source;
  readonly account: string;
  readonly key: string;
  readonly from: number;
  readonly seq: number;
  readonly at: string;
  readonly events: readonly Event[];
}
const AT = '2026-01-05T10:00:00.000Z';
/** Says one thing after another about one key. */
export function telling(source: Source, key: string, account = 'demo'): (...events: Event[]) => Telling {
  let seq = 0;
  return (...events) => {
    const from = seq + 1;
    seq += events.length;
    return { source, account, key, from, seq, at: AT, events };
  };
}

/** A call as routing shows it. */
export const view = (id: string, more: Partial<CallView> = {}): CallView => ({
  id,
  conversationId: id.split('-')[0] ?? id,
  direction: 'INBOUND',
  state: 'IN_PROGRESS',
  lineId: 'main',
  caller: '+33611111111',
  agentId: 'alice',
  hold: false,
  startedAt: AT,
  answeredAt: AT,
  endedAt: null,
  transfers: [],
  legs: [],
  untransferable: null,
  participants: ['alice'],
  ...more,
});
export const began = (callId: string): RoutingEvent => ({
  type: 'call.began',
  callId,
  direction: 'INBOUND',
  caller: '+33611111111',
  lineId: 'main',
  entryNumberId: 'main',
  agentId: null,
  viaTransferId: null,
  callerAgentId: null,
});
export const shown = (...calls: readonly CallView[]): RoutingEvent => ({ type: 'calls.changed', calls: [...calls] });
export const answered = (callId: string): RoutingEvent => ({ type: 'call.answered', callId, agentId: 'alice' });
/** A call that rings, is answered, held, taken back and hung up: six events in five envelopes. */
export function aCall(k: string, account = 'demo'): readonly Telling[] {
  const tell = telling('routing', k, account);
  const c = `${k}-c1`;
  return [
    tell(began(c), shown(view(c, { state: 'RINGING', agentId: null, answeredAt: null }))),
    tell(answered(c), shown(view(c))),
    tell({ type: 'call.held', callId: c }, shown(view(c, { hold: true }))),
    tell({ type: 'call.resumed', callId: c }, shown(view(c))),
    tell(
      { type: 'call.ended', callId: c, agentId: 'alice', answered: true, direction: 'INBOUND', how: 'CALLER_HUNG_UP', viaTransferId: null },
      shown(view(c, { state: 'ENDED', endedAt: AT })),
    ),
  ];
}
export const ITS_EVENTS = ['call.created', 'call.answered', 'call.hold', 'call.unhold', 'call.hungup', 'call.ended'];

/** The service on real PostgreSQL and NATS, with a clock that is set by hand. */
export class Running {
  /** Where the clock stands, in ms beside the real one. */
  ahead = 0;
  readonly receivers: Receiver[] = [];
  private closing: (() => Promise<unknown>)[] = [];

  private constructor(
    private readonly o: { env: Parameters<typeof WebhooksModule.from>[0]; surroundings: Surroundings },
    readonly key: TestKey,
    readonly bus: Bus,
    readonly tables: Database,
  ) {}
  service: RunningService | undefined;

  static async begin(surroundings: Surroundings = {}, more: Partial<Parameters<typeof WebhooksModule.from>[0]> = {}): Promise<Running> {
    const [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
    const [bus, tables] = await Promise.all([Bus.connect({ url: nats.url, name: 'spec' }), openDatabase(database.url)]);
    const env = {
      PORT: 0,
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      NATS_URL: nats.url,
      JWT_PUBLIC_KEY_FILE: key.publicKeyFile,
      WEBHOOKS_ALLOW_LOOPBACK: 'true' as const,
      WEBHOOKS_ALLOW_HTTP: 'true' as const,
      ...more,
    };
    const running = new Running({ env, surroundings }, key, bus, tables);
    running.closing = [() => bus.close(), () => tables.close(), () => nats.stop(), () => database.drop()];
    await running.start();
    return running;
  }

  readonly now = (): Date => new Date(Date.now() + this.ahead);

  /** Another replica, or the only one. Chance is none: the schedule is what it says. */
  async replica(): Promise<RunningService> {
    const { env, surroundings } = this.o;
    return startService('webhooks', await WebhooksModule.from(env, { now: this.now, chance: () => 0, ...surroundings }), env);
  }

  async start(): Promise<void> {
    const service = await this.replica();
    this.service = service;
    await eventually(async () => (await fetch(`${service.url}/health/ready`)).ok);
  }

  async end(): Promise<void> {
    await this.service?.close();
    for (const receiver of this.receivers) await receiver.close();
    for (const close of this.closing) await close();
  }

  async receiver(reaction: Reaction = 200, host?: string, port?: number): Promise<Receiver> {
    const receiver = await Receiver.listen(host, port);
    receiver.reaction = reaction;
    this.receivers.push(receiver);
    return receiver;
  }

  /** The data of an operation, or the codes of its errors. */
  async ask<Data>(
    query: string,
    variables: object = {},
    who: Parameters<TestKey['token']>[0] = { sub: 'ada', role: 'ADMIN' },
  ): Promise<{ data: Data; codes: readonly string[] }> {
    const response = await fetch(`${this.service?.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.key.token(who)}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = (await response.json()) as { data: Data; errors?: { extensions: { code: string } }[] };
    return { data, codes: errors.map(({ extensions }) => extensions.code) };
  }

  /** A webhook of an account, for all events unless some are named. */
  async webhook(to: Pick<Receiver, 'url'>, events: readonly string[] = EVENTS, account = 'demo'): Promise<{ id: string; secret: string }> {
    const { data } = await this.ask<{ createWebhook: { id: string; secret: string; message?: string } }>(
      'mutation($url: String!, $events: [String!]!) { createWebhook(url: $url, events: $events) { ... on Webhook { id secret } ... on Refused { message } } }',
      { url: to.url, events },
      { sub: 'ada', role: 'ADMIN', account },
    );
    if (!data.createWebhook.id) throw new Error(data.createWebhook.message);
    return data.createWebhook;
  }

  async deliveries(webhookId: string): Promise<readonly Delivery[]> {
    const { data } = await this.ask<{ webhook: { deliveries: { edges: { node: Delivery }[] } } }>(
      `query($id: ID!) { webhook(id: $id) { deliveries(first: 100) { edges { node {
         id messageId event payload state createdAt nextAttemptAt settledAt attempts { number at status durationMs error } } } } } }`,
      { id: webhookId },
    );
    return data.webhook.deliveries.edges.map(({ node }) => node).reverse();
  }

  async tell(...envelopes: readonly Telling[]): Promise<void> {
    for (const envelope of envelopes) {
      await this.bus.stream(envelope.source);
      await this.bus.streams.publish(subjectOf(envelope.source, envelope.account, envelope.key), JSON.stringify(envelope));
    }
  }

  /** Resolves when these have been taken. */
  async taken(...envelopes: readonly Telling[]): Promise<void> {
    const places = new Map(envelopes.map(({ source, key }) => [`${source} ${key}`, 0]));
    for (const { source, key, seq } of envelopes) places.set(`${source} ${key}`, Math.max(seq, places.get(`${source} ${key}`) ?? 0));
    await eventually(async () => {
      const rows = await this.tables.query<{ id: string; seq: number }>(`SELECT source || ' ' || key AS id, seq FROM inbox`);
      return [...places].every(([id, seq]) => rows.some((row) => row.id === id && row.seq >= seq));
    });
  }
}

/** A delivery as the log shows it. */
export interface Delivery {
  readonly id: string;
  readonly messageId: string;
  readonly event: string;
  readonly payload: string;
  readonly state: string;
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly { number: number; at: string; status: number | null; durationMs: number; error: string | null }[];
}

/** @throws where a body is not what its schema says */
export const mustBeDocumented = ({ type, body }: Got): unknown => bodyOf(type).parse(JSON.parse(body));
