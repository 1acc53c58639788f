import type { AgentStanding, RoutingEvent, TelephonyEvent, Told } from '@cordboard/contracts';
import { Engine } from './engine.ts';
import { Presence } from './presence.ts';
import { Process, type Surroundings, type Tables } from './process.ts';

export type { Process, Tables } from './process.ts';

/** A fact that waits for another is brought again; the schedule lets the other come long before it has been so often. */
const MOST_TRIES = 1_000;

/** Two processes of routing over one store, an engine, and presence, with everything between them late, and some of it twice. */
export class System {
  readonly engine: Engine;
  readonly told = new Map<string, Told<RoutingEvent>[]>();
  readonly failures: unknown[] = [];
  /** How much the tables are asked at this moment. */
  busy = 0;
  private readonly processes: [Process, Process];
  private readonly presence: Presence;
  private readonly late = new Map<string, Told<RoutingEvent>[]>();
  private readonly surroundings: Surroundings;
  private unswept = false;

  constructor(
    readonly tables: Tables,
    private readonly step: (what: string) => Promise<void>,
    private readonly dice: () => number,
    now: () => string,
  ) {
    this.engine = new Engine(step, (told) => this.deliver(told), now);
    this.presence = new Presence(step, (standing) => this.surely(({ presence }) => presence.tell('demo', standing)));
    this.surroundings = {
      tables,
      step,
      published: (told) => this.published(told),
      working: (more) => void (this.busy += more),
    };
    this.processes = [new Process(this.surroundings), new Process(this.surroundings)];
  }

  /** Work that goes on by itself; what it throws is found at the next rest. */
  start(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.failures.push(error));
  }

  /** What somebody asks of whichever process; null: it died before it answered, and they do not know what became of it. */
  async asked<T>(work: (process: Process) => Promise<T>): Promise<T | 'lost'> {
    const process = this.any;
    const answer = await Promise.race([work(process), process.death]);
    return answer === 'dead' ? 'lost' : answer;
  }

  /** What is brought again until some process has done it. */
  async surely<T>(work: (process: Process) => Promise<T>): Promise<T> {
    for (;;) {
      const answer = await this.asked(work);
      if (answer !== 'lost') return answer;
    }
  }

  /** An agent chose a status, gained or lost devices, began or ended after-call work: routing is told at once, and by the stream. */
  async stands(agentId: string, is: Pick<AgentStanding, 'status' | 'reachable' | 'inWrapUp'>): Promise<void> {
    const standing = this.presence.change(agentId, is, (work) => this.start(work));
    await this.surely(({ presence }) => presence.tell('demo', standing));
  }

  /** One process dies after so many turns of others, and another takes its place. */
  async dies(which: number, turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await this.step('life');
    const index = which % 2 === 0 ? 0 : 1;
    this.processes[index].die();
    this.processes[index] = new Process(this.surroundings);
    this.unswept = true;
  }

  /** What a dead process committed and did not tell any more is told by another. @returns whether there was something to look for */
  async sweep(): Promise<boolean> {
    if (!this.unswept) return false;
    this.unswept = false;
    for (const { body } of await this.tables.outbox()) this.published(body as Told<RoutingEvent>);
    return true;
  }

  /** Messages that wait for one before them: none, once everything has come to rest. */
  missing(): readonly string[] {
    return [...this.late].filter(([, late]) => late.length > 0).map(([key]) => key);
  }

  private get any(): Process {
    return this.processes[this.dice() < 0.5 ? 0 : 1];
  }

  /** Followers take a conversation's messages in order, and each once, however they come. */
  private published(told: Told<RoutingEvent>): void {
    const past = this.told.get(told.key) ?? [];
    this.told.set(told.key, past);
    const late = [...(this.late.get(told.key) ?? []), JSON.parse(JSON.stringify(told)) as Told<RoutingEvent>];
    const seq = (): number => past.at(-1)?.seq ?? 0;
    for (let next = late.find(({ from }) => from === seq() + 1); next; next = late.find(({ from }) => from === seq() + 1)) {
      past.push(next);
      this.follow(next);
    }
    this.late.set(
      told.key,
      late.filter((one) => one.seq > seq()),
    );
  }

  private follow({ key, seq, events }: Told<RoutingEvent>): void {
    for (const event of events) if (event.type === 'wiring.changed') this.engine.follow(event.wiring, seq);
    const touched = events.flatMap((event) => (event.type === 'agent.freed' || event.type === 'agent.engaged' ? event.agentId : []));
    for (const agentId of new Set(touched))
      this.presence.change(agentId, { seen: { conversationId: key, seq } }, (work) => this.start(work));
  }

  /** A fact of the engine, to whichever process hears it, some of them to both; one that comes too early comes again. */
  private deliver(told: Told<TelephonyEvent>): void {
    const once = async (): Promise<void> => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        await this.step('fact');
        if ((await this.surely(({ telephony }) => telephony.take(told))) !== 'gap') return;
      }
      throw new Error(`fact ${told.seq} of ${told.key} is never taken`);
    };
    this.start(once());
    if (this.dice() < 0.15) this.start(once());
  }
}
