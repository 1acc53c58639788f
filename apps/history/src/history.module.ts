import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, isPassing } from '@cordboard/platform-database';
import { Bus, Follower } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import type { z } from 'zod';
import type { Source } from '@cordboard/contracts';
import { openDatabase } from './database.store.ts';
import { DirectoryStore } from './directory/directory.store.ts';
import { ExportController } from './export/export.controller.ts';
import { ExportHandler } from './export/export.handler.ts';
import type { Resolvers } from './generated/graphql.ts';
import sdl from './history.graphql';
import { takeDirectory } from './listeners/directory.listener.ts';
import { takePresence } from './listeners/presence.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import { recordResolvers } from './records/record.resolver.ts';
import { RecordStore } from './records/record.store.ts';
import { RetentionStore } from './retention/retention.store.ts';
import { Retention } from './retention/retention.timers.ts';
import { InboundStatisticsStore } from './statistics/inbound.store.ts';
import { statisticsResolvers } from './statistics/statistics.resolver.ts';
import { TransferStatisticsStore } from './statistics/statistics.store.ts';

/** For the benchmarks, which run parts of the service by themselves. */
export { openDatabase } from './database.store.ts';
export { takeRouting } from './listeners/routing.listener.ts';
export { RecordStore, ROW } from './records/record.store.ts';
export { countOf, pageOf, type RowFilter } from './records/wanted.store.ts';
export { InboundStatisticsStore } from './statistics/inbound.store.ts';
export { TransferStatisticsStore } from './statistics/statistics.store.ts';

/** What history reads from its environment. */
export const historyEnvironment = { ...stateEnvironment, ...identityEnvironment };
export type HistoryEnvironment = z.infer<z.ZodObject<typeof historyEnvironment>>;

const FOLLOWERS = Symbol('whom history follows');

/** Calls as they were, and what they come to, made of what routing, presence and the directory tell. */
@Module({})
export class HistoryModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
    private readonly retention: Retention,
  ) {}

  /** @throws CannotStart where database, NATS or the keys for tokens cannot be used. */
  static async from(env: HistoryEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ env, name: 'history' });
    const retention = new Retention(new RetentionStore(database));
    const follow = (source: Source, take: ConstructorParameters<typeof Follower>[2]['take']) =>
      new Follower(bus, database, { service: 'history', source, take });
    const followers = [
      follow('routing', takeRouting(database)),
      follow('presence', takePresence(database)),
      follow(
        'directory',
        takeDirectory(database, () => retention.sweep()),
      ),
    ];
    const [records, directory] = [new RecordStore(database), new DirectoryStore(database)];
    return {
      module: HistoryModule,
      controllers: [ExportController],
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: FOLLOWERS, useValue: followers },
        { provide: Retention, useValue: retention },
        { provide: Identities, useValue: identities },
        { provide: ExportHandler, useValue: new ExportHandler(records, directory) },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            streams: () => bus.streamsReady(),
            following: async () => (await Promise.all(followers.map((follower) => follower.hasCaughtUp()))).every(Boolean),
          }),
        }),
        SubgraphModule.serving({
          sdl,
          identities,
          isPassing,
          imports: [],
          inject: [],
          resolvers: () => {
            const rows = recordResolvers(records, directory);
            const statistics = statisticsResolvers(new TransferStatisticsStore(database), new InboundStatisticsStore(database), directory);
            return { ...rows, ...statistics, Query: { ...rows.Query, ...statistics.Query } } satisfies Resolvers;
          },
        }),
      ],
    };
  }

  onModuleInit(): void {
    for (const follower of this.followers) follower.start();
    this.followers[0]?.serveCaughtUp();
    this.retention.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.stopServing();
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await this.retention.stop();
    await this.bus.close();
    await this.database.close();
  }
}
