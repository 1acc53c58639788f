import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { agentCalls, neededByCalls, phoneKeyPressed, standingTold } from '@cordboard/contracts';
import { isPassing, Timers } from '@cordboard/platform-database';
import { Bus, Follower, Outbox } from '@cordboard/platform-messaging';
import { HealthModule } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import { AgentStore } from './agents/agent.store.ts';
import { DirectoryStore } from './agents/directory.store.ts';
import { CallHandler } from './calls/call.handler.ts';
import { DialHandler } from './calls/dial.handler.ts';
import { PhoneKeyHandler } from './calls/phone-key.handler.ts';
import { callResolvers } from './calls/call.resolver.ts';
import { ConversationAccess } from './conversations/conversation.access.ts';
import { ConversationHandler } from './conversations/conversation.handler.ts';
import { liveFor, offersOf } from './conversations/conversation.messages.ts';
import { ConversationStore } from './conversations/conversation.store.ts';
import { ConversationTimers } from './conversations/conversation.timers.ts';
import { Followers } from './conversations/followers.ts';
import { openDatabase, type RoutingDatabase } from './database.store.ts';
import { DiagnosisFacts } from './diagnosis/diagnosis-facts.ts';
import { DiagnosisHandler } from './diagnosis/diagnosis.handler.ts';
import { diagnosisResolvers } from './diagnosis/diagnosis.resolver.ts';
import { spokenResolvers } from './diagnosis/spoken.resolver.ts';
import { DirectoryListener } from './listeners/directory.listener.ts';
import { PresenceListener } from './listeners/presence.listener.ts';
import { TelephonyListener } from './listeners/telephony.listener.ts';
import { offerResolvers } from './offers/offer.resolver.ts';
import { RemovalHandler } from './removal/removal.handler.ts';
import sdl from './routing.graphql';
import { TargetHandler } from './targets/target.handler.ts';
import { targetResolvers } from './targets/target.resolver.ts';
import { TargetStore } from './targets/target.store.ts';
import { ReachHandler } from './transfers/reach.handler.ts';
import { TransferHandler } from './transfers/transfer.handler.ts';
import { transferResolvers } from './transfers/transfer.resolver.ts';

/** For the benchmarks, which run parts of the service by themselves. */
export { parameterOf, type Commit } from './conversations/conversation.store.ts';
export { openDatabase } from './database.store.ts';
export type { TargetSearch } from './targets/target.handler.ts';

/** What an installation may set. */
export interface RoutingSettings {
  /** Agent apps older than this are said to be outdated (S39); none is where it is left out. */
  readonly MINIMUM_APP_VERSION?: string | undefined;
}

/** Everything that routing is made of, put together once. */
export class Routing {
  readonly outbox = new Outbox(this.bus, this.database, 'routing');
  readonly store = new ConversationStore(this.database);
  readonly conversations = new ConversationHandler(this.store, this.outbox);
  readonly agents = new AgentStore(this.database);
  readonly directory = new DirectoryStore(this.database, this.agents);
  readonly calls = new CallHandler(this.conversations, this.agents, this.directory);
  readonly dial = new DialHandler(this.conversations, this.agents, this.directory);
  readonly transfers = new TransferHandler(this.conversations, new ReachHandler(this.agents, this.directory), this.agents, this.directory);
  private readonly keys = new PhoneKeyHandler(this.conversations, this.transfers, this.agents, this.directory);
  private readonly listed = new TargetStore(this.database);
  readonly targets = new TargetHandler(this.listed, this.directory);
  readonly access = new ConversationAccess(this.conversations, this.store);
  readonly followers = new Followers(this.bus);
  readonly presence = new PresenceListener(this.database, this.agents, this.conversations, this.calls);
  private readonly removal = new RemovalHandler(this.store, this.agents, this.calls, this.presence);
  private readonly timers = new Timers(this.database, (timer) => new ConversationTimers(this.calls, this.conversations).fire(timer));
  readonly following = [
    new Follower(this.bus, this.database, {
      service: 'routing',
      source: 'directory',
      take: (told) => new DirectoryListener(this.database, this.directory, this.removal).take(told),
    }),
    new Follower(this.bus, this.database, { service: 'routing', source: 'presence', take: (told) => this.presence.take(told) }),
    new Follower(this.bus, this.database, {
      service: 'routing',
      source: 'telephony',
      take: (told) => new TelephonyListener(this.calls, this.conversations).take(told),
    }),
  ];

