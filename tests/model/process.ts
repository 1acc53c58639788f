import type { RoutingEvent, Told } from '@cordboard/contracts';
import type { DueTimer, Sql } from '@cordboard/platform-database';
import type { OutboxRow } from '@cordboard/platform-messaging';
import {
  CallHandler,
  ConversationHandler,
  ConversationTimers,
  DialHandler,
  PresenceListener,
  ReachHandler,
  TelephonyListener,
  TransferHandler,
  type AgentRow,
  type AgentStore,
  type ConversationStore,
  type DirectoryStore,
  type RoutingDatabase,
} from './routing.ts';

type Directory = Pick<
  DirectoryStore,
  'apply' | 'policy' | 'number' | 'numberDialled' | 'contact' | 'distributionOf' | 'distributionDialled' | 'homeCountry' | 'firstNumber'
>;

/** Routing's tables, wherever they lie, and what only a test looks at. */
export interface Tables {
  readonly conversations: Pick<ConversationStore, 'load' | 'save' | 'repeated' | 'holding'>;
  readonly agents: AgentStore;
  readonly directory: Directory;
  readonly database: RoutingDatabase;
  readonly sql: Sql;
  /** The agents have been idle since then. */
  begin(at: Date): Promise<void>;
  timers(): Promise<readonly DueTimer[]>;
  rows(): Promise<readonly AgentRow[]>;
  /** What was committed to be told, in order. */
  outbox(): Promise<readonly Pick<OutboxRow, 'body'>[]>;
}

/** What a process lives in. */
export interface Surroundings {
  readonly tables: Tables;
  /** Resolves when it is this step's turn. */
  readonly step: (what: string) => Promise<void>;
  readonly published: (told: Told<RoutingEvent>) => void;
  /** The tables are being asked. */
  readonly working: (more: 1 | -1) => void;
}

/** One process of the service: its own memory of conversations, over tables that it shares. */
export class Process {
  readonly conversations: ConversationHandler;
  readonly calls: CallHandler;
  readonly dial: DialHandler;
  readonly transfers: TransferHandler;
  readonly presence: PresenceListener;
  readonly telephony: TelephonyListener;
  readonly timers: ConversationTimers;
  /** Resolves when it is dead. */
  readonly death: Promise<'dead'>;
  private dies: (is: 'dead') => void = () => undefined;
  private isDead = false;

  constructor({ tables, step, published, working }: Surroundings) {
    this.death = new Promise((resolve) => (this.dies = resolve));
    const stepped = <T extends object>(store: T): T => this.stepped(store, step, working);
    const [agents, directory] = [stepped(tables.agents), stepped(tables.directory)];
    const publish = async (rows: readonly OutboxRow[]): Promise<void> => {
      await this.turn(step('publish'));
      for (const row of rows) published(row.body as Told<RoutingEvent>);
    };
    this.conversations = new ConversationHandler(stepped(tables.conversations), { publish });
    this.calls = new CallHandler(this.conversations, agents, directory);
    this.dial = new DialHandler(this.conversations, agents, directory);
    this.transfers = new TransferHandler(this.conversations, new ReachHandler(agents, directory), agents, directory);
    this.presence = new PresenceListener(tables.database, agents, this.conversations, this.calls);
    this.telephony = new TelephonyListener(this.calls, this.conversations);
    this.timers = new ConversationTimers(this.calls, this.conversations);
  }

  /** Whatever it is about to do, it never does. */
  die(): void {
    this.isDead = true;
    this.dies('dead');
  }

  /** The same store, each of its methods waiting for its turn in the schedule. */
  private stepped<T extends object>(store: T, step: Surroundings['step'], working: Surroundings['working']): T {
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]): Promise<unknown> => {
          await this.turn(step(String(name)));
          working(1);
          return this.turn(Promise.resolve(method.apply(target, args) as unknown).finally(() => working(-1)));
        };
      },
    });
  }

  private async turn<T>(of: Promise<T>): Promise<T> {
    const is = await of;
    return this.isDead ? new Promise<never>(() => undefined) : is;
  }
}
