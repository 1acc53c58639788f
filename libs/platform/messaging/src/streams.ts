import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { log } from '@cordboard/platform-process';
import { streamOf, subjectsOf, type Source } from '@cordboard/contracts';

/** A stream is reported as not ready once it has had no leader for this long, in ms: longer than an election takes. */
const LEADERLESS_GRACE_MS = 15_000;

/** How many servers keep a stream. `isExplicit`: an operator said so; what was derived from the cluster never takes replicas away. */
export interface Replicas {
  readonly count: number;
  readonly isExplicit: boolean;
}

/** The streams of what happened: makes them, keeps their replicas as wanted, and knows which have no leader. */
export class Streams {
  private readonly ensured = new Map<Source, Promise<StreamInfo>>();
  private readonly used = new Set<Source>();
  /** Since when a stream has had no leader, in ms of `performance.now()`. */
  private readonly leaderlessSince = new Map<Source, number>();
  private readonly refusedReplicas = new Set<Source>();

  constructor(
    private readonly manager: JetStreamManager,
    private readonly replicas: () => Replicas,
    private readonly graceMs = LEADERLESS_GRACE_MS,
  ) {}

  /** The source's stream, made when it is not there. @throws where JetStream does not answer or the stream has no leader: ask again */
  get(source: Source): Promise<StreamInfo> {
    this.used.add(source);
    const known = this.ensured.get(source) ?? this.ensure(source);
    this.ensured.set(source, known);
    known.catch(() => this.ensured.get(source) === known && this.ensured.delete(source));
    return known;
  }

  forget(source: Source): void {
    this.ensured.delete(source);
  }

  /** The streams used here that have no leader now, or do not answer. */
  async leaderless(): Promise<string[]> {
    const sources = [...this.used];
    const led = await Promise.all(sources.map((source) => this.isLed(source)));
    return sources.filter((_, i) => !led[i]).map(streamOf);
  }

  /** False once a stream used here has had no leader for longer than an election takes. */
  async ready(): Promise<boolean> {
    await this.leaderless();
    return [...this.leaderlessSince.values()].every((since) => performance.now() - since < this.graceMs);
  }

  private async isLed(source: Source): Promise<boolean> {
    const stream = streamOf(source);
    const isLed = await this.manager.streams.info(stream).then(
      ({ cluster }) => cluster === undefined || Boolean(cluster.leader),
      (error: unknown) => isNotFound(error), // whoever uses it next makes it
    );
    if (isLed && this.leaderlessSince.delete(source)) log.info({ stream }, 'the stream has a leader again');
    if (isLed || this.leaderlessSince.has(source)) return isLed;
    this.leaderlessSince.set(source, performance.now());
    log.warn({ stream }, 'the stream has no leader, or does not answer');
    return false;
  }

  private async ensure(source: Source): Promise<StreamInfo> {
    const info = await this.manager.streams.info(streamOf(source)).catch((error: unknown) => {
      if (isNotFound(error)) return this.add(source);
      throw error;
    });
    return this.withReplicas(source, info);
  }

  /** A log of the last day, rebuilt from outboxes when it is lost. */
  private async add(source: Source): Promise<StreamInfo> {
    const config = {
      name: streamOf(source),
      subjects: [subjectsOf(source)],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: 24 * 3_600 * 1e9,
      max_bytes: 1024 ** 3,
      duplicate_window: 120 * 1e9,
    };
    const { count } = this.replicas();
    return this.manager.streams.add({ ...config, num_replicas: count }).catch((error: unknown) => {
      if (count === 1 || !isRefusal(error)) throw error;
      this.warnOfReplicas(source, count, error);
      return this.manager.streams.add({ ...config, num_replicas: 1 });
    });
  }

  /** A stream that is there gets the replicas that are wanted; where the cluster cannot, it stays as it is. */
  private async withReplicas(source: Source, info: StreamInfo): Promise<StreamInfo> {
    const { count, isExplicit } = this.replicas();
    const has = info.config.num_replicas;
    if (has === count || (has > count && !isExplicit) || this.refusedReplicas.has(source)) return info;
    try {
      const updated = await this.manager.streams.update(info.config.name, { num_replicas: count });
      log.info({ stream: info.config.name, before: has, replicas: count }, 'the stream has other replicas now');
      return updated;
    } catch (error) {
      this.warnOfReplicas(source, count, error);
      return info;
    }
  }

  private warnOfReplicas(source: Source, replicas: number, error: unknown): void {
    if (isRefusal(error)) this.refusedReplicas.add(source);
    log.warn(
      { err: error, stream: streamOf(source), replicas },
      'the stream cannot have so many replicas (NATS_STREAM_REPLICAS): it goes on without',
    );
  }
}

const isNotFound = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
/** JetStream's codes for: no suitable peers, insufficient resources, no replicas without a cluster. */
const TOO_FEW_SERVERS = [10005, 10023, 10074];
const isRefusal = (error: unknown): boolean => error instanceof JetStreamApiError && TOO_FEW_SERVERS.includes(error.code);
