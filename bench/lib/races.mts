/** Races between two routing processes over one PostgreSQL and one NATS: what is raced, who runs it, and what must hold afterwards. */
import { fork, type ChildProcess } from 'node:child_process';
import type { DirectoryEvent } from '@cordboard/contracts';
import { conversation, noConversation, type Conversation, type Event } from '@cordboard/domain-transfer';
import { idFor } from '@cordboard/platform-process';
import type pg from 'pg';

/** One call with people of its own, prepared up to the instant that is raced for. */
export interface Round {
  readonly id: string;
  readonly caller: string;
  readonly number: string;
  /** Null: the incoming call itself is raced for. */
  readonly mode: 'COLD' | 'WARM' | null;
  readonly agentIds: readonly [string, string];
}

/** What a racer can be asked to do. */
export type Asked =
  | { readonly do: 'prepare' | 'know' | 'cancel' | 'callerHangsUp' | 'ringTimeEnds' | 'finish' | 'naively'; readonly round: Round }
  | { readonly do: 'accept'; readonly round: Round; readonly offerId: string }
  | { readonly do: 'hear'; readonly events: readonly DirectoryEvent[] }
  | { readonly do: 'overtaken' | 'stop' };

/** Two things that happen at the same instant, and where the caller must be afterwards. */
export interface Race {
  readonly name: string;
  readonly mode: Round['mode'];
  readonly one: (round: Round) => Asked;
  readonly other: (round: Round) => Asked;
  readonly caller: 'talks' | 'gone';
}

const targetAnswers = (round: Round): Asked => ({ do: 'accept', round, offerId: `${round.id}-o2` });
export const RACES: readonly Race[] = [
  {
    name: 'two members answer',
    mode: null,
    one: (round) => ({ do: 'accept', round, offerId: `${round.id}-o1` }),
    other: targetAnswers,
    caller: 'talks',
  },
  { name: 'answer and cancel', mode: 'WARM', one: targetAnswers, other: (round) => ({ do: 'cancel', round }), caller: 'talks' },
  { name: 'answer and hang-up', mode: 'COLD', one: targetAnswers, other: (round) => ({ do: 'callerHangsUp', round }), caller: 'gone' },
  { name: 'answer and ring time', mode: 'COLD', one: targetAnswers, other: (round) => ({ do: 'ringTimeEnds', round }), caller: 'talks' },
];

