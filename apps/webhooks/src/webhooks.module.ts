import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Told } from '@cordboard/contracts';
import { Database, isPassing } from '@cordboard/platform-database';
import { Bus, Follower, type Taken } from '@cordboard/platform-messaging';
import { CannotStart, HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import { z } from 'zod';
import { openDatabase } from './database.store.ts';
import { Redelivery } from './deliveries/delivery.handler.ts';
import { deliveryResolvers } from './deliveries/delivery.resolver.ts';
import { DeliveryStore } from './deliveries/delivery.store.ts';
import { Dispatcher, type Chance } from './deliveries/dispatcher.timers.ts';
import { Queue } from './deliveries/queue.store.ts';
import { Retention } from './deliveries/retention.timers.ts';
import { takePresence } from './listeners/presence.listener.ts';
import { takeRouting } from './listeners/routing.listener.ts';
import { takeTelephony } from './listeners/telephony.listener.ts';
import type { Outgoing } from './outgoing/post.ts';
import { byDns } from './outgoing/resolve.ts';
import { Webhooks } from './webhooks/webhook.handler.ts';
import { webhookResolvers } from './webhooks/webhook.resolver.ts';
import { WebhookStore } from './webhooks/webhook.store.ts';
import sdl from './webhooks.graphql';

const onOff = z.enum(['true', 'false']).default('false');

/** What webhooks read from their environment. Receivers on this machine, and over http, are for development and tests. */
export const webhooksEnvironment = {
  ...stateEnvironment,
  ...identityEnvironment,
  WEBHOOKS_ALLOW_LOOPBACK: onOff,
  WEBHOOKS_ALLOW_HTTP: onOff,
  NODE_ENV: z.string().optional(),
};
export type WebhooksEnvironment = z.infer<z.ZodObject<typeof webhooksEnvironment>>;

/** What a test may put in the place of the clock, the dice, DNS and the trusted certificates. */
export type Surroundings = Partial<Chance & Pick<Outgoing, 'resolve' | 'ca'>>;

const FOLLOWERS = Symbol('whom webhooks follow');

/** Tells the outside what happened. */
@Module({})
export class WebhooksModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly dispatcher: Dispatcher,
    private readonly retention: Retention,
    @Inject(FOLLOWERS) private readonly followers: readonly Follower[],
  ) {}

  /** @throws CannotStart where database, NATS or the keys for tokens cannot be used, or production is to reach what is inside. */
  static async from(env: WebhooksEnvironment, surroundings: Surroundings = {}): Promise<DynamicModule> {
    const reach = { loopback: env.WEBHOOKS_ALLOW_LOOPBACK === 'true', http: env.WEBHOOKS_ALLOW_HTTP === 'true' };
    if (env.NODE_ENV === 'production' && (reach.loopback || reach.http))
      throw new CannotStart('WEBHOOKS_ALLOW_LOOPBACK and WEBHOOKS_ALLOW_HTTP are for development: production does not start with them.');
    const { now = () => new Date(), chance = Math.random, resolve = byDns, ca } = surroundings;
    const outgoing: Outgoing = { reach, resolve, ...(ca ? { ca } : {}) };
    const identities = await Identities.from(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ env, name: 'webhooks' });
    const webhooks = new WebhookStore(database);
    const deliveries = new DeliveryStore(database);
    const dispatcher = new Dispatcher(new Queue(database, webhooks), outgoing, { now, chance });
    const redelivery = new Redelivery(database, webhooks, deliveries, { now, wake: () => dispatcher.wake() });
    const thenSend =
      (take: (told: Told<{ type: string }>) => Promise<Taken>) =>
      async (told: Told<{ type: string }>): Promise<Taken> => {
        const taken = await take(told);
        if (taken === 'applied') dispatcher.wake();
        return taken;
      };
    const followers = [
      new Follower(bus, database, { service: 'webhooks', source: 'routing', take: thenSend(takeRouting(database, now)) }),
      new Follower(bus, database, { service: 'webhooks', source: 'presence', take: thenSend(takePresence(database, now)) }),
      new Follower(bus, database, { service: 'webhooks', source: 'telephony', take: thenSend(takeTelephony(database, now)) }),
    ];
    return {
      module: WebhooksModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: Dispatcher, useValue: dispatcher },
        { provide: Retention, useValue: new Retention(database, now) },
        { provide: FOLLOWERS, useValue: followers },
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
            const ofWebhooks = webhookResolvers(new Webhooks(database, webhooks, outgoing, now), webhooks, deliveries);
            const ofDeliveries = deliveryResolvers(redelivery, deliveries, webhooks);
            return { ...ofWebhooks, ...ofDeliveries, Mutation: { ...ofWebhooks.Mutation, ...ofDeliveries.Mutation } };
          },
        }),
      ],
    };
  }

  onModuleInit(): void {
    for (const follower of this.followers) follower.start();
    this.dispatcher.start();
    this.retention.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await Promise.all([this.dispatcher.stop(), this.retention.stop()]);
    await this.bus.close();
    await this.database.close();
  }
}
