import { Envelope, streamOf, type Source } from '@cordboard/contracts';
import { conversation, engagements, isOver, noConversation, type Conversation, type Event } from '@cordboard/domain-transfer';
import { Bus } from '@cordboard/platform-messaging';
import pg from 'pg';
import type { Stack } from '@cordboard/tools/stack';
import type { Acknowledged } from './storm.ts';

/** Those that tell others what happened, each with an outbox. */
const TELLERS = ['directory', 'presence', 'routing', 'telephony'] as const satisfies readonly Source[];
const FOLLOWING = ['presence', 'routing', 'recording', 'history', 'telephony'] as const;
/** What history is made of, but for how far it has heard. */
const HISTORY = [
  'call_record',
  'call_participant',
  'call_tag',
  'transfer_record',
  'offer_record',
  'wrap_up',
  'tagging',
  'policy',
  'directory_entry',
];
const ENDS = ['transferCompleted', 'transferReturned', 'transferEnded'];

/** What the services have written down, compared with one another. Every list is empty where all is well. */
export class Books {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly bus: Bus,
  ) {}

  static async open(stack: Stack): Promise<Books> {
    const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 4 });
    pool.on('error', () => undefined);
    return new Books(pool, await Bus.connect({ url: stack.natsUrl, name: 'books' }));
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.pool.end();
  }

  /** Every row of history, whatever order they were written in. */
  async rowsOfHistory(): Promise<readonly string[]> {
    const tables = await Promise.all(
      HISTORY.map((table) => this.pool.query<{ row: string }>(`SELECT t::text AS row FROM history.${table} AS t`)),
    );
    return tables.flatMap(({ rows }, i) => rows.map(({ row }) => `${HISTORY[i]} ${row}`)).toSorted();
  }

  /** Work after calls that goes on: its end is still to be told. */
  async wrappingUp(): Promise<number> {
    return Number((await this.pool.query<{ n: string }>('SELECT count(*) AS n FROM routing.agent WHERE in_wrap_up')).rows[0]?.n);
  }

  /** History loses every row, and how far it had heard. */
  async forgetHistory(): Promise<void> {
    await this.pool.query(`TRUNCATE ${[...HISTORY, 'inbox'].map((table) => `history.${table}`).join(', ')}`);
  }

  /** What is still under way: unsent messages, followers that are behind, conversations and legs that live, agents who are held. */
  async pending(): Promise<readonly string[]> {
    const rows = await Promise.all([
      ...TELLERS.map((name) => this.count(`unsent by ${name}`, `SELECT FROM ${name}.outbox WHERE stream_seq IS NULL`)),
      ...FOLLOWING.map((name) => this.behind(name)),
      this.count('live conversations', 'SELECT FROM routing.conversation WHERE live'),
      this.count(
        'agents held',
        `SELECT FROM routing.agent WHERE engaged_by IS NOT NULL OR reserved_by <> '{}' OR settling_conversation IS NOT NULL`,
      ),
      this.count('agents in presence', `SELECT FROM presence.agent WHERE state->'engagements' <> '{}'`),
      this.count('live legs', `SELECT FROM telephony.leg WHERE state <> 'ended'`),
      this.count('rings due', 'SELECT FROM routing.timer'),
    ]);
    return rows.filter((row) => row !== null);
  }

  /** Acknowledged transfers that are not there, or have not come to exactly one end; keys that made two or none. */
  async transfers(acknowledged: readonly Acknowledged[]): Promise<readonly string[]> {
    const logs = await this.eventLogs();
    const started = logs.flatMap(({ events }) => events.flatMap((event) => (event.type === 'transferStarted' ? [event.transferId] : [])));
    const ended = logs.flatMap(({ events }) =>
      events.flatMap((event) =>
        ENDS.includes(event.type) && 'transferId' in event && event.transferId !== null ? [event.transferId] : [],
      ),
    );
    const { rows: keys } = await this.pool.query<{ key: string; result: string }>('SELECT key, result FROM routing.idempotency');
    const made = new Map(keys.map(({ key, result }) => [key, result]));
    const ends = new Map<string, number>();
    for (const id of ended) ends.set(id, (ends.get(id) ?? 0) + 1);
    return [
      ...acknowledged
        .filter(({ transferId }) => !started.includes(transferId))
        .map(({ transferId }) => `${transferId} was acknowledged and is lost`),
      ...acknowledged.filter(({ key, transferId }) => made.get(key) !== transferId).map(({ key }) => `${key} stands for another transfer`),
      ...started.filter((id) => ends.get(id) !== 1).map((id) => `${id} has ${ends.get(id) ?? 0} ends`),
      ...(new Set(made.values()).size === started.length ? [] : [`${made.size} keys made ${started.length} transfers`]),
    ];
  }

  /** Conversations that are not what their events make of them, or still hold somebody. */
  async conversations(): Promise<readonly string[]> {
    return (await this.eventLogs()).flatMap(({ id, versions, events, state }) => [
      ...(versions.every((version, i) => version === i + 1) ? [] : [`${id} has a hole in its event log`]),
      ...(same(events.reduce(conversation.evolve, noConversation), state) ? [] : [`${id} is not what its events make of it`]),
      ...(isOver(state) && engagements(state).size === 0 ? [] : [`${id} is not over: ${state.situation.is}`]),
    ]);
  }

  /** Holes and doubles in a key's numbers, and messages that only one of outbox and stream has. */
  async told(): Promise<readonly string[]> {
    const faults = await Promise.all(
      TELLERS.map(async (name) => {
        const { rows } = await this.pool.query<{ key: string; from: number; seq: number; body: unknown }>(
          `SELECT key, (body->>'from')::int AS from, seq, body FROM ${name}.outbox ORDER BY key, seq`,
        );
        const kept = new Map(rows.map(({ key, seq, body }) => [`${key}:${seq}`, body]));
        const streamed = await this.stream(name);
        return [
          ...rows
            .filter(({ key, from }, i) => from !== (rows[i - 1]?.key === key ? (rows[i - 1]?.seq ?? 0) : 0) + 1)
            .map(({ key, from }) => `${name}: a gap before ${key}:${from}`),
          ...[...kept].filter(([id, body]) => !same(streamed.get(id), body)).map(([id]) => `${name}: ${id} is not in the stream`),
          ...[...streamed.keys()].filter((id) => !kept.has(id)).map((id) => `${name}: ${id} is only in the stream`),
        ];
      }),
    );
    return faults.flat();
  }

  /** Rows of history that are not what routing decided, and messages that somebody could not apply. */
  async history(): Promise<readonly string[]> {
    const logs = await this.eventLogs();
    const read = async <Row extends { id: string }>(sql: string) =>
      new Map((await this.pool.query<Row>(sql)).rows.map((row) => [row.id, row]));
    const calls = await read(
      `SELECT id, agent_id AS "agentId", via_transfer_id AS via, answered_at AS answered, ended_at AS ended FROM history.call_record`,
    );
    const transfers = await read('SELECT id, mode, status, end_reason AS reason, new_call_id AS "newCallId" FROM history.transfer_record');
    const offers = await read('SELECT id, agent_id AS "agentId", outcome FROM history.offer_record');
    const want = {
      calls: logs.flatMap(({ state }) =>
        state.calls.map(({ id, agentId, viaTransferId, answeredAt, ended }) => ({
          id,
          agentId,
          via: viaTransferId,
          answered: answeredAt && new Date(answeredAt),
          ended: ended && new Date(ended.at),
        })),
      ),
      transfers: logs.flatMap(({ state }) =>
        state.transfers.map(({ id, mode, status, reason, newCallId }) => ({ id, mode, status, reason, newCallId })),
      ),
      offers: logs.flatMap(({ state }) =>
        state.offers // what rings outside is nobody's offer
          .filter(({ agentId }) => agentId !== null)
          .map(({ id, agentId, end }) => ({ id, agentId, outcome: end?.outcome ?? null })),
      ),
    };
    const compare = (what: string, wanted: readonly { id: string }[], found: ReadonlyMap<string, unknown>) => [
      ...wanted
        .filter((row) => !same(row, found.get(row.id)))
        .map((row) => `${what} ${JSON.stringify(row)} is in history ${JSON.stringify(found.get(row.id))}`),
      ...(found.size === wanted.length ? [] : [`history has ${found.size} ${what}s, routing ${wanted.length}`]),
    ];
    const dead = await Promise.all(FOLLOWING.map((name) => this.count(`dead letters of ${name}`, `SELECT FROM ${name}.dead_letter`)));
    return [
      ...compare('call', want.calls, calls),
      ...compare('transfer', want.transfers, transfers),
      ...compare('offer', want.offers, offers),
      ...dead.filter((row) => row !== null),
    ];
  }

  private async count(what: string, sql: string): Promise<string | null> {
    const { rowCount } = await this.pool.query(sql);
    return rowCount ? `${rowCount} ${what}` : null;
  }

  /** Keys of the others' outboxes that this service has not taken to their end. */
  private async behind(name: (typeof FOLLOWING)[number]): Promise<string | null> {
    const { rows: sources } = await this.pool.query<{ source: Source }>(`SELECT DISTINCT source FROM ${name}.inbox`);
    const behind = await Promise.all(
      sources.map(({ source }) =>
        this.count(
          `keys of ${source} that ${name} has not followed`,
          `SELECT FROM (SELECT key, max(seq) AS seq FROM ${source}.outbox WHERE ${follows(name, source)} GROUP BY key) AS o
           WHERE NOT EXISTS (SELECT FROM ${name}.inbox i WHERE i.source = '${source}' AND i.key = o.key AND i.seq >= o.seq)`,
        ),
      ),
    );
    return behind.filter((row) => row !== null).join(', ') || null;
  }

  private async eventLogs(): Promise<readonly { id: string; versions: number[]; events: Event[]; state: Conversation }[]> {
    const { rows } = await this.pool.query<{ id: string; state: Conversation; versions: number[]; events: Event[][] }>(
      `SELECT c.id, c.state, array_agg(e.version ORDER BY e.version) AS versions, jsonb_agg(e.events ORDER BY e.version) AS events
       FROM routing.conversation c JOIN routing.conversation_event e ON e.conversation_id = c.id GROUP BY c.id`,
    );
    return rows.map((row) => ({ ...row, events: row.events.flat() }));
  }

  /** Everything that the source's stream holds, by key and number. */
  private async stream(source: Source): Promise<ReadonlyMap<string, unknown>> {
    const held = new Map<string, unknown>();
    const { state } = await this.bus.manager.streams.info(streamOf(source));
    if (state.messages === 0) return held;
    const consumer = await this.bus.streams.consumers.get(streamOf(source));
    for await (const message of await consumer.consume({ max_messages: 500 })) {
      const told = Envelope.parse(message.json());
      held.set(`${told.key}:${told.seq}`, told);
      if (message.seq >= state.last_seq) break;
    }
    return held;
  }
}

/** Alike as JSON, in whatever order PostgreSQL has written it. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** Of telephony presence follows what is told of phones, and nobody else does: of the rest not even the place is kept. */
const follows = (name: string, source: Source): string =>
  source === 'telephony' ? `key ${name === 'presence' ? '' : 'NOT '}LIKE 'phones-%'` : 'true';
