import { connect, errors, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { CannotStart, log } from '@cordboard/platform-process';
import { streamOf, type Request, type Source } from '@cordboard/contracts';
import type { z } from 'zod';
import { serverOptions, type NatsSettings } from './servers.ts';
import { Streams, type Replicas } from './streams.ts';

/** A question to JetStream that is not answered within this long, in ms, is asked again: while there is no leader nobody answers it. */
const API_TIMEOUT_MS = 1_500;
/** How long a start waits for a cluster that elects its leader, in ms. */
const START_TIMEOUT_MS = 20_000;
/**
 * How often the server is asked whether it is there, in ms. One that leaves two pings unanswered stands still, and another is used; after a
 * single one it could be this process that was busy.
 */
const PING_MS = 700;
const MAX_PINGS_OUT = 2;
/** How often the streams of a cluster that are used here are looked at, in ms: whoever publishes waits 2 s for an acknowledgement. */
const LOOK_EVERY_MS = 500;
/** In a cluster a delivery stalls with its stream's leader; a server that is alone says when one ends, and is pinged. */
const CLUSTER_HEARTBEAT_MS = 500;
const HEARTBEAT_MS = 2_000;
/** What happens to a delivery after which nothing more comes, or not from where it was. */
const STALLS = [
  'heartbeats_missed',
  'no_responders',
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'ordered_consumer_recreated',
];

/** Nobody answered, or not in time. */
export class NoAnswer extends Error {}
/** The other service answered that it could not. */
export class AskedInVain extends Error {}

/** Questions that are being answered when a service ends have this long, in ms: whoever asked waits no longer. */
const MAX_ANSWER_MS = 2_500;

/** The connection to NATS: streams of what happened, and questions between services. Reconnects for ever by itself. */
export class Bus {
  private readonly known: Streams;
  private readonly deliveries = new Map<ConsumerMessages, Source>();
  private readonly leaders: NodeJS.Timeout;
  private isLooking = false;
  private isConnected = true;
  private readonly served = new Set<Subscription>();
  private readonly answering = new Set<Promise<void>>();

  private constructor(
    readonly connection: NatsConnection,
    readonly streams: JetStreamClient,
    readonly manager: JetStreamManager,
    replicas: () => Replicas,
  ) {
    this.known = new Streams(manager, replicas);
    void this.watch();
    this.leaders = setInterval(() => void this.lookForLeaders(), LOOK_EVERY_MS).unref();
  }

  /**
   * Connects to whichever server of the list answers.
   * @throws CannotStart when none can be reached, or JetStream cannot be used; no credentials are in its message
   */
  static async connect(o: ({ readonly url: string } | { readonly env: NatsSettings }) & { readonly name: string }): Promise<Bus> {
    const env: NatsSettings = 'env' in o ? o.env : { NATS_URL: o.url };
    const options = serverOptions(env);
    try {
      const connection = await connect({
        ...options,
        name: o.name,
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true, // while its users are changed a server may refuse us
        reconnectTimeWait: 200,
        timeout: 2_000,
        pingInterval: PING_MS,
        maxPingOut: MAX_PINGS_OUT,
        inboxPrefix: `_INBOX_${o.name}`,
      });
      const manager = await managerOf(connection).catch(async (error: unknown) => {
        await connection.close();
        throw error;
      });
      const replicas = () => replicasOf(connection, env, options.servers.length);
      return new Bus(connection, jetstream(connection, { timeout: API_TIMEOUT_MS }), manager, replicas);
    } catch (error) {
      throw new CannotStart(`NATS with JetStream at ${options.servers.join(', ')} cannot be used (NATS_URL): ${(error as Error).message}.`);
    }
  }

  /** Whether there is a connection now; false while it is being made again. */
  get connected(): boolean {
    return this.isConnected && !this.isClosed;
  }

  /** How often the server says, in ms, that a delivery goes on; after two that are missing it has stalled. */
  get idleHeartbeatMs(): number {
    return this.isClustered ? CLUSTER_HEARTBEAT_MS : HEARTBEAT_MS;
  }

  /** A server that is alone leads its streams as long as it lives. */
  private get isClustered(): boolean {
    return (this.connection.info as { cluster?: string } | undefined)?.cluster !== undefined;
  }

  /** Whether the connection has ended for good. */
  get isClosed(): boolean {
    return this.connection.isClosed();
  }

  /** The source's stream, made when it is not there: a log of the last day, rebuilt from outboxes when it is lost. */
  stream(source: Source): Promise<StreamInfo> {
    return this.known.get(source);
  }

  /** Forgets what it knew of the source's stream, so that the next use makes it again where it was wiped. */
  forget(source: Source): void {
    this.known.forget(source);
  }

  /** Names of the streams used here that have no leader now. */
  leaderlessStreams(): Promise<string[]> {
    return this.known.leaderless();
  }

  /** For readiness: false once a stream used here has had no leader for longer than an election takes. */
  streamsReady(): Promise<boolean> {
    return this.known.ready();
  }

  /**
   * Ends a delivery after which nothing more would come: its leader is gone, its consumer was lost, or the connection was another one. Left
   * to itself the client asks about the consumer first, and where that is not answered waits for as long as a pull lasts, 30 s, without
   * a word. Whoever consumes looks at the stream and the consumer again when its iterator ends.
   */
  endWhenStalled(messages: ConsumerMessages, source: Source): void {
    this.deliveries.set(messages, source);
    void messages.closed().then(() => this.deliveries.delete(messages));
    void (async () => {
      for await (const { type } of messages.status())
        if (STALLS.includes(type)) {
          log.warn({ source, why: type }, 'delivery from the stream has stalled: it begins again');
          messages.stop();
        }
    })();
  }

  /** Ends deliveries from streams without a leader: a consumer on another server than the leader's goes on, and nothing tells that nothing comes. */
  private async lookForLeaders(): Promise<void> {
    if (this.isLooking || !this.connected || !this.isClustered) return;
    this.isLooking = true;
    const leaderless = await this.known.leaderless().finally(() => (this.isLooking = false));
    for (const [messages, source] of this.deliveries) if (leaderless.includes(streamOf(source))) messages.stop();
  }

  /**
   * Asks another service.
   * @throws NoAnswer when nobody serves it or nobody answers within `timeoutMs`; AskedInVain when the other side failed.
   */
  async ask<Q extends z.ZodType, A extends z.ZodType>(
    request: Request<Q, A>,
    question: z.input<Q>,
    timeoutMs = 2_000,
  ): Promise<z.output<A>> {
    const message = await this.connection
      .request(request.subject, JSON.stringify(question), { timeout: timeoutMs })
      .catch((error: unknown) => {
        throw new NoAnswer(`${request.subject}: ${(error as Error).message}`);
      });
    const reply = message.json<{ ok: unknown } | { failed: string }>();
    if ('failed' in reply) throw new AskedInVain(`${request.subject}: ${reply.failed}`);
    return request.answer.parse(reply.ok);
  }

  /** Answers a question, shared among the replicas of the service. */
  serve<Q extends z.ZodType, A extends z.ZodType>(request: Request<Q, A>, answer: (question: z.output<Q>) => Promise<z.input<A>>): void {
    const [, , service = 'cordboard'] = request.subject.split('.');
    const served = this.connection.subscribe(request.subject, {
      queue: service,
      callback: (error, message) => {
        if (error) return log.error({ err: error, subject: request.subject }, 'a question could not be received');
        const answering = (async () => {
          const reply = await (async () => ({ ok: await answer(request.question.parse(message.json())) }))().catch((failure: unknown) => {
            log.warn({ err: failure, subject: request.subject }, 'a question could not be answered');
            return { failed: (failure as Error).message };
          });
          message.respond(JSON.stringify(reply));
        })().catch((failure: unknown) => log.warn({ err: failure, subject: request.subject }, 'an answer could not be sent'));
        this.answering.add(answering);
        void answering.then(() => this.answering.delete(answering));
      },
    });
    this.served.add(served);
  }

  /** Takes no more questions, and resolves once those that came are answered, after `MAX_ANSWER_MS` at the latest. Never throws. */
  async stopServing(): Promise<void> {
    if (!this.connected) return;
    const limit = new Promise<void>((resolve) => setTimeout(resolve, MAX_ANSWER_MS).unref());
    const drained = Promise.allSettled([...this.served].map((served) => served.drain())).then(() => Promise.all(this.answering));
    await Promise.race([drained, limit]);
  }

  /** Resolves once the server knows of everything that is served and listened to here. */
  flush(): Promise<void> {
    return this.connection.flush();
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type !== 'disconnect' && type !== 'reconnect') continue;
      log.warn({ nats: type }, 'connection to NATS');
      this.isConnected = type === 'reconnect';
      if (this.isConnected) for (const messages of this.deliveries.keys()) messages.stop();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.leaders);
    await this.stopServing();
    // drain() never settles while the server is away, so it gets a limit and close() has the last word
    await Promise.race([this.connection.drain(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]).catch(() => undefined);
    await this.connection.close();
  }
}

/** @throws the last error where JetStream does not answer for as long as an election may take; at once where the server has none */
async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  const until = performance.now() + START_TIMEOUT_MS;
  for (;;)
    try {
      return await jetstreamManager(connection, { timeout: API_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || performance.now() > until) throw error;
      log.warn({ err: error }, 'JetStream does not answer yet');
    }
}

/** Three in a cluster of three or more; two servers keep one copy, since a stream with two replicas stops with either of them. */
function replicasOf(connection: NatsConnection, env: NatsSettings, named: number): Replicas {
  if (env.NATS_STREAM_REPLICAS) return { count: Number(env.NATS_STREAM_REPLICAS), isExplicit: true };
  const { cluster, connect_urls: known = [] } = (connection.info ?? {}) as { cluster?: string; connect_urls?: string[] };
  return { count: cluster !== undefined && Math.max(named, new Set(known).size) >= 3 ? 3 : 1, isExplicit: false };
}