  constructor(
    readonly database: RoutingDatabase,
    readonly bus: Bus,
    private readonly settings: RoutingSettings = {},
  ) {}

  start(): void {
    this.outbox.start();
    for (const follower of this.following) follower.start();
    this.following[0]?.serveCaughtUp();
    this.timers.start();
    this.bus.serve(standingTold, async ({ account, standing }) => {
      await this.presence.tell(account, standing);
      return null;
    });
    this.bus.serve(phoneKeyPressed, async (pressed) => {
      const refusal = await this.keys.press(pressed);
      return { refused: refusal && { code: refusal.refused, message: refusal.message } };
    });
    this.bus.serve(neededByCalls, async ({ account, kind, id }) => ({ needed: await this.removal.isNeeded(account, kind, id) }));
    this.bus.serve(agentCalls, async ({ account, agentId, also, rang }) => {
      const live = (await this.store.holding(account, agentId)).map(({ state, told }) => ({ told, ...liveFor(state, agentId) }));
      const calls = live.flatMap((l) => l.calls.map((call) => ({ seq: l.told, call })));
      const over = await this.access.ofAgent(
        account,
        agentId,
        also.filter((id) => calls.every(({ call }) => call.id !== id)),
      );
      const ended = offersOf(await this.access.ended(account, agentId, rang));
      return { offers: live.flatMap((l) => [...l.offers]), ended: [...ended], calls: [...calls, ...over] };
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.bus.stopServing(), this.timers.stop()]);
    await Promise.all(this.following.map((follower) => follower.stop()));
    await this.outbox.stop();
    await this.bus.close();
    await this.database.close();
  }

  resolvers(): object {
    const parts = {
      conversations: this.conversations,
      store: this.store,
      access: this.access,
      followers: this.followers,
      calls: this.calls,
      dial: this.dial,
      agents: this.agents,
      transfers: this.transfers,
      targets: this.targets,
      diagnoses: new DiagnosisHandler(
        new DiagnosisFacts({
          bus: this.bus,
          agents: this.agents,
          directory: this.directory,
          targets: this.listed,
          minimumAppVersion: this.settings.MINIMUM_APP_VERSION ?? null,
        }),
      ),
    };
    const [calls, offers, transfers, targets, diagnoses] = [
      callResolvers(parts),
      offerResolvers(parts),
      transferResolvers(parts),
      targetResolvers(parts),
      diagnosisResolvers(parts),
    ];
    return {
      ...calls,
      ...offers,
      ...transfers,
      ...spokenResolvers,
      Query: { ...calls.Query, ...transfers.Query, ...targets.Query, ...diagnoses.Query },
      Mutation: { ...calls.Mutation, ...offers.Mutation, ...transfers.Mutation },
    };
  }
}

/** THE HEART: calls in progress, offers, transfers. */
@Module({})
export class RoutingModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Routing) private readonly routing: Routing) {}

  static async from(
    env: {
      DATABASE_URL: string;
      NATS_URL: string;
      NATS_CA_FILE?: string | undefined;
      NATS_STREAM_REPLICAS?: '1' | '3' | '5' | undefined;
      JWT_PUBLIC_KEY_FILE?: string | undefined;
      JWKS_URL?: string | undefined;
    } & RoutingSettings,
  ): Promise<DynamicModule> {
    const [identities, database, bus] = await Promise.all([
      Identities.from(env),
      openDatabase(env.DATABASE_URL),
      Bus.connect({ env, name: 'routing' }),
    ]);
    const routing = new Routing(database, bus, env);
    return {
      module: RoutingModule,
      imports: [
        SubgraphModule.serving({ sdl, identities, isPassing, imports: [], inject: [], resolvers: () => routing.resolvers() }),
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            streams: () => bus.streamsReady(),
            following: async () => (await Promise.all(routing.following.map((follower) => follower.hasCaughtUp()))).every(Boolean),
          }),
        }),
      ],
      providers: [{ provide: Routing, useValue: routing }],
    };
  }

  onApplicationBootstrap(): void {
    this.routing.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.routing.stop();
  }
}
