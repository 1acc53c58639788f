import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '@cordboard/platform-database';
import { Bus, Outbox } from '@cordboard/platform-messaging';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import { z } from 'zod';
import { agentResolvers } from './agents/agent.resolver.ts';
import { AgentStore } from './agents/agent.store.ts';
import { ContactHandler } from './contacts/contact.handler.ts';
import { contactResolvers } from './contacts/contact.resolver.ts';
import { ContactStore } from './contacts/contact.store.ts';
import { openDatabase } from './database.store.ts';
import { seedDemo } from './demo/demo.handler.ts';
import sdl from './directory.graphql';
import { lookups } from './directory.lookups.ts';
import type { Resolvers } from './generated/graphql.ts';
import { numberResolvers } from './numbers/number.resolver.ts';
import { NumberStore } from './numbers/number.store.ts';
import { teamResolvers } from './teams/team.resolver.ts';
import { TeamStore } from './teams/team.store.ts';

/** What the directory reads from its environment. `SEED=demo` makes the demo account where it has no agents yet. */
export const directoryEnvironment = { ...stateEnvironment, ...identityEnvironment, SEED: z.enum(['demo']).optional() };
export type DirectoryEnvironment = z.infer<z.ZodObject<typeof directoryEnvironment>>;

const SEED = Symbol('what to seed');

/** Who there is: agents, teams, Numbers, contacts, and what holds for the account. */
@Module({})
export class DirectoryModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    @Inject(SEED) private readonly seed: DirectoryEnvironment['SEED'],
  ) {}

  /** @throws CannotStart where database, NATS or the keys for tokens cannot be used. */
  static async from(env: DirectoryEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ url: env.NATS_URL, name: 'directory' });
    const outbox = new Outbox(bus, database, 'directory');
    return {
      module: DirectoryModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: Outbox, useValue: outbox },
        { provide: SEED, useValue: env.SEED ?? null },
      ],
      imports: [
        HealthModule.withChecks({ inject: [], checks: () => ({ database: () => database.answers(), nats: () => bus.connected }) }),
        SubgraphModule.serving({ sdl, identities, imports: [], inject: [], resolvers: () => resolversOver(database, outbox) }),
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    this.outbox.start();
    if (this.seed === 'demo') await seedDemo(this.database, this.outbox);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbox.stop();
    await this.bus.close();
    await this.database.close();
  }
}

function resolversOver(database: Database, outbox: Outbox): Resolvers {
  const stores = {
    agents: new AgentStore(database),
    teams: new TeamStore(database),
    numbers: new NumberStore(database),
    contacts: new ContactStore(database),
  };
  const find = lookups(stores);
  const agents = agentResolvers(stores.agents, find);
  const teams = teamResolvers(stores.teams, find);
  const numbers = numberResolvers(stores.numbers, find);
  const contacts = contactResolvers(stores.contacts, new ContactHandler(database, stores.contacts, stores.numbers, outbox), find);
  return { ...agents, ...teams, ...numbers, ...contacts, Query: { ...agents.Query, ...teams.Query, ...numbers.Query, ...contacts.Query } };
}
