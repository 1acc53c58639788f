import { fold, isRefusal, type Refusal } from '@cordboard/decider';
import {
  conversation,
  engagements,
  isOver,
  noConversation,
  timers,
  type Command,
  type Conversation,
  type Event,
  type RefusalCode,
} from '@cordboard/domain-transfer';
import { subjectOf } from '@cordboard/contracts';
import type { Outbox, OutboxRow, Taken } from '@cordboard/platform-messaging';
import { Turns } from '@cordboard/platform-process';
import { messagesOf } from './conversation.messages.ts';
import type { AgentChange, Commit, ConversationStore, Cursor, OnceKey, Stored } from './conversation.store.ts';

/** A command and, for those whom it may ring, the revision of their row that it was decided on. */
export interface Prepared {
  readonly command: Command;
  readonly revs?: ReadonlyMap<string, number>;
}
/** Reads what a command needs to know, for the state that it is about to meet. Null: there is nothing to do in this state. */
export type Prepare = (state: Conversation) => Prepared | null | Promise<Prepared | null>;

export type Done = { readonly is: 'done'; readonly state: Conversation; readonly told: number; readonly events: readonly Event[] };
export type Outcome =
  | Done
  | { readonly is: 'refused'; readonly refusal: Refusal<RefusalCode> }
  | { readonly is: 'taken'; readonly taken: Exclude<Taken, 'applied'> }
  | { readonly is: 'repeated'; readonly hash: string; readonly result: string };

interface Options {
  readonly account: string;
  readonly cursor?: Cursor;
  readonly once?: Omit<OnceKey, 'result'> & { readonly resultOf: (state: Conversation) => string };
}

/** How often a command is decided anew because somebody else was first; each time somebody else got on. */
const PATIENCE = 50;
/** Conversations whose state is remembered between commands: the version check finds out where that is out of date. */
const REMEMBERED = 10_000;

/** One command, one transaction: decides on the state, saves all that follows from it at once, and tells the others. */
export class ConversationHandler {
  private readonly remembered = new Map<string, Stored>();
  private readonly listeners = new Set<(id: string) => void>();
  private readonly turns = new Turns();

  constructor(
    private readonly store: Pick<ConversationStore, 'load' | 'save' | 'repeated'>,
    private readonly outbox: Pick<Outbox, 'publish'>,
  ) {}

  /** Commands of one conversation that this process has at the same time wait for each other; those of others are met by the version. */
  async execute(id: string, o: Options, prepare: Prepare): Promise<Outcome> {
    return this.turns.take(id, () => this.decide(id, o, prepare));
  }

