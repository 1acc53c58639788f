import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '@cordboard/platform-database';
import { Bus, Follower } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import type { z } from 'zod';
import { openDatabase } from './database.store.ts';
import sdl from './history.graphql';
import { takePresence } from './listeners/presence.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import { recordResolvers } from './records/record.resolver.ts';
import { RecordStore } from './records/record.store.ts';

/** What history reads from its environment. */
export const historyEnvironment = { ...stateEnvironment, ...identityEnvironment };
export type HistoryEnvironment = z.infer<z.ZodObject<typeof historyEnvironment>>;

const FOLLOWERS = Symbol('whom history follows');

/** Calls as they were, made of what routing and presence tell. */
@Module({})
export class HistoryModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
  ) {}

  /** @throws CannotStart where database, NATS or the keys for tokens cannot be used. */
  static async from(env: HistoryEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ url: env.NATS_URL, name: 'history' });
    const routing = new Follower(bus, database, { service: 'history', source: 'routing', take: takeRouting(database) });
    const presence = new Follower(bus, database, { service: 'history', source: 'presence', take: takePresence(database) });
    return {
      module: HistoryModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: FOLLOWERS, useValue: [routing, presence] },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            following: async () => (await routing.hasCaughtUp()) && presence.hasCaughtUp(),
          }),
        }),
        SubgraphModule.serving({ sdl, identities, imports: [], inject: [], resolvers: () => recordResolvers(new RecordStore(database)) }),
      ],
    };
  }

  onModuleInit(): void {
    for (const follower of this.followers) follower.start();
    this.followers[0]?.serveCaughtUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await this.bus.close();
    await this.database.close();
  }
}
