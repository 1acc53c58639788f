import { AckPolicy, DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { caughtUp, Envelope, replay, streamOf, type Source, type Told } from '@cordboard/contracts';
import { isPassing, type Database, type Sql } from '@cordboard/platform-database';
import { log, Turns } from '@cordboard/platform-process';
import type { Bus } from './bus.ts';
import { DirectDelivery } from './direct-delivery.ts';
import { readEnvelope } from './read-envelope.ts';

/** What became of an envelope: its effect is committed, it had been before, or one before it has not arrived yet. */
export type Taken = 'applied' | 'duplicate' | 'gap';

/** An envelope is tried this often before it is laid aside as a dead letter. */
const TRIES = 5;
/** After this many redeliveries for a hole, the missing envelopes are asked of the source itself. */
const PATIENCE = 3;
/**
 * A message that was on its way when a server died comes again after this long, in ms; of those that are here the server is told meanwhile
 * that they are worked on.
 */
const ACK_WAIT_MS = 3_000;
const WORKING_EVERY_MS = 1_000;

/**
 * Follows another service's stream: each envelope's effect exactly once, in order per key, keys beside each other. The place in
 * each key is kept in the effect's own transaction. What can never be applied goes to the `dead_letter` table, and the rest goes on.
 */
export class Follower {
  private messages: ConsumerMessages | undefined;
  private consuming: Promise<void> = Promise.resolve();
  private readonly turns = new Turns();
  private current = false;
  private readonly waiting = new Set<() => void>();
  /** How often an envelope has failed, by key and number. */
  private readonly failures = new Map<string, number>();
  private stopped = false;
  /** What is published while the stream delivers nothing. */
  private readonly direct: DirectDelivery;
  /** Received and not yet answered for. */
  private readonly inHand = new Set<JsMsg>();
  private keepingInHand: NodeJS.Timeout | undefined;

  /** `take` applies an envelope and its place in one transaction (see `once`), and says what became of it. */
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly o: { service: string; source: Source; take: (told: Told<{ type: string }>) => Promise<Taken> },
  ) {
    this.direct = new DirectDelivery(bus, { source: o.source, queue: o.service, take: (told) => this.takeDirectly(told) });
  }

  start(): void {
    this.consuming = this.followForEver();
    this.keepingInHand = setInterval(() => this.reportWork(), WORKING_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    await this.consuming;
    await this.direct.stop();
    await this.turns.over();
    clearInterval(this.keepingInHand);
  }

  /** Whether it has, since it began, once had taken everything that was on the stream: what a service waits for before it takes work. */
  async hasCaughtUp(): Promise<boolean> {
    this.current ||= await this.isCaughtUp();
    return this.current;
  }

  /** A consumer that was made a moment ago may not have counted yet what waits for it: what it was given is looked at, too. */
  private async isCaughtUp(): Promise<boolean> {
    const { manager } = this.bus;
    const name = streamOf(this.o.source);
    const [stream, consumer] = await Promise.all([manager.streams.info(name), manager.consumers.info(name, this.o.service)]).catch(
      () => [],
    );
    if (!stream || !consumer) return false;
    const isGiven = stream.state.messages === 0 || consumer.delivered.stream_seq >= stream.state.last_seq;
    return isGiven && consumer.num_pending === 0 && consumer.num_ack_pending === 0;
  }

  private async followForEver(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.follow();
      } catch (error) {
        if (!this.stopped) log.warn({ err: error, source: this.o.source }, 'following again in a moment');
      }
      this.bus.forget(this.o.source);
      if (!this.stopped) this.direct.start();
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async follow(): Promise<void> {
    const { service, source } = this.o;
    await this.bus.stream(source);
    await this.bus.manager.consumers.add(streamOf(source), {
      durable_name: service,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: ACK_WAIT_MS * 1e6,
      max_ack_pending: 256,
    });
    const consumer = await this.bus.streams.consumers.get(streamOf(source), service);
    this.messages = await consumer.consume({
      max_messages: 100,
      idle_heartbeat: this.bus.idleHeartbeatMs,
      abort_on_missing_resource: true,
    });
    this.bus.endWhenStalled(this.messages, source);
    if (this.stopped) this.messages.stop(); // it was asked to stop meanwhile
    await this.direct.stop();
    for await (const message of this.messages) {
      const key = message.subject.split('.').at(-1) ?? '';
      this.inHand.add(message);
      void this.turns.take(key, () => this.receive(message).finally(() => this.inHand.delete(message)));
    }
  }

  private reportWork(): void {
    if (this.bus.connected) for (const message of this.inHand) message.working();
  }

  private async receive(message: JsMsg): Promise<void> {
    try {
      const told = readEnvelope(message.string());
      if (told.success) await this.settle(message, told.data);
      else {
        await this.layAside({ key: message.subject.split('.').at(-1) ?? '', seq: 0, body: message.string(), why: told.error.message });
        message.term();
      }
    } catch (error) {
      log.warn({ err: error, subject: message.subject, tries: message.info.deliveryCount }, 'an event could not be applied; trying again');
      message.nak(Math.min(5_000, 50 * 2 ** message.info.deliveryCount));
    }
  }

  private async settle(message: JsMsg, told: Envelope): Promise<void> {
    let taken = await this.attempt(told);
    if (taken === 'gap' && message.info.deliveryCount > PATIENCE) {
      await this.fill(told);
      taken = await this.attempt(told);
    }
    if (taken === 'gap') return message.nak(50);
    message.ack();
    for (const wake of this.waiting) wake();
  }

  private async takeDirectly(told: Envelope): Promise<void> {
    await this.turns.take(told.key, async () => {
      if ((await this.attempt(told)) !== 'gap') return;
      await this.fill(told);
      await this.attempt(told);
    });
    for (const wake of this.waiting) wake();
  }

  /** Takes an envelope, or, where that has failed too often for reasons of its own, lays it aside. @throws to be tried again */
  private async attempt(told: Envelope): Promise<Taken> {
    const id = `${told.key}:${told.seq}`;
    try {
      const taken = await this.o.take(told);
      this.failures.delete(id);
      return taken;
    } catch (error) {
      if (isPassing(error)) throw error;
      const failed = (this.failures.get(id) ?? 0) + 1;
      this.failures.set(id, failed);
      if (failed < TRIES) throw error;
      await this.layAside({ key: told.key, seq: told.seq, body: JSON.stringify(told), why: String((error as Error).stack ?? error) });
      this.failures.delete(id);
      return 'applied';
    }
  }

  /** Asks the source for what is missing before `told`, and takes it. */
  private async fill(told: Envelope): Promise<void> {
    const place = await placeOf(this.database, told.source, told.key);
    const { envelopes } = await this.bus.ask(replay(told.source), { key: told.key, from: place + 1, to: told.from - 1 });
    for (const missed of envelopes) await this.attempt(Envelope.parse(missed));
  }

  /** Keeps what cannot be applied, and steps over it so that what follows on its key is not held up. */
  private async layAside({ key, seq, body, why }: { key: string; seq: number; body: string; why: string }): Promise<void> {
    const { source } = this.o;
    await this.database.transaction(async (tx) => {
      await tx.query(
        'INSERT INTO dead_letter (source, key, seq, body, error) VALUES ($1, $2, $3, to_jsonb($4::text), $5)',
        source,
        key,
        seq,
        body,
        why,
      );
      if (seq > 0) await moveTo(tx, source, key, seq);
    });
    log.error({ source, key, seq, why: why.replaceAll(/\s+/g, ' ').slice(0, 300) }, 'dead letter');
  }

  /** Answers others who must not answer before this follower has seen something (read your writes). */
  serveCaughtUp(): void {
    this.bus.serve(caughtUp(this.o.service), async ({ source, key, seq, waitMs }) => {
      const until = performance.now() + waitMs;
      for (;;) {
        const place = await placeOf(this.database, source, key);
        if (place >= seq || performance.now() >= until) return { seq: place };
        await this.nextTaken(Math.min(25, until - performance.now()));
      }
    });
  }

  /** Resolves when something new was taken, or after `atMostMs`. */
  nextTaken(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, atMostMs));
      this.waiting.add(wake);
    });
  }
}

