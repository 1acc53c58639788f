import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Database } from '@cordboard/platform-database';
import { LocalFiles, mediaEnvironment } from '@cordboard/platform-media';
import { Bus, Follower } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import { callResolvers } from './calls/call.resolver.ts';
import { CallStore } from './calls/call.store.ts';
import { openDatabase } from './database.store.ts';
import { takeDirectory } from './listeners/directory.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import { takeTelephony } from './listeners/telephony.listener.ts';
import { MediaUrls } from './media/media-urls.ts';
import { serveMedia } from './media/media.handler.ts';
import { urlSecret } from './media/secret.ts';
import sdl from './recording.graphql';
import { NumberStore } from './voicemails/number.store.ts';
import { Voicemails } from './voicemails/voicemail.handler.ts';
import { voicemailResolvers } from './voicemails/voicemail.resolver.ts';
import { VoicemailStore } from './voicemails/voicemail.store.ts';

/** What recording reads from its environment. `PUBLIC_URL` is where clients reach the gateway, which passes `/media` on to here. */
export const recordingEnvironment = {
  ...stateEnvironment,
  ...identityEnvironment,
  ...mediaEnvironment,
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:4000'),
  MEDIA_URL_SECRET: z.string().min(32, 'is to be 32 characters or more').optional(),
};
export type RecordingEnvironment = z.infer<z.ZodObject<typeof recordingEnvironment>>;

const FOLLOWERS = Symbol('whom recording follows');
const MEDIA = Symbol('what serves files');

/** Whether a call is being recorded, who may change that, and who may hear what was recorded. */
@Module({})
export class RecordingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly host: HttpAdapterHost,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
    @Inject(MEDIA) private readonly media: RequestHandler,
  ) {}

  /** @throws CannotStart where database, NATS, the storage for media or the keys for tokens cannot be used. */
  static async from(env: RecordingEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const files = await LocalFiles.open(env.MEDIA_DIR);
    const urls = new MediaUrls(await urlSecret(env.MEDIA_URL_SECRET, env.MEDIA_DIR), env.PUBLIC_URL);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ url: env.NATS_URL, name: 'recording' });
    const calls = new CallStore(database);
    const numbers = new NumberStore(database);
    const messages = new VoicemailStore(database);
    const voicemails = new Voicemails(messages, numbers);
    const routing = new Follower(bus, database, { service: 'recording', source: 'routing', take: takeRouting(database, calls) });
    const directory = new Follower(bus, database, { service: 'recording', source: 'directory', take: takeDirectory(database, numbers) });
    const telephony = new Follower(bus, database, { service: 'recording', source: 'telephony', take: takeTelephony(database, messages) });
    const followers = [routing, directory, telephony];
    return {
      module: RecordingModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: FOLLOWERS, useValue: followers },
        { provide: MEDIA, useValue: serveMedia(urls, files, (account, key) => messages.byMediaKey(account, key)) },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            following: async () => (await Promise.all(followers.map((follower) => follower.hasCaughtUp()))).every(Boolean),
          }),
        }),
        SubgraphModule.serving({
          sdl,
          identities,
          imports: [],
          inject: [],
          resolvers: () => ({
            ...callResolvers(calls, (atMostMs) => routing.nextTaken(atMostMs)),
            ...voicemailResolvers(voicemails, calls, urls),
          }),
        }),
      ],
    };
  }

  onModuleInit(): void {
    this.host.httpAdapter.getInstance<Express>().use('/media', this.media);
    for (const follower of this.followers) follower.start();
    this.followers[0]?.serveCaughtUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await this.bus.close();
    await this.database.close();
  }
}