/** A routing process of ours that does what it is asked. */
export class Racer {
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: 'ready' | { n: number; value?: unknown; error?: string }) => {
      if (message === 'ready') return;
      const { resolve, reject } = this.waiting.get(message.n) ?? {};
      this.waiting.delete(message.n);
      if (message.error === undefined) resolve?.(message.value);
      else reject?.(new Error(message.error));
    });
    child.once('exit', (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`a racer ended with ${code}`));
    });
  }

  static async start(env: { DATABASE_URL: string; NATS_URL: string; NAME: string }): Promise<Racer> {
    const child = fork(new URL('./racer.mts', import.meta.url), { env: { ...process.env, LOG_LEVEL: 'error', ...env } });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a racer did not start: ${code}`)));
    });
    return new Racer(child);
  }

  ask<T = unknown>(asked: Asked): Promise<T> {
    const n = (this.asked += 1);
    const answer = new Promise<T>((resolve, reject) => this.waiting.set(n, { resolve: resolve as (value: unknown) => void, reject }));
    this.child.send({ n, asked });
    return answer;
  }

  async stop(): Promise<void> {
    await this.ask({ do: 'stop' });
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await gone;
  }
}

/** How many Numbers there have been: each round has one of its own. */
let numbers = 0;

/** Rounds with agents, a team or an agent's own Number each, as the directory and presence would have told of them. */
export async function peopleFor(racer: Racer, pool: pg.Pool, mode: Round['mode'], names: readonly string[]): Promise<readonly Round[]> {
  const rounds = names.map((name): Round => {
    const id = idFor(name);
    numbers += 1;
    return { id, caller: `in-${id}`, number: `+33${187_000_000 + numbers}`, mode, agentIds: [`${id}-a`, `${id}-b`] };
  });
  await pool.query(
    `INSERT INTO agent (id, account, name, search, reachable) SELECT id, 'demo', id, id, true FROM unnest($1::text[]) AS t(id)`,
    [rounds.flatMap(({ agentIds }) => agentIds)],
  );
  const events = rounds.flatMap(({ id, number, agentIds }): DirectoryEvent[] => {
    const step = {
      agentId: mode === null ? null : agentIds[0],
      teamId: mode === null ? id : null,
      how: 'ALL_AT_ONCE' as const,
      ringSeconds: null,
    };
    const line = {
      id,
      label: id,
      e164: number,
      distribution: [step],
      dedicatedAgentId: null,
      dedicatedTeamId: null,
      voicemail: false,
      recording: null,
    };
    return [
      { type: 'team.saved', team: { id, name: id, memberIds: [...agentIds], dedicatedNumberId: null } },
      { type: 'number.saved', number: { ...line, ...WITHOUT_MESSAGES, openingHours: null } },
    ];
  });
  await racer.ask({ do: 'hear', events });
  return rounds;
}

const WITHOUT_MESSAGES = {
  greeting: null,
  voicemailMessage: null,
  unavailabilityMessage: null,
  language: null,
  files: { greeting: null, voicemail: null, unavailable: null, music: null },
};

/** What a finished round has left behind that must not be; empty where all is well. Read from the event log and the outbox. */
export async function faultsIn(pool: pg.Pool, rounds: readonly Round[]): Promise<readonly { id: string; fault: string }[]> {
  const ids = rounds.map(({ id }) => id);
  const { rows: logs } = await pool.query<{ id: string; versions: number[]; events: Event[][]; state: Conversation }>(
    `SELECT c.id, c.state, array_agg(e.version ORDER BY e.version) AS versions, jsonb_agg(e.events ORDER BY e.version) AS events
     FROM conversation c JOIN conversation_event e ON e.conversation_id = c.id WHERE c.id = ANY($1) GROUP BY c.id`,
    [ids],
  );
  const { rows: told } = await pool.query<{ key: string; numbers: [number, number][] }>(
    `SELECT key, jsonb_agg(jsonb_build_array((body->>'from')::int, seq) ORDER BY seq) AS numbers FROM outbox WHERE key = ANY($1) GROUP BY key`,
    [ids],
  );
  const numbers = new Map(told.map((row) => [row.key, row.numbers]));
  const missing = ids.filter((id) => !logs.some((row) => row.id === id)).map((id) => ({ id, fault: 'left no events' }));
  return [
    ...missing,
    ...logs.flatMap(({ id, versions, events, state }) =>
      [
        ...faultsOf(events.flat()),
        ...(versions.every((version, i) => version === i + 1) ? [] : ['has a hole in its event log']),
        ...(JSON.stringify(sorted(events.flat().reduce(conversation.evolve, noConversation))) === JSON.stringify(sorted(state))
          ? []
          : ['is not what its events make of it']),
        ...(isWithoutGaps(numbers.get(id) ?? []) ? [] : ['was told of with a gap or twice']),
      ].map((fault) => ({ id, fault })),
    ),
  ];
}

/** Whatever the order of commits was: an offer ends once, a group has one winner, a transfer comes to one end. */
export function faultsOf(events: readonly Event[]): readonly string[] {
  const count = (list: readonly string[]): [string, number][] => [
    ...list.reduce((by, id) => by.set(id, (by.get(id) ?? 0) + 1), new Map<string, number>()),
  ];
  const offers = events.flatMap((event) => (event.type === 'offered' ? [event.offer] : []));
  const accepted = events.flatMap((event) => (event.type === 'offerEnded' && event.outcome === 'ACCEPTED' ? [event.offerId] : []));
  const started = events.flatMap((event) => (event.type === 'transferStarted' ? [event.transferId] : []));
  const ends = events.flatMap((event) =>
    event.type === 'transferCompleted' || event.type === 'transferReturned' || event.type === 'transferEnded' ? [event.transferId] : [],
  );
  return [
    ...count(accepted.map((id) => String(offers.find((offer) => offer.id === id)?.group)))
      .filter(([, n]) => n > 1)
      .map(([group, n]) => `double winner: ${n} in group ${group}`),
    ...count(events.flatMap((event) => (event.type === 'offerEnded' ? [event.offerId] : [])))
      .filter(([, n]) => n > 1)
      .map(([id, n]) => `double winner: ${id} ended ${n} times`),
    ...started
      .map((id): [string, number] => [id, ends.filter((end) => end === id).length])
      .filter(([, n]) => n !== 1)
      .map(([id, n]) => `${id} has ${n} ends`),
  ];
}

const isWithoutGaps = (numbers: readonly (readonly [number, number])[]): boolean =>
  numbers.length > 0 && numbers.every(([from], i) => from === (numbers[i - 1]?.[1] ?? 0) + 1);

/** Keys in one order, as PostgreSQL's jsonb has its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
