import type { Identity } from '@cordboard/platform-subgraph';
import type { Graph, Operation } from '../graph/federation.ts';
import type { Sender, Sink } from '../sockets/port.ts';
import type { Follows } from './follows.ts';
import { Group } from './group.ts';
import { scopeOf, type Scope } from './scope.ts';
import { Shared } from './shared.ts';
import type { Topics } from './topics.ts';

interface Wanted {
  readonly operation: Operation;
  readonly field: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What is to be followed: the arguments of the subscription's field, but for where each reader was. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  readonly identity: Identity;
}
interface Opened {
  readonly group: Group;
  readonly leave: () => void;
}

/** What makes subscriptions equal: what is asked, of what, and everything that a result may depend on of whoever asks. */
export const keyOf = ({ operation, variables, args, scope }: Omit<Wanted, 'identity' | 'field'>): string =>
  JSON.stringify([operation.key, sorted(variables), sorted(args), scope.account, scope.language, scope.asker]);

const sorted = (record: Readonly<Record<string, unknown>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** Equal subscriptions of all sockets are one. */
export class Groups {
  private readonly groups: Shared<Wanted, Opened>;

  constructor(
    private readonly graph: Graph,
    private readonly topics: Topics,
    private readonly follows: ReadonlyMap<string, Follows>,
    key: (wanted: Wanted) => string = keyOf,
  ) {
    this.groups = new Shared({
      keyOf: key,
      make: (wanted) => this.open(wanted),
      end: ({ group, leave }) => (group.end(), leave()),
      lingerMs: 0,
    });
  }

  /**
   * @param left whether the subscriber has left meanwhile
   * @returns how they leave
   * @throws GraphQLError for arguments that name what is not there
   */
  async join(
    o: { readonly operation: Operation; readonly variables: Readonly<Record<string, unknown>>; readonly left: () => boolean },
    sender: Sender,
    sink: Sink,
  ): Promise<() => void> {
    const { operation, left } = o;
    const values = operation.values(o.variables);
    const { field, args: all } = operation.followed(values);
    const { after = null, ...args } = all;
    const own = operation.onlyFor('after'); // where a reader was makes no other subscription of it
    const variables = Object.fromEntries(Object.entries(values).filter(([name]) => !own.includes(name)));
    const alone = this.follows.get(field)?.alone ?? true;
    const scope = scopeOf(sender.identity, sender.language, { alone, owned: operation.owned });
    const { thing, leave } = await this.groups.hold({ operation, field, variables, args, scope, identity: sender.identity });
    try {
      const leaves = await thing.group.join(sender, sink, after as string | null, left);
      return () => {
        leaves();
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.groups.endAll();
  }

  private async open({ operation, field, variables, args, scope, identity }: Wanted): Promise<Opened> {
    const { thing: topic, leave } = await this.topics.hold(field, args, identity);
    const group = new Group(scope, topic, (moment, context) =>
      this.graph.executeEvent(operation, { event: moment.event(context.language), variables, context }),
    );
    return { group, leave };
  }
}
