import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '@cordboard/platform-database';
import { Bus, Follower } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import type { z } from 'zod';
import { callResolvers } from './calls/call.resolver.ts';
import { CallStore } from './calls/call.store.ts';
import { openDatabase } from './database.store.ts';
import { takeDirectory } from './listeners/directory.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import sdl from './recording.graphql';

/** What recording reads from its environment. */
export const recordingEnvironment = { ...stateEnvironment, ...identityEnvironment };
export type RecordingEnvironment = z.infer<z.ZodObject<typeof recordingEnvironment>>;

const FOLLOWERS = Symbol('whom recording follows');

/** Whether a call is being recorded, and who may change that. */
@Module({})
export class RecordingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
  ) {}

  /** @throws CannotStart where database, NATS or the keys for tokens cannot be used. */
  static async from(env: RecordingEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ url: env.NATS_URL, name: 'recording' });
    const calls = new CallStore(database);
    const routing = new Follower(bus, database, { service: 'recording', source: 'routing', take: takeRouting(database, calls) });
    const directory = new Follower(bus, database, { service: 'recording', source: 'directory', take: takeDirectory(database) });
    return {
      module: RecordingModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: FOLLOWERS, useValue: [routing, directory] },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            following: async () => (await routing.hasCaughtUp()) && directory.hasCaughtUp(),
          }),
        }),
        SubgraphModule.serving({
          sdl,
          identities,
          imports: [],
          inject: [],
          resolvers: () => callResolvers(calls, (atMostMs) => routing.nextTaken(atMostMs)),
        }),
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