const placeOf = async (sql: Sql, source: string, key: string): Promise<number> =>
  (await sql.query<{ seq: number }>('SELECT seq FROM inbox WHERE source = $1 AND key = $2', source, key))[0]?.seq ?? 0;

const moveTo = (tx: Sql, source: string, key: string, seq: number): Promise<unknown> =>
  tx.query(
    'INSERT INTO inbox (source, key, seq) VALUES ($1, $2, $3) ON CONFLICT (source, key) DO UPDATE SET seq = greatest(inbox.seq, excluded.seq)',
    source,
    key,
    seq,
  );

/** Applies an envelope's events once: the effect and the place in its key are one transaction. */
export function once(database: Database, told: Told<unknown>, effect: (tx: Sql) => Promise<void>): Promise<Taken> {
  return database.transaction(async (tx) => {
    const [place] = await tx.query<{ seq: number }>(
      'INSERT INTO inbox (source, key, seq) VALUES ($1, $2, 0) ON CONFLICT (source, key) DO UPDATE SET key = excluded.key RETURNING seq',
      told.source,
      told.key,
    );
    const last = place?.seq ?? 0;
    if (told.seq <= last) return 'duplicate';
    if (told.from > last + 1) return 'gap';
    await effect(tx);
    await moveTo(tx, told.source, told.key, told.seq);
    return 'applied';
  });
}
