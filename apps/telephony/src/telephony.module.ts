import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Source } from '@cordboard/contracts';
import { Database } from '@cordboard/platform-database';
import { mediaEnvironment, openMedia } from '@cordboard/platform-media';
import { Bus, Follower, Outbox } from '@cordboard/platform-messaging';
import { HealthModule, log, port, stateEnvironment } from '@cordboard/platform-process';
import { z } from 'zod';
import { Audio } from './audio/audio.handler.ts';
import { openDatabase } from './database.store.ts';
import { RecordingListener } from './listeners/recording.listener.ts';
import { RoutingListener } from './listeners/routing.listener.ts';
import { Recorder } from './recordings/recorder.ts';
import { Segments } from './recordings/segment.handler.ts';
import { SegmentStore } from './recordings/segment.store.ts';
import { WantStore } from './recordings/want.store.ts';
import { Lease } from './engine/lease.store.ts';
import { asteriskEnvironment, openDriver, type Driver } from './engine/open.ts';
import { speechEnvironment } from './messages/speech.ts';
import { PhoneKeys } from './keys/keys.handler.ts';
import { Phones } from './phones/phones.handler.ts';
import { PhoneStore } from './phones/phones.store.ts';
import { Facts } from './switchboard/facts.handler.ts';
import { LegStore } from './switchboard/legs.store.ts';
import { Switchboard } from './switchboard/switchboard.ts';
import { WiringStore } from './switchboard/wirings.store.ts';
import { Voicemails } from './voicemails/voicemail.handler.ts';
import { VoicemailStore } from './voicemails/voicemail.store.ts';

/** What telephony reads from its environment. `ACCOUNT` is whose calls come in; the simulated network listens for anybody on `SIMULATOR_HOST`. */
export const telephonyEnvironment = {
  ...stateEnvironment,
  ...mediaEnvironment,
  ENGINE: z.enum(['simulator', 'asterisk']).default('simulator'),
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_PORT: port.default(4100),
  ACCOUNT: z
    .string()
    .regex(/^[\w-]{1,128}$/)
    .default('demo'),
  NODE_ENV: z.string().optional(),
  ...asteriskEnvironment,
  ...speechEnvironment,
};
export type TelephonyEnvironment = z.infer<z.ZodObject<typeof telephonyEnvironment>>;

const DRIVER = Symbol('what drives the call engine');
const FOLLOWERS = Symbol('whom telephony follows');
/** What brings audio from the engine into the storage. */
const KEEPERS = Symbol('keepers of audio');

/** Drives the call engine through its port: routing's wirings in, the engine's facts out. No rule lives here. */
@Module({})
export class TelephonyModule implements OnModuleInit, OnApplicationShutdown {
  private waiting: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    private readonly switchboard: Switchboard,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
    @Inject(KEEPERS) private readonly keepers: { readonly voicemails: Voicemails; readonly segments: Segments },
    @Inject(DRIVER) private readonly driver: Driver,
    private readonly lease: Lease,
  ) {}

  /** @throws CannotStart where database, NATS, the call engine or the storage for media cannot be used. */
  static async from(env: TelephonyEnvironment): Promise<DynamicModule> {
    const media = await openMedia(env);
    const driver = await openDriver(env, media);
    const { engine } = driver;
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ env, name: 'telephony' });
    const outbox = new Outbox(bus, database, 'telephony');
    const wirings = new WiringStore(database);
    const messages = new VoicemailStore(database, outbox);
    const audio = new Audio(engine, media, outbox);
    const voicemails = new Voicemails(audio, messages);
    const legs = new LegStore(database, outbox, messages);
    const facts = new Facts(legs, outbox, (message) => voicemails.noted(message));
    const wants = new WantStore(database, outbox);
    const segments = new Segments(audio, new SegmentStore(database, outbox));
    const recorder = new Recorder(engine, segments, wants);
    const phones = new Phones(new PhoneStore(database, outbox), outbox, env.ACCOUNT);
    const switchboard = new Switchboard(engine, facts, { legs, wirings, recorder, phones, keys: new PhoneKeys(engine, bus) }, env.ACCOUNT);
    const lease = new Lease({ url: env.DATABASE_URL, engines: driver.engines }, () => {
      log.fatal('another service has driven the call engine while the database was away: this one ends, to begin anew');
      process.exitCode = 1; // an end that nobody asked for: whoever restarts what failed restarts it
      process.kill(process.pid, 'SIGTERM');
    });
    const follow = (source: Source, take: ConstructorParameters<typeof Follower>[2]['take']): Follower =>
      new Follower(bus, database, { service: 'telephony', source, take });
    const followers = [
      follow('routing', new RoutingListener(database, wirings, switchboard).take),
      follow('recording', new RecordingListener(database, wants, switchboard).take),
    ];
    return {
      module: TelephonyModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: Outbox, useValue: outbox },
        { provide: Switchboard, useValue: switchboard },
        { provide: FOLLOWERS, useValue: followers },
        { provide: KEEPERS, useValue: { voicemails, segments } },
        { provide: DRIVER, useValue: driver },
        { provide: Lease, useValue: lease },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({
            database: () => database.answers(),
            nats: () => bus.connected,
            streams: () => bus.streamsReady(),
            // one that waits to take over is ready to
            engine: () => switchboard.inStep || !lease.held,
            following: async () => !lease.held || (await Promise.all(followers.map((follower) => follower.hasCaughtUp()))).every(Boolean),
          }),
        }),
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    if (await this.lease.take()) return this.drive();
    log.info({ url: this.driver.url }, 'another service drives the call engine, or one of several; this one waits');
    this.waiting = this.lease.wait().then(() => (this.lease.held ? this.drive() : undefined));
  }

  private async drive(): Promise<void> {
    this.outbox.start();
    await this.switchboard.start();
    await this.keepers.voicemails.start();
    for (const follower of this.followers) follower.start();
    log.info({ engine: this.driver.engine.name, url: this.driver.url }, 'the call engine is driven');
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.lease.held) await this.lease.release();
    await this.waiting;
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await Promise.all([this.keepers.voicemails.stop(), this.keepers.segments.stop()]);
    await this.switchboard.stop();
    await this.driver.close();
    await this.outbox.stop();
    await this.lease.release();
    await this.bus.close();
    await this.database.close();
  }
}
