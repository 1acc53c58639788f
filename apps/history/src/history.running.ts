import {
  streamOf,
  subjectOf,
  type DirectoryEvent,
  type OfferView,
  type PresenceEvent,
  type RoutingEvent,
  type Source,
} from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { Bus } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { openDatabase } from './database.store.ts';
import { HistoryModule } from './history.module.ts';

/** Who asks in a spec: sam, a supervisor, unless it says otherwise. */
export type Who = Parameters<TestKey['token']>[0];
export const SAM: Who = { sub: 'sam', role: 'SUPERVISOR' };
export interface Row {
  readonly id: string;
  readonly [field: string]: unknown;
}
interface Answer {
  readonly data: Record<string, unknown>;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}
const TABLES = [
  'call_record',
  'transfer_record',
  'offer_record',
  'wrap_up',
  'tagging',
  'call_participant',
  'call_tag',
  'policy',
  'directory_entry',
];
const SOURCES = ['routing', 'presence', 'directory'] as const;

/** A history of one spec's own over real PostgreSQL and NATS. */
export class RunningHistory {
  private service: RunningService | undefined;

  private constructor(
    readonly database: TestDatabase,
    private readonly nats: TestNats,
    readonly key: TestKey,
    readonly bus: Bus,
    readonly tables: Database,
  ) {}

  static async start(): Promise<RunningHistory> {
    const [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
    const [bus, tables] = await Promise.all([Bus.connect({ url: nats.url, name: 'spec' }), openDatabase(database.url)]);
    const running = new RunningHistory(database, nats, key, bus, tables);
    await running.begin();
    return running;
  }

  private async begin(): Promise<void> {
    const env = {
      PORT: 0,
      HOST: '127.0.0.1',
      DATABASE_URL: this.database.url,
      NATS_URL: this.nats.url,
      JWT_PUBLIC_KEY_FILE: this.key.publicKeyFile,
    };
    const started = await startService('history', await HistoryModule.from(env), env);
    await eventually(async () => (await fetch(`${started.url}/health/ready`)).ok);
    this.service = started;
  }

  async stop(): Promise<void> {
    await this.service?.close();
    await Promise.all([this.bus.close(), this.tables.close()]);
    await Promise.all([this.nats.stop(), this.database.drop()]);
  }

  /** Loses every row and how far it had heard, and hears all that is on the streams from the beginning. */
  async forgetAll(): Promise<void> {
    await this.service?.close();
    await this.tables.query(`TRUNCATE ${[...TABLES, 'inbox'].join(', ')}`);
    for (const source of SOURCES) {
      await this.bus.stream(source);
      await this.bus.manager.consumers.delete(streamOf(source), 'history');
    }
    await this.begin();
  }

  get url(): string {
    return this.service?.url ?? '';
  }

  /** Says these on their streams; resolves when they are taken. */
  async tell(...envelopes: readonly Telling[]): Promise<void> {
    for (const envelope of envelopes) {
      await this.bus.stream(envelope.source);
      await this.bus.streams.publish(subjectOf(envelope.source, envelope.account, envelope.key), JSON.stringify(envelope));
    }
    const last = new Map<string, number>();
    for (const { source, key, seq } of envelopes) last.set(`${source} ${key}`, Math.max(seq, last.get(`${source} ${key}`) ?? 0));
    await eventually(
      async () => {
        const places = await this.tables.query<{ place: string; seq: number }>(`SELECT source || ' ' || key AS place, seq FROM inbox`);
        const known = new Map(places.map(({ place, seq }) => [place, seq]));
        return [...last].filter(([place, seq]) => (known.get(place) ?? 0) < seq);
      },
      (behind) => behind.length === 0,
    );
  }

  /** Everything that history keeps, table after table. */
  everything(): Promise<unknown[][]> {
    return Promise.all(
      TABLES.map((table) => this.tables.query(`SELECT to_jsonb(kept) AS row FROM ${table} AS kept ORDER BY to_jsonb(kept)::text`)),
    );
  }

  async headers(who: Who): Promise<{ readonly authorization: string }> {
    return { authorization: `Bearer ${await this.key.token(who)}` };
  }

  async get(path: string, who: Who | null = SAM, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { ...(who === null ? {} : await this.headers(who)), ...headers } });
  }

  async ask(query: string, who: Who = SAM): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await this.headers(who)) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  }

  /** What a question that must not fail gives. */
  async data<Data>(query: string, who?: Who): Promise<Data> {
    const answer = await this.ask(query, who);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data as Data;
  }

  async codes(query: string, who?: Who): Promise<readonly string[]> {
    return ((await this.ask(query, who)).errors ?? []).map((error) => error.extensions.code);
  }

  async rows(args: string, fields = 'id', who?: Who): Promise<readonly Row[]> {
    const { callHistory } = await this.data<{ callHistory: { edges: { node: Row }[] } }>(
      `{ callHistory${args} { edges { node { ${fields} } } } }`,
      who,
    );
    return callHistory.edges.map(({ node }) => node);
  }

  async ids(args: string, who?: Who): Promise<readonly string[]> {
    return (await this.rows(args, 'id', who)).map(({ id }) => id);
  }
}

