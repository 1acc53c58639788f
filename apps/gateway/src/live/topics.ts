import { Id, type Source } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { badInput, type Identity } from '@cordboard/platform-subgraph';
import { CallsTopic } from './calls.topic.ts';
import type { Follows } from './follows.ts';
import { OffersTopic } from './offers.topic.ts';
import { PresenceTopic } from './presence.topic.ts';
import { Shared } from './shared.ts';
import { Tap } from './tap.ts';
import type { Topic } from './topic.ts';

type Arguments = Readonly<Record<string, unknown>>;
interface Wanted {
  readonly field: string;
  readonly account: string;
  /** Whose alone it is; null: everybody's of the account. */
  readonly agentId: string | null;
  readonly args: Arguments;
}
type Opened = Topic & { stop(): void };
/** By field: how its topic is opened, given an ear on each service that it follows. */
type Open = (bus: Bus, taps: Readonly<Record<Source, Tap>>, wanted: Wanted) => Promise<Opened>;

const OPEN: ReadonlyMap<string, Open> = new Map(
  Object.entries<Open>({
    presence: (bus, taps, { account, args }) =>
      PresenceTopic.open(bus, taps, { account, teamIds: ids(args['teamIds']), agentIds: ids(args['agentIds']) }),
    offers: (bus, { routing }, { account, agentId }) => OffersTopic.open(bus, routing, { account, agentId: agentId ?? '' }),
    calls: (bus, taps, { account, agentId }) => CallsTopic.open(bus, taps, { account, agentId: agentId ?? '' }),
  }),
);

const ids = (named: unknown): readonly string[] | null => (named === null || named === undefined ? null : (named as string[]));

/** Everything that is followed on this replica: each ear and each picture once, however many look. */
export class Topics {
  private readonly taps: Shared<{ source: Source; account: string }, Tap>;
  private readonly topics: Shared<Wanted, Opened & { leave(): void }>;

  /** @param lingerMs whoever comes back within this finds picture and past as they were, and NATS is not asked anew */
  constructor(
    private readonly bus: Bus,
    private readonly follows: ReadonlyMap<string, Follows>,
    lingerMs: number,
  ) {
    this.taps = new Shared({
      keyOf: ({ source, account }) => `${source} ${account}`,
      make: async ({ source, account }) => {
        const tap = new Tap(bus, source, account);
        await tap.start();
        return tap;
      },
      end: (tap) => tap.stop(),
      lingerMs,
    });
    this.topics = new Shared({
      keyOf: ({ field, account, agentId, args }) => JSON.stringify([field, account, agentId, Object.entries(args).sort()]),
      make: (wanted) => this.open(wanted),
      end: (topic) => {
        topic.stop();
        topic.leave();
      },
      lingerMs,
    });
  }

  /** How many ears are on NATS, and how many pictures are kept. */
  get counts(): { readonly taps: number; readonly topics: number } {
    return { taps: this.taps.size, topics: this.topics.size };
  }

  /**
   * What a field of Subscription follows for whoever asks.
   * @throws GraphQLError BAD_USER_INPUT, NOT_FOUND for arguments; NoAnswer when the services behind it are away
   */
  async hold(field: string, args: Arguments, { account, agentId }: Identity): Promise<{ thing: Topic; leave: () => void }> {
    const named = Object.values(args).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
    if (named.some((id) => !Id.safeParse(id).success)) throw badInput('teamIds and agentIds are ids: letters, digits, _ and -.');
    return this.topics.hold({ field, account, agentId: this.follows.get(field)?.alone ? agentId : null, args });
  }

  async stop(): Promise<void> {
    await this.topics.endAll();
    await this.taps.endAll();
  }

  private async open(wanted: Wanted): Promise<Opened & { leave(): void }> {
    const open = OPEN.get(wanted.field);
    const sources = this.follows.get(wanted.field)?.sources ?? [];
    if (!open) throw new Error(`There is no topic behind Subscription.${wanted.field}.`);
    const held = await Promise.all(sources.map((source) => this.taps.hold({ source, account: wanted.account })));
    const leave = (): void => held.forEach((one) => one.leave());
    try {
      const taps = Object.fromEntries(sources.map((source, i) => [source, held[i]?.thing])) as unknown as Record<Source, Tap>;
      const topic = await open(this.bus, taps, wanted);
      return Object.assign(topic, { leave });
    } catch (error) {
      leave();
      throw error;
    }
  }
}
