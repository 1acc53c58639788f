import { connect, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { CannotStart, log } from '@cordboard/platform-process';
import { streamOf, subjectsOf, type Request, type Source } from '@cordboard/contracts';
import type { z } from 'zod';

/** Nobody answered, or not in time. */
export class NoAnswer extends Error {}
/** The other service answered that it could not. */
export class AskedInVain extends Error {}

/** Questions that are being answered when a service ends have this long, in ms: whoever asked waits no longer. */
const MAX_ANSWER_MS = 2_500;

/** The connection to NATS: streams of what happened, and questions between services. Reconnects for ever by itself. */
export class Bus {
  private readonly ensured = new Map<Source, Promise<StreamInfo>>();
  private isConnected = true;
  private readonly served = new Set<Subscription>();
  private readonly answering = new Set<Promise<void>>();
  private constructor(
    readonly connection: NatsConnection,
    readonly streams: JetStreamClient,
    readonly manager: JetStreamManager,
  ) {
    void this.watch();
  }

  /** @throws CannotStart when the server cannot be reached or is too old. */
  static async connect(o: { url: string; name: string }): Promise<Bus> {
    try {
      const connection = await connect({
        servers: o.url,
        name: o.name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 200,
        timeout: 2_000,
        pingInterval: 5_000,
        maxPingOut: 2,
        inboxPrefix: `_INBOX_${o.name}`,
      });
      return new Bus(connection, jetstream(connection, { timeout: 5_000 }), await jetstreamManager(connection));
    } catch (error) {
      throw new CannotStart(`NATS with JetStream at ${o.url} cannot be used (NATS_URL): ${(error as Error).message}.`);
    }
  }

  /** Whether there is a connection now; false while it is being made again. */
  get connected(): boolean {
    return this.isConnected && !this.connection.isClosed();
  }

  /** The source's stream, made when it is not there: a log of the last day, rebuilt from outboxes when it is lost. */
  stream(source: Source): Promise<StreamInfo> {
    const known = this.ensured.get(source) ?? this.ensure(source);
    this.ensured.set(source, known);
    known.catch(() => this.ensured.delete(source));
    return known;
  }

  /** Forgets what it knew of the source's stream, so that the next use makes it again where it was wiped. */
  forget(source: Source): void {
    this.ensured.delete(source);
  }

  private async ensure(source: Source): Promise<StreamInfo> {
    const name = streamOf(source);
    return this.manager.streams.info(name).catch(() =>
      this.manager.streams.add({
        name,
        subjects: [subjectsOf(source)],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.Old,
        max_age: 24 * 3_600 * 1e9,
        max_bytes: 1024 ** 3,
        duplicate_window: 120 * 1e9,
      }),
    );
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
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.isConnected = false;
      if (status.type === 'reconnect') this.isConnected = true;
      if (status.type === 'disconnect' || status.type === 'reconnect') log.warn({ nats: status.type }, 'connection to NATS');
    }
  }

  async close(): Promise<void> {
    await this.stopServing();
    // drain() never settles while the server is away, so it gets a limit and close() has the last word
    await Promise.race([this.connection.drain(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]).catch(() => undefined);
    await this.connection.close();
  }
}
