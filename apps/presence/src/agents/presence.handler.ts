import { isRefusal, type Refusal } from '@cordboard/decider';
import { presence, show, type PresenceCommand, type PresenceRefusal } from '@cordboard/domain-presence';
import { standingTold, type PresenceEvent } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import { NoAnswer, type Bus, type Outbox, type OutboxRow } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { PresenceDatabase } from '../database.store.ts';
import { standingOf, toldOf, viewOf } from './presence.messages.ts';
import type { AgentRow, PresenceStore } from './presence.store.ts';

export type Changed =
  | { readonly is: 'changed'; readonly agent: AgentRow; readonly row: OutboxRow | null }
  | { readonly is: 'refused'; readonly refusal: Refusal<PresenceRefusal> }
  | { readonly is: 'unknown' };

interface Change {
  readonly account: string;
  readonly agentId: string;
  readonly at: string;
  /** What to do, read in the agent's own transaction. */
  readonly commands: (tx: Sql) => Promise<readonly PresenceCommand[]>;
  /** Who was deactivated is as unknown. */
  readonly activeOnly?: boolean;
  /** The routing event that this is the effect of. */
  readonly seen?: { readonly conversationId: string; readonly seq: number };
}

/** One agent's presence at a time: decides, saves what follows, and tells routing before anybody is answered. */
export class PresenceHandler {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly store: PresenceStore,
    private readonly outbox: Outbox,
    private readonly bus: Bus,
  ) {}

  /** A change that somebody waits for: routing knows it when this returns. */
  async change(o: Change): Promise<Changed> {
    const changed = await this.database.transaction((tx) => this.changeIn(tx, o));
    await this.afterwards(changed);
    return changed;
  }

  /** What follows the commit of a change and of what was committed with it: all of it is published, and routing knows the change when this returns. */
  async afterwards(changed: Changed | undefined, ...also: readonly OutboxRow[]): Promise<void> {
    this.publish(changed ? [changed] : [], ...also);
    if (changed?.is === 'changed' && changed.row) await this.tellRouting(changed.agent);
  }

  /** Tells the stream of changes that are committed. */
  publish(changes: readonly Changed[], ...also: readonly OutboxRow[]): void {
    void this.outbox.publish([...also, ...changes.flatMap((changed) => (changed.is === 'changed' && changed.row ? [changed.row] : []))]);
  }

  /** A change inside somebody's transaction: `afterwards` or `publish` comes after the commit. */
  async changeIn(tx: Sql, o: Change): Promise<Changed> {
    const before = await this.store.hold(tx, o.account, o.agentId);
    if (!before || (o.activeOnly && !before.active)) return { is: 'unknown' };
    let state = before.state;
    const also: PresenceEvent[] = [];
    let changes = 0;
    for (const command of await o.commands(tx)) {
      const outcome = presence.decide(state, command);
      if (isRefusal(outcome)) return { is: 'refused', refusal: outcome };
      for (const event of outcome) {
        also.push(...toldOf(event, before.id, state, o.at));
        state = presence.evolve(state, event);
        changes += 1;
      }
    }
    if (changes === 0 && !o.seen) return { is: 'changed', agent: before, row: null };
    const shown = show(before.state, state, o.at);
    const next = { ...before, rev: before.rev + 1, state: shown, seen: o.seen ?? before.seen };
    const visible: PresenceEvent[] =
      shown.shown.version === before.state.shown.version ? [] : [{ type: 'presence.changed', agentId: before.id, presence: viewOf(shown) }];
    const events: PresenceEvent[] = [...visible, { type: 'standing.changed', standing: standingOf(next) }, ...also];
    const after = { ...next, told: before.told + events.length };
    return { is: 'changed', agent: after, row: await this.store.save(tx, before, after, events, o.at) };
  }

  /** Routing that is away learns it from the stream. */
  private async tellRouting(agent: AgentRow): Promise<void> {
    await this.bus.ask(standingTold, { account: agent.account, standing: standingOf(agent) }).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) log.warn({ err: error, agent: agent.id }, 'routing could not be told at once');
    });
  }
}
