import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Source } from '@cordboard/contracts';
import { Database, isPassing } from '@cordboard/platform-database';
import { mediaEnvironment, openMedia } from '@cordboard/platform-media';
import { Bus, Follower, Outbox } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import type { Express, RequestHandler } from 'express';
import { z } from 'zod';
import { Access } from './access/access.handler.ts';
import { AuditStore } from './audit/audit.store.ts';
import { callResolvers } from './calls/call.resolver.ts';
import { CallStore } from './calls/call.store.ts';
import { Conversations } from './calls/conversation.handler.ts';
import { ConversationStore } from './calls/conversation.store.ts';
import { settled } from './calls/settled.ts';
import { openDatabase } from './database.store.ts';
import { takeDirectory } from './listeners/directory.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import { takeTelephony } from './listeners/telephony.listener.ts';
import { Addresses } from './media/addresses.handler.ts';
import { MediaUrls } from './media/media-urls.ts';
import { serveMedia } from './media/media.handler.ts';
import { urlSecret } from './media/secret.ts';
import { messageFileResolvers } from './media/message-file.resolver.ts';
import { servedFrom } from './media/served.handler.ts';
import { NumberStore } from './numbers/number.store.ts';
import { merged } from './parts.ts';
import sdl from './recording.graphql';
import { Recordings } from './recordings/recording.handler.ts';
import { recordingResolvers } from './recordings/recording.resolver.ts';
import { RecordingStore } from './recordings/recording.store.ts';
import { Erasure } from './retention/erasure.handler.ts';
import { Retention } from './retention/retention.timers.ts';
import { Voicemails } from './voicemails/voicemail.handler.ts';
import { voicemailResolvers } from './voicemails/voicemail.resolver.ts';
import { VoicemailStore } from './voicemails/voicemail.store.ts';

/** What recording reads from its environment. `PUBLIC_URL` is where clients reach the gateway, which passes `/media` on to here; what is too old is looked for every `RETENTION_SWEEP_SECONDS`. */
export const recordingEnvironment = {
  ...stateEnvironment,
  ...identityEnvironment,
  ...mediaEnvironment,
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:4000'),
  RETENTION_SWEEP_SECONDS: z.coerce.number().positive().max(86_400).default(60),
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
    private readonly outbox: Outbox,
    private readonly retention: Retention,
    private readonly host: HttpAdapterHost,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
    @Inject(MEDIA) private readonly media: RequestHandler,
  ) {}

  /** @throws CannotStart where database, NATS, the storage for media or the keys for tokens cannot be used. */
  static async from(env: RecordingEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const storage = await openMedia(env);
    const urls = new MediaUrls(await urlSecret(env.MEDIA_URL_SECRET, env.MEDIA_DIR), env.PUBLIC_URL);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ env, name: 'recording' });
    const outbox = new Outbox(bus, database, 'recording');
    const [calls, store, numbers] = [new CallStore(database), new ConversationStore(database), new NumberStore(database)];
    const stores = { recordings: new RecordingStore(database), voicemails: new VoicemailStore(database), conversations: store };
    const [access, audit] = [new Access(numbers), new AuditStore(database)];
    const addresses = new Addresses(urls, audit);
    const erasure = new Erasure(database, storage, audit, stores);
    const conversations = new Conversations(database, store, outbox);
    const recordings = new Recordings(database, stores.recordings, audit, { access, erasure });
    const voicemails = new Voicemails(stores.voicemails, access);
    const follow = (source: Source, take: ConstructorParameters<typeof Follower>[2]['take']): Follower =>
      new Follower(bus, database, { service: 'recording', source, take });
    const routing = follow('routing', takeRouting(database, { conversations, store, outbox }));
    const telephony = follow('telephony', takeTelephony(database, stores));
    const followers = [routing, follow('directory', takeDirectory(database, numbers)), telephony];
    return {
      module: RecordingModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: Outbox, useValue: outbox },
        { provide: Retention, useValue: new Retention(database, stores, erasure, env.RETENTION_SWEEP_SECONDS) },
        { provide: FOLLOWERS, useValue: followers },
        { provide: MEDIA, useValue: serveMedia(urls, servedFrom(storage, stores, audit)) },
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
          resolvers: () =>
            merged(
              callResolvers({ calls, conversations, heard: (ms) => routing.nextTaken(ms), settled: settled(store, telephony) }),
              recordingResolvers({ recordings, store: stores.recordings, calls, access, addresses }),
              voicemailResolvers(voicemails, calls, addresses),
              messageFileResolvers(storage, urls),
            ),
        }),
      ],
    };
  }

  onModuleInit(): void {
    this.host.httpAdapter.getInstance<Express>().use('/media', this.media);
    this.outbox.start();
    for (const follower of this.followers) follower.start();
    this.retention.start();
    this.followers[0]?.serveCaughtUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.stopServing();
    await Promise.all([this.retention.stop(), ...this.followers.map((follower) => follower.stop())]);
    await this.outbox.stop();
    await this.bus.close();
    await this.database.close();
  }
}
