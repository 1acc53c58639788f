import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { agentFacts, deviceClosed, deviceOpened, nodeRenewed, presenceSnapshot } from '@cordboard/contracts';
import { isPassing, Timers } from '@cordboard/platform-database';
import { Bus, Follower, Followers, Outbox } from '@cordboard/platform-messaging';
import { HealthModule } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import { PresenceHandler } from './agents/presence.handler.ts';
import { presenceResolvers } from './agents/presence.resolver.ts';
import { PresenceStore } from './agents/presence.store.ts';
import { PresenceTimers } from './agents/presence.timers.ts';
import { CallHandler } from './calls/call.handler.ts';
import { callResolvers } from './calls/call.resolver.ts';
import { CallStore } from './calls/call.store.ts';
import { openDatabase, type PresenceDatabase } from './database.store.ts';
import { agentFactsOf } from './devices/agent-facts.ts';
import { DeviceHandler } from './devices/device.handler.ts';
import { DeviceStore } from './devices/device.store.ts';
import { PhoneStore } from './devices/phone.store.ts';
import { LeaseStore } from './devices/lease.store.ts';
import { DirectoryListener } from './listeners/directory.listener.ts';
import type { Resolvers } from './generated/graphql.ts';
import { RoutingListener } from './listeners/routing.listener.ts';
import { takeTelephony } from './listeners/telephony.listener.ts';
import sdl from './presence.graphql';

/** Who must have seen a tag or the end of a wrap-up before it is answered. */
const WHO_SHOWS_WORK = ['history'];

/** Everything that presence is made of, put together once. */
export class PresenceService {
  readonly outbox = new Outbox(this.bus, this.database, 'presence');
  readonly store = new PresenceStore(this.database, this.outbox);
  readonly handler = new PresenceHandler(this.database, this.store, this.outbox, this.bus);
  readonly devices = new DeviceStore(this.database);
  private readonly leases = new LeaseStore(this.database);
  private readonly phones = new PhoneStore(this.database);
  readonly sockets = new DeviceHandler(this.devices, this.leases, this.phones, this.handler);
  readonly calls = new CallStore(this.database, this.outbox);
  private readonly history = new Followers(this.bus, 'presence', WHO_SHOWS_WORK);
  private readonly tags = new CallHandler(this.database, this.calls, this.handler, this.history);
  readonly routing = new RoutingListener(this.database, this.store, this.calls, this.handler);
  readonly directory = new DirectoryListener(this.database, this.store, this.sockets);
  private readonly timers = new Timers(this.database, (timer) => new PresenceTimers(this.handler, this.store, this.sockets).fire(timer));
  private readonly conversations = new Follower(this.bus, this.database, {
    service: 'presence',
    source: 'routing',
    take: (told) => this.routing.take(told),
  });
  private readonly people = new Follower(this.bus, this.database, {
    service: 'presence',
    source: 'directory',
    take: (told) => this.directory.take(told),
  });
  readonly takeTelephony = takeTelephony(this.database, this.sockets);
  private readonly engine = new Follower(this.bus, this.database, {
    service: 'presence',
    source: 'telephony',
    take: (told) => this.takeTelephony(told),
  });
  readonly following = [this.conversations, this.people, this.engine];

  constructor(
    readonly database: PresenceDatabase,
    readonly bus: Bus,
  ) {}

  start(): void {
    this.outbox.start();
    for (const follower of this.following) follower.start();
    this.conversations.serveCaughtUp();
    this.timers.start();
    this.sockets.start();
    this.bus.serve(deviceOpened, async (socket) => ({
      known: await this.sockets.opened(socket, (atMostMs) => this.people.nextTaken(atMostMs)),
    }));
    this.bus.serve(deviceClosed, async ({ clean, tokenEnds, ...socket }) => (await this.sockets.closed(socket, clean, tokenEnds), null));
    this.bus.serve(nodeRenewed, async ({ nodeId }) => ({ known: await this.leases.renew(nodeId) }));
    this.bus.serve(agentFacts, (asked) => agentFactsOf(this.store, this.devices, asked));
    this.bus.serve(presenceSnapshot, async ({ account, ...whose }) => {
      const { agents, next } = await this.store.snapshot(account, whose);
      return { agents: [...agents], next, unknown: await this.store.unknown(account, whose) };
    });
  }

  resolvers(): Resolvers {
    const agents = presenceResolvers({
      store: this.store,
      handler: this.handler,
      sockets: this.sockets,
      devices: this.devices,
      phones: this.phones,
      history: this.history,
    });
    const calls = callResolvers(this.calls, this.tags, (atMostMs) => this.conversations.nextTaken(atMostMs));
    return { ...agents, ...calls, Mutation: { ...agents.Mutation, ...calls.Mutation } };
  }

  async stop(): Promise<void> {
    this.sockets.stop();
    await Promise.all([this.bus.stopServing(), this.timers.stop()]);
    await Promise.all(this.following.map((follower) => follower.stop()));
    await this.outbox.stop();
    await this.bus.close();
    await this.database.close();
  }
}

/** Who is available, devices, wrap-up. */
@Module({})
export class PresenceModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(PresenceService) private readonly presence: PresenceService) {}

  static async from(env: {
    DATABASE_URL: string;
    NATS_URL: string;
    NATS_CA_FILE?: string | undefined;
    NATS_STREAM_REPLICAS?: '1' | '3' | '5' | undefined;
    JWT_PUBLIC_KEY_FILE?: string | undefined;
    JWKS_URL?: string | undefined;
  }): Promise<DynamicModule> {
    const [identities, database, bus] = await Promise.all([
      Identities.from(env),
      openDatabase(env.DATABASE_URL),
      Bus.connect({ env, name: 'presence' }),
    ]);
    const presence = new PresenceService(database, bus);
    return {
      module: PresenceModule,
      imports: [
        SubgraphModule.serving({
          sdl,
          identities,
          isPassing,
          imports: [],
          inject: [],
          resolvers: () => presence.resolvers(),
        }),
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            streams: () => bus.streamsReady(),
            following: async () => (await Promise.all(presence.following.map((follower) => follower.hasCaughtUp()))).every(Boolean),
          }),
        }),
      ],
      providers: [{ provide: PresenceService, useValue: presence }],
    };
  }

  onApplicationBootstrap(): void {
    this.presence.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.presence.stop();
  }
}
