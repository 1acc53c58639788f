import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { revocations } from '@cordboard/contracts';
import { Database, isPassing } from '@cordboard/platform-database';
import { Bus, Followers, Outbox } from '@cordboard/platform-messaging';
import { mediaEnvironment, openMedia, type MediaStorage } from '@cordboard/platform-media';
import { HealthModule, identityEnvironment, stateEnvironment } from '@cordboard/platform-process';
import { Identities, SubgraphModule } from '@cordboard/platform-subgraph';
import { z } from 'zod';
import { Administration } from './administration/administration.handler.ts';
import { AgentHandler } from './agents/agent.handler.ts';
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
import { ImportController } from './imports/import.controller.ts';
import { ImportHandler } from './imports/import.handler.ts';
import { importResolvers } from './imports/import.resolver.ts';
import { MessageController } from './messages/message.controller.ts';
import { MessageFileHandler } from './messages/message-file.handler.ts';
import { NumberHandler } from './numbers/number.handler.ts';
import { numberResolvers } from './numbers/number.resolver.ts';
import { NumberStore } from './numbers/number.store.ts';
import { PolicyHandler } from './policy/policy.handler.ts';
import { policyResolvers } from './policy/policy.resolver.ts';
import { RemovalHandler } from './removal/removal.handler.ts';
import { TeamHandler } from './teams/team.handler.ts';
import { teamResolvers } from './teams/team.resolver.ts';
import { TeamStore } from './teams/team.store.ts';

/** What the directory reads from its environment. `SEED=demo` makes the demo account where it has no agents yet. */
export const directoryEnvironment = { ...stateEnvironment, ...identityEnvironment, ...mediaEnvironment, SEED: z.enum(['demo']).optional() };
export type DirectoryEnvironment = z.infer<z.ZodObject<typeof directoryEnvironment>>;

/** Who must have seen a change of the account before it is answered: they decide calls by it. */
const WHO_FOLLOWS = ['routing', 'presence', 'recording'];
/** Contacts matter where calls are transferred. */
const WHO_NEEDS_CONTACTS = ['routing'];

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

  /** @throws CannotStart where database, NATS, the storage for media or the keys for tokens cannot be used. */
  static async from(env: DirectoryEnvironment): Promise<DynamicModule> {
    const identities = await Identities.from(env);
    const storage = await openMedia(env);
    const database = await openDatabase(env.DATABASE_URL);
    const bus = await Bus.connect({ env, name: 'directory' });
    const outbox = new Outbox(bus, database, 'directory');
    const directory = new Directory(database, bus, outbox, storage);
    return {
      module: DirectoryModule,
      controllers: [ImportController, MessageController],
      providers: [
        { provide: Database, useValue: database },
        { provide: Bus, useValue: bus },
        { provide: Outbox, useValue: outbox },
        { provide: SEED, useValue: env.SEED ?? null },
        { provide: Identities, useValue: identities },
        { provide: ImportHandler, useValue: directory.imports },
        { provide: MessageFileHandler, useValue: directory.messageFiles },
      ],
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({ database: () => database.answers(), nats: () => bus.connected, streams: () => bus.streamsReady() }),
        }),
        SubgraphModule.serving({ sdl, identities, isPassing, imports: [], inject: [], resolvers: () => directory.resolvers() }),
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    this.outbox.start();
    this.bus.serve(revocations, async ({ since }) => {
      const at = new Date().toISOString(); // before it is looked: what is committed meanwhile is in the next answer
      const revoked = await new AgentStore(this.database).revoked(since);
      return { at, revoked: revoked.map(({ before, ...of }) => ({ ...of, before: before.toISOString() })) };
    });
    if (this.seed === 'demo') await seedDemo(this.database, this.outbox);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.stopServing();
    await this.outbox.stop();
    await this.bus.close();
    await this.database.close();
  }
}

/** Everything that the directory is made of, put together once. */
class Directory {
  private readonly stores = {
    agents: new AgentStore(this.database),
    teams: new TeamStore(this.database),
    numbers: new NumberStore(this.database),
    contacts: new ContactStore(this.database),
  };
  private readonly callers = new Followers(this.bus, 'directory', WHO_NEEDS_CONTACTS);
  private readonly administration = new Administration(this.database, this.outbox, new Followers(this.bus, 'directory', WHO_FOLLOWS));
  private readonly removal = new RemovalHandler(this.bus);
  private readonly numberHandler = new NumberHandler(this.administration, this.outbox, this.removal);
  readonly messageFiles = new MessageFileHandler(this.storage, this.stores.numbers, this.numberHandler);
  readonly imports = new ImportHandler(this.database, this.stores.contacts, this.stores.numbers, this.outbox, this.callers);

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    private readonly storage: MediaStorage,
  ) {}

  resolvers(): Resolvers {
    const { stores, administration, database, outbox } = this;
    const find = lookups(stores);
    const agents = agentResolvers(stores.agents, new AgentHandler(administration, outbox, this.removal), find);
    const teams = teamResolvers(stores.teams, new TeamHandler(administration, outbox, this.removal), find);
    const numbers = numberResolvers(stores.numbers, this.numberHandler, find);
    const contacts = contactResolvers(
      stores.contacts,
      stores.numbers,
      new ContactHandler(database, stores.contacts, stores.numbers, outbox, this.callers),
      find,
    );
    const policy = policyResolvers(database, new PolicyHandler(administration, outbox));
    const imports = importResolvers(this.imports);
    return {
      ...agents,
      ...teams,
      ...numbers,
      ...contacts,
      Query: { ...agents.Query, ...teams.Query, ...numbers.Query, ...contacts.Query, ...policy.Query },
      Mutation: {
        ...agents.Mutation,
        ...teams.Mutation,
        ...numbers.Mutation,
        ...contacts.Mutation,
        ...policy.Mutation,
        ...imports.Mutation,
      },
    };
  }
}