  private async decide(id: string, o: Options, prepare: Prepare): Promise<Outcome> {
    for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
      const isFresh = !this.remembered.has(id);
      const stored = await this.load(id);
      const before = stored?.state ?? noConversation;
      const prepared = await prepare(before);
      const outcome = prepared === null ? [] : conversation.decide(before, prepared.command);
      const quiet = isRefusal(outcome) || outcome.length === 0;
      if (quiet && !isFresh) {
        this.remembered.delete(id); // what is remembered may be old, and nothing here would find out
        continue;
      }
      if (isRefusal(outcome) && (await this.store.load(id))?.version !== stored?.version) {
        this.remembered.delete(id); // what was read beside it belongs to a newer state: the refusal would name a wrong hindrance
        continue;
      }
      if (isRefusal(outcome) && !o.cursor) {
        const repeated = o.once && (await this.store.repeated(o.account, o.once.agentId, o.once.key));
        return repeated ? { is: 'repeated', ...repeated } : { is: 'refused', refusal: outcome };
      }
      const events = isRefusal(outcome) ? [] : outcome;
      if (events.length === 0 && !o.cursor) return { is: 'done', state: before, told: stored?.told ?? 0, events };

      const commit = this.commit(id, o, stored, events, prepared);
      const saved = await this.store.save(commit);
      switch (saved.outcome) {
        case 'saved': {
          const done: Done = { is: 'done', state: commit.change?.state ?? before, told: commit.change?.told ?? stored?.told ?? 0, events };
          if (commit.change) this.remember(id, { state: commit.change.state, version: commit.expected + 1, told: done.told });
          if (saved.row) this.publishSoon(saved.row);
          for (const listener of this.listeners) listener(id);
          return done;
        }
        case 'duplicate':
        case 'gap':
          return { is: 'taken', taken: saved.outcome };
        case 'repeated':
          return { is: 'repeated', hash: saved.hash, result: saved.result };
        case 'conflict':
        case 'agents':
          this.remembered.delete(id);
      }
    }
    throw new Error(`conversation ${id} changed ${PATIENCE} times while a command was decided`);
  }

  /** After whoever asked has their answer: a process that ends in between leaves the row to the sweeper. */
  private publishSoon(row: OutboxRow): void {
    setImmediate(() => void this.outbox.publish([row]));
  }

  /** The state as it is in the database now. */
  async current(id: string): Promise<Stored | null> {
    return this.store.load(id);
  }

  /**
   * Waits until the state has become what `holds` asks for; commits of this process are seen at once, others' by looking again.
   * @returns the state that holds it, or the last one seen when `withinMs` is over
   */
  async until(
    id: string,
    holds: (state: Conversation) => boolean,
    withinMs: number,
  ): Promise<{ readonly held: boolean; readonly stored: Stored | null }> {
    const end = performance.now() + withinMs;
    for (;;) {
      const changed = this.nextChange(id, Math.min(100, Math.max(1, end - performance.now())));
      const stored = this.remembered.get(id) ?? (await this.store.load(id));
      if (stored && holds(stored.state)) return { held: true, stored };
      if (performance.now() >= end) return { held: false, stored };
      if (!(await changed)) this.remembered.delete(id);
    }
  }

  private nextChange(id: string, atMostMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (changed: boolean): void => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve(changed);
      };
      const listener = (changedId: string): void => {
        if (changedId === id) settle(true);
      };
      const timer = setTimeout(() => settle(false), atMostMs);
      this.listeners.add(listener);
    });
  }

  private async load(id: string): Promise<Stored | null> {
    const remembered = this.remembered.get(id);
    if (remembered) return remembered;
    const stored = await this.store.load(id);
    if (stored) this.remember(id, stored);
    return stored;
  }

  private remember(id: string, stored: Stored): void {
    this.remembered.delete(id);
    if (isOver(stored.state)) return;
    if (this.remembered.size >= REMEMBERED) this.remembered.delete(this.remembered.keys().next().value ?? '');
    this.remembered.set(id, stored);
  }

  private commit(id: string, o: Options, stored: Stored | null, events: readonly Event[], prepared: Prepared | null): Commit {
    const at = prepared?.command.at ?? new Date().toISOString();
    const base = { id, account: o.account, expected: stored?.version ?? 0, at, cursor: o.cursor ?? null };
    if (events.length === 0) return { ...base, once: null, change: null };
    const before = stored?.state ?? noConversation;
    const after = fold(conversation.evolve, before, events);
    const messages = messagesOf(before, after, events);
    const told = (stored?.told ?? 0) + messages.length;
    return {
      ...base,
      once: o.once ? { agentId: o.once.agentId, key: o.once.key, hash: o.once.hash, result: o.once.resultOf(after) } : null,
      change: {
        state: after,
        live: !isOver(after),
        events,
        agents: agentChanges(before, after, prepared?.revs ?? new Map()),
        timers: timerChanges(before, after),
        told,
        outbox:
          messages.length === 0
            ? null
            : {
                subject: subjectOf('routing', o.account, id),
                body: { source: 'routing', account: o.account, key: id, from: told - messages.length + 1, seq: told, at, events: messages },
              },
      },
    };
  }
}

/** Who is newly held, held otherwise, or let go. Whoever is taken, or rung, must be as they were when that was decided. */
function agentChanges(before: Conversation, after: Conversation, revs: ReadonlyMap<string, number>): readonly AgentChange[] {
  const [then, now] = [engagements(before), engagements(after)];
  const rungAnew = new Set(after.offers.slice(before.offers.length).map((offer) => offer.agentId));
  const ids = [...new Set([...then.keys(), ...now.keys()])].filter(
    (id) => then.get(id) !== now.get(id) || (rungAnew.has(id) && now.has(id)),
  );
  return ids.map((id) => {
    const [was, is] = [then.get(id), now.get(id)];
    return {
      id,
      rev: is === 'RINGING' || was === undefined ? (revs.get(id) ?? null) : null,
      engagedAs: is === 'RINGING' || is === 'IN_CALL' ? is : null,
      reserved: is === 'RESERVED',
      settle: is === undefined && was !== 'RINGING',
    };
  });
}

function timerChanges(
  before: Conversation,
  after: Conversation,
): { set: readonly { id: string; dueAt: string; body: object }[]; end: readonly string[] } {
  const [then, now] = [timers(before), timers(after)];
  return {
    set: now
      .filter((timer) => !then.some((old) => old.id === timer.id && old.dueAt === timer.dueAt))
      .map(({ id, dueAt, group }) => ({ id, dueAt, body: { group } })),
    end: then.filter((timer) => !now.some((still) => still.id === timer.id)).map((timer) => timer.id),
  };
}