/** What routing, presence and the directory would tell: the second counts from ten o'clock. */
export const time = (second: number): string => new Date(Date.parse('2026-01-05T10:00:00.000Z') + second * 1_000).toISOString();
type Event = RoutingEvent | PresenceEvent | DirectoryEvent;
/** An envelope as it goes over the stream. */
export interface Telling {
  readonly source: Source;
  readonly account: string;
  readonly key: string;
  readonly from: number;
  readonly seq: number;
  readonly at: string;
  readonly events: readonly Event[];
}
export function telling(source: Source, about: string, account = 'demo') {
  let seq = 0;
  return (second: number, ...events: readonly Event[]): Telling => {
    const from = seq + 1;
    seq += events.length;
    return { source, account, key: about, from, seq, at: time(second), events };
  };
}
export const began = (callId: string, more: Partial<Extract<RoutingEvent, { type: 'call.began' }>> = {}): RoutingEvent => ({
  type: 'call.began',
  callId,
  direction: 'INBOUND',
  caller: '+33611111111',
  lineId: 'main',
  entryNumberId: 'main',
  agentId: null,
  viaTransferId: null,
  callerAgentId: null,
  ...more,
});
export const callEnded = (
  how: Extract<RoutingEvent, { type: 'call.ended' }>['how'],
  callId: string,
  agentId: string | null,
  viaTransferId: string | null = null,
): RoutingEvent => ({ type: 'call.ended', callId, agentId, answered: agentId !== null, direction: 'INBOUND', how, viaTransferId });
export const offer = (
  id: string,
  callId: string,
  agentId: string,
  outcome: OfferView['outcome'],
  more: Partial<OfferView> = {},
): RoutingEvent => ({
  type: outcome ? 'offer.ended' : 'offer.made',
  offer: {
    id,
    kind: 'DIRECT',
    callId,
    transferId: null,
    agentId,
    displayNumber: '+33611111111',
    notice: null,
    caller: '+33611111111',
    transferorId: null,
    lineId: 'main',
    note: null,
    offeredAt: time(0),
    expiresAt: time(30),
    outcome,
    reason: null,
    endedAt: null,
    ...more,
  },
});

type Transfer = Pick<Extract<RoutingEvent, { type: 'transfer.started' }>, 'transferId' | 'callId' | 'transferorId' | 'mode' | 'target'>;
export const nowhere = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
/** Whom things can be transferred to in a spec, by kind. */
export const toAgent = (agentId: string): Transfer['target'] => ({ ...nowhere, kind: 'AGENT', agentId, label: agentId });
export const toOutside = (phoneNumber: string): Transfer['target'] => ({ ...nowhere, kind: 'EXTERNAL', phoneNumber, label: phoneNumber });
