import { log } from '@cordboard/platform-process';
import { upstreamUnavailable, type Identity } from '@cordboard/platform-subgraph';
import type { ExecutionResult } from 'graphql';
import { newGone } from '../graph/gone.ts';
import type { GatewayContext } from '../graph/federation.ts';
import type { Sender, Sink } from '../sockets/port.ts';
import type { Scope } from './scope.ts';
import { includes, type Moment, type Reading, type Topic } from './topic.ts';

interface Member {
  readonly sender: Sender;
  readonly sink: Sink;
  /** What was told meanwhile, while this member is still being told how things stand. */
  readonly waiting: { readonly moment: Moment; readonly number: number; readonly json: Buffer }[];
  reading: Reading | null;
  begun: boolean;
}

/** How one moment is executed: for all members at once. */
export type Execute = (moment: Moment, context: GatewayContext) => Promise<ExecutionResult>;

/**
 * Subscriptions that show the same to whoever holds them: one document, the same arguments, one scope. Each moment is executed once and
 * written as JSON once, for all. Nobody owns a group: owners are asked with the token of whichever member's lasts longest, and who
 * leaves interrupts nothing. Moments are executed as they come, side by side, and delivered in their order.
 */
export class Group {
  private readonly members = new Set<Member>();
  private readonly results = new WeakMap<Moment, Promise<Buffer>>();
  private readonly gone = newGone();
  private readonly unfollow: () => void;
  private order: Promise<void> = Promise.resolve();

  constructor(
    private readonly scope: Scope,
    private readonly topic: Topic,
    private readonly execute: Execute,
  ) {
    this.unfollow = topic.follow((moment, number) => this.hear(moment, number));
  }

  /** Ends it: what is being executed is taken back. */
  end(): void {
    this.unfollow();
    this.gone.abort();
  }

  /**
   * A member is told how things stand, or what they missed since `after`, and then each moment, none twice.
   * @throws what reading the topic throws
   */
  async join(sender: Sender, sink: Sink, after: string | null, left: () => boolean): Promise<() => void> {
    const member: Member = { sender, sink, waiting: [], reading: null, begun: false };
    this.members.add(member);
    try {
      const reading = (member.reading = await this.topic.read(after));
      const first = await Promise.all(reading.moments.map(async (moment) => ({ moment, json: await this.result(moment) })));
      if (!left()) {
        for (const { moment, json } of first) sink.next(json, moment.of);
        for (const { moment, number, json } of member.waiting.splice(0)) this.deliver(member, moment, number, json);
        member.begun = true;
      }
    } catch (error) {
      this.members.delete(member);
      throw error;
    }
    return () => void this.members.delete(member);
  }

  private hear(moment: Moment, number: number): void {
    const result = this.result(moment);
    this.order = this.order.then(async () => {
      const json = await result;
      for (const member of this.members)
        if (member.begun) this.deliver(member, moment, number, json);
        else member.waiting.push({ moment, number, json });
    });
  }

  private deliver({ reading, sink }: Member, moment: Moment, number: number, json: Buffer): void {
    if (!reading || !includes(reading, moment, number)) sink.next(json, moment.of);
  }

  private result(moment: Moment): Promise<Buffer> {
    const known = this.results.get(moment);
    if (known) return known;
    const made = this.execute(moment, { identity: this.borrowed(), language: this.scope.language, gone: this.gone.signal })
      .catch((error: unknown): ExecutionResult => {
        log.error({ err: error }, 'an event could not be executed');
        return { data: null, errors: [upstreamUnavailable('This cannot be told right now.')] };
      })
      .then((result) => {
        if (result.errors) this.results.delete(moment); // whoever asks later may be luckier
        return Buffer.from(JSON.stringify(result));
      });
    this.results.set(moment, made);
    return made;
  }

  /** Members have the same rights here, so any token of theirs will do: the one that lasts longest. */
  private borrowed(): Identity | null {
    let best: Identity | null = null;
    for (const { sender } of this.members) if (best === null || sender.identity.expiresAt > best.expiresAt) best = sender.identity;
    return best;
  }
}
