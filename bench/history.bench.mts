/**
 * History over 1,000,000 calls (`--rows=100000` for a quick run), in one account, with 200,000 transfers, over a year: pages, filters
 * and counts as the service's own stores read them against the same SQL sent by hand, in alternating rounds on the same connections'
 * PostgreSQL; a page far back against the first; an export; statistics; and what is heard through the listener against one bare
 * insert for each of the same rows. PostgreSQL has its usual durability and its tables are vacuumed.
 */
import {
  TransferStatisticsStore,
  InboundStatisticsStore,
  openDatabase,
  pageOf,
  countOf,
  RecordStore,
  ROW,
  takeRouting,
  type RowFilter,
} from '@cordboard/history';
import type { Told } from '@cordboard/contracts';
import pg from 'pg';
import { deploy } from '@cordboard/tools/migrations';
import { freePort } from '@cordboard/tools/ports';
import { startPostgres, temporaryDir } from '@cordboard/tools/postgres';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { figure, flag, quantile } from './lib/figure.mts';

const ROWS = flag('rows', 1_000_000);
const ROUNDS = 40;
const WARM_UP = 10;
const DEEP = Math.floor(ROWS * 0.9);
const CALLS = Math.min(3_000, ROWS / 10);
const ACCOUNT = 'bench';
const named = (what: string): string => `${what} of ${ROWS.toLocaleString('en')} rows`;

const TABLES = ['call_record', 'transfer_record', 'offer_record', 'call_participant'] as const;
const wanted = (filter: RowFilter = {}, participant: string | null = null) => ({ account: ACCOUNT, participant, members: null, filter });
const FILTERS: readonly (readonly [string, RowFilter, string | null])[] = [
  ['page', {}, null],
  ['page of an agent’s own', {}, 'agent-31'],
  ['page filtered by agent', { agentId: 'agent-31' }, null],
  ['page filtered by line', { lineId: 'number-3' }, null],
  ['page filtered by entry number and outcome', { entryNumberId: 'number-3', outcome: 'TRANSFERRED' }, null],
  ['page filtered by a rare outcome', { outcome: 'FAILED' }, null],
  ['page filtered by caller', { caller: '+33610007919' }, null],
  ['page filtered by a tag', { tags: ['refund'] }, null],
  ['page filtered by two tags', { allTags: ['complaint', 'refund'] }, null],
  ['page filtered by transfers to agents', { targetKind: 'AGENT' }, null],
  ['page filtered by a day', { startedAfter: '2026-06-01T00:00:00Z', startedBefore: '2026-06-02T00:00:00Z' }, null],
];

const dir = temporaryDir('bench');
const postgres = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), databases: ['cordboard'] });
const url = postgres.url('cordboard');
await deploy(url, { services: ['history'] });
const database = await openDatabase(url);
const records = new RecordStore(database);
const pool = new pg.Pool({ connectionString: url, options: '-c search_path=history', max: 10 });
pool.on('error', () => undefined); // a connection that was lost is opened again

try {
  await fill();
  await pages();
  await counts();
  await statistics();
  await ingest();
} finally {
  await pool.end();
  await database.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}

/** A year of calls, with no pattern: 200 agents, 20 Numbers, 50,000 callers; one in five is transferred, one in ten tagged, one in a thousand rarely. */
async function fill(): Promise<void> {
  await pool.query(`
    INSERT INTO call_record (id, account, conversation_id, direction, caller, line_id, entry_number_id, agent_id, via_transfer_id, outcome, started_at,
      answered_at, ended_at, phase, phase_since, ring_ms, talk_ms, hold_ms, transfer_kinds, transferred, participants, wrap_up_ms, tags)
    SELECT 'k' || i || '-c1', '${ACCOUNT}', 'k' || i, CASE WHEN inbound THEN 'INBOUND' ELSE 'OUTBOUND' END, '+336' || 10000000 + a % 50000,
      'number-' || b % 20, CASE WHEN inbound THEN 'number-' || b % 20 END, CASE WHEN taken THEN agent END, NULL,
      CASE WHEN NOT taken THEN 'MISSED' WHEN sent THEN 'TRANSFERRED' WHEN a % 10000 = 1 THEN 'FAILED' ELSE 'ANSWERED' END,
      at, CASE WHEN taken THEN at + interval '7 seconds' END, at + interval '3 minutes', 'over', at + interval '3 minutes',
      7000, CASE WHEN taken THEN 120000 + a % 100000 ELSE 0 END, 0, CASE WHEN sent THEN ARRAY['AGENT'] ELSE '{}' END, sent,
      CASE WHEN taken THEN ARRAY[agent] ELSE '{}' END, 15000,
      CASE WHEN c % 1000 = 3 THEN ARRAY['complaint', 'refund'] WHEN c % 10 = 3 THEN ARRAY['refund'] ELSE '{}' END
    FROM generate_series(1, ${ROWS}) AS i
    CROSS JOIN LATERAL (SELECT timestamptz '2026-01-01' + i * (interval '365 days' / ${ROWS}) AS at,
      hashint4(i) & 2147483647 AS a, hashint4(i + 1000000000) & 2147483647 AS b, hashint4(-i) & 2147483647 AS c) AS dice
    CROSS JOIN LATERAL (SELECT a % 20 <> 0 AS inbound, b % 9 <> 0 AS taken, b % 9 <> 0 AND c % 9 < 2 AS sent, 'agent-' || c % 200 AS agent) AS what`);
  await pool.query(`
    INSERT INTO call_participant SELECT id, agent_id, account, started_at, true FROM call_record WHERE agent_id IS NOT NULL;
    INSERT INTO call_tag SELECT id, tag, account, started_at FROM call_record CROSS JOIN LATERAL unnest(tags) AS tag;
    INSERT INTO transfer_record (id, account, conversation_id, call_id, mode, status, end_reason, transferor_id, target, target_agent_id, new_call_id, started_at, answered_at, returning_at, connected_at, ended_at, counted_kind, initiated)
    SELECT conversation_id || '-t1', account, conversation_id, id, 'COLD', CASE WHEN hashtext(id) % 10 = 0 THEN 'RETURNED' ELSE 'COMPLETED' END, NULL,
      coalesce(agent_id, 'agent-1'), '{"kind":"AGENT","agentId":"agent-2","label":"Agent 2","teamId":null,"numberId":null,"contactId":null,"phoneNumber":null}', 'agent-2', conversation_id || '-c2',
      started_at, started_at + interval '1 second' * (abs(hashtext(id)) % 30), NULL, NULL, started_at + interval '30 seconds', 'AGENT', hashtext(id) % 10 <> 0
    FROM call_record WHERE transferred`);
  await pool.query('VACUUM ANALYZE');
}

/** Both in turn, so that whatever else the machine does happens to both. @returns medians in ms */
async function inTurn(one: () => Promise<unknown>, other: () => Promise<unknown>, rounds = ROUNDS): Promise<readonly [number, number]> {
  const took: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < rounds; round += 1)
    for (const [i, work] of [one, other].entries()) {
      const began = performance.now();
      await work();
      if (round >= 0) took[i as 0 | 1].push(performance.now() - began);
    }
  return [quantile(took[0], 0.5), quantile(took[1], 0.5)];
}

function byHand(name: string, { text, values }: { text: string; values: readonly unknown[] }) {
  return pool.query({ name, text, values: [...values] });
}

async function pages(): Promise<void> {
  for (const [i, [name, filter, participant]] of FILTERS.entries()) {
    const query = pageOf(wanted(filter, participant), ROW, null, 21);
    const [ours, hand] = await inTurn(
      () => records.list(wanted(filter, participant), null, 21),
      () => byHand(`page ${i}`, query),
    );
    figure('history', named(`${name}, p50`), ours, 'ms', hand);
  }
  for (const [name, filter, participant, key] of [
    ['page', {}, null, 'account'],
    ['page filtered by line', { lineId: 'number-3' }, null, `line_id = 'number-3'`],
    ['page of an agent’s own', {}, 'agent-31', `agent_id = 'agent-31'`],
    ['page filtered by a tag', { tags: ['refund'] }, null, `tags @> '{refund}'`],
  ] as const) {
    const deep = key === 'account' ? DEEP : `(SELECT (0.9 * count(*))::int FROM call_record WHERE ${key})`;
    const { rows } = await pool.query<{ at: Date; id: string }>(
      `SELECT started_at AS at, id FROM call_record WHERE ${key === 'account' ? 'true' : key} ORDER BY started_at DESC, id DESC OFFSET ${deep} LIMIT 1`,
    );
    const place = rows.map(({ at, id }) => [at.toISOString(), id])[0] ?? null;
    const [far, first] = await inTurn(
      () => records.list(wanted(filter, participant), place, 21),
      () => records.list(wanted(filter, participant), null, 21),
    );
    figure(
      'history',
      named(`${name}, ${key === 'account' ? DEEP.toLocaleString('en') : '90 %'} back, against the first, p50`),
      far,
      'ms',
      first,
    );
  }
}

async function counts(): Promise<void> {
  for (const [name, filter, participant] of [
    ['count of all', {}, null],
    ['count of an agent’s own', {}, 'agent-31'],
    ['count filtered by line and outcome', { lineId: 'number-3', outcome: 'TRANSFERRED' }, null],
  ] as const) {
    const query = countOf(wanted(filter, participant));
    const [ours, hand] = await inTurn(
      () => records.count(wanted(filter, participant)),
      () => byHand(name, query),
      20,
    );
    figure('history', named(`${name}, p50`), ours, 'ms', hand);
  }
}

async function statistics(): Promise<void> {
  const [transfers, inbound] = [new TransferStatisticsStore(database), new InboundStatisticsStore(database)];
  const range = { from: null, to: null };
  const month = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };
  const agents = Array.from({ length: 20 }, (_, i) => `agent-${i}`);
  for (const [name, work] of [
    ['transferStats of all', () => transfers.count({ account: ACCOUNT, transferors: null, range })],
    ['transferStats of a month', () => transfers.count({ account: ACCOUNT, transferors: null, range: month })],
    ['transferStats of an agent', () => transfers.count({ account: ACCOUNT, transferors: ['agent-31'], range })],
    ['transferStats by days, of all', () => transfers.perBucket({ account: ACCOUNT, transferors: null, range }, 'day', 'Europe/Paris')],
    ['Agent.stats.transfersInitiated of 20 agents', () => transfers.initiated(ACCOUNT, agents, range)],
    [
      'inboundStats of all',
      () => inbound.count({ account: ACCOUNT, participant: null, entryNumberId: null, range }, 'ENTRY_NUMBER', 'UTC'),
    ],
    [
      'inboundStats of a month by days',
      () => inbound.count({ account: ACCOUNT, participant: null, entryNumberId: null, range: month }, 'DAY', 'Europe/Paris'),
    ],
  ] as const) {
    const took: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const began = performance.now();
      await work();
      took.push(performance.now() - began);
    }
    figure('history', named(`${name}, p50`), quantile(took, 0.5), 'ms');
  }
}

/** Calls that are answered, transferred cold and end: seven envelopes, two calls, a transfer, two offers, and who took part. */
function told(name: string, i: number): Told<{ type: string }>[] {
  const k = `${name}${i}`;
  const at = (second: number): string => new Date(Date.parse('2027-01-01T00:00:00Z') + (i + second) * 1_000).toISOString();
  const target = { kind: 'AGENT', agentId: 'agent-2', teamId: null, numberId: null, contactId: null, phoneNumber: null, label: 'Agent 2' };
  const transfer = { transferId: `${k}-t1`, callId: `${k}-c1`, transferorId: 'agent-1', mode: 'COLD', target };
  const began = {
    type: 'call.began',
    direction: 'INBOUND',
    caller: '+33611111111',
    lineId: 'number-3',
    agentId: null,
    callerAgentId: null,
  };
  const offer = (id: string, agentId: string, outcome: string | null, transferId: string | null) => ({
    type: outcome === null ? 'offer.made' : 'offer.ended',
    offer: {
      ...{
        id: `${k}-${id}`,
        kind: transferId === null ? 'DIRECT' : 'COLD_TRANSFER',
        callId: `${k}-c1`,
        transferId,
        agentId,
        displayNumber: '',
        notice: null,
      },
      ...{
        caller: null,
        transferorId: null,
        lineId: null,
        note: null,
        offeredAt: at(0),
        expiresAt: at(30),
        outcome,
        reason: null,
        endedAt: null,
      },
    },
  });
  const moments: (readonly [second: number, ...events: { type: string }[]])[] = [
    [
      0,
      { ...began, callId: `${k}-c1`, entryNumberId: 'number-3', viaTransferId: null } as { type: string },
      offer('o1', 'agent-1', null, null),
    ],
    [5, offer('o1', 'agent-1', 'ACCEPTED', null)],
    [5, { type: 'call.answered', callId: `${k}-c1`, agentId: 'agent-1' } as { type: string }],
    [60, { type: 'transfer.started', ...transfer }, offer('o2', 'agent-2', null, `${k}-t1`)],
    [66, offer('o2', 'agent-2', 'ACCEPTED', `${k}-t1`)],
    [
      67,
      { type: 'transfer.completed', ...transfer, newCallId: `${k}-c2`, targetAgentId: 'agent-2' } as { type: string },
      { ...began, callId: `${k}-c2`, entryNumberId: null, viaTransferId: `${k}-t1` } as { type: string },
      {
        type: 'call.ended',
        callId: `${k}-c1`,
        agentId: 'agent-1',
        answered: true,
        direction: 'INBOUND',
        how: 'TRANSFERRED',
        viaTransferId: `${k}-t1`,
      } as { type: string },
      { type: 'call.answered', callId: `${k}-c2`, agentId: 'agent-2' } as { type: string },
    ],
    [
      90,
      {
        type: 'call.ended',
        callId: `${k}-c2`,
        agentId: 'agent-2',
        answered: true,
        direction: 'INBOUND',
        how: 'CALLER_HUNG_UP',
        viaTransferId: `${k}-t1`,
      } as { type: string },
    ],
  ];
  let seq = 0;
  return moments.map(([second, ...events]) => {
    const from = seq + 1;
    seq += events.length;
    return { source: 'routing', account: ACCOUNT, key: k, from, seq, at: at(second), events };
  });
}

async function ingest(): Promise<void> {
  const take = takeRouting(database);
  const [ours, bare, envelopes]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < 3; round += 1) {
    const name = `in${round}x`;
    const stories = Array.from({ length: CALLS }, (_, i) => told(name, i));
    const began = performance.now();
    await inTen(stories, async (story) => {
      for (const envelope of story) await take(envelope);
    });
    const seconds = (performance.now() - began) / 1_000;
    const rows = await rowsOf(name);
    ours.push(rows.length / seconds);
    envelopes.push((CALLS * 7) / seconds);
    const begun = performance.now();
    await inTen(rows, ({ table, row }) =>
      pool.query({
        name: `insert ${table}`,
        text: `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`,
        values: [row],
      }),
    );
    bare.push(rows.length / ((performance.now() - begun) / 1_000));
  }
  figure('history', 'events heard through the listener, envelopes', quantile(envelopes, 0.5), 'envelopes/s');
  figure('history', 'the rows that came of them, against a bare insert each', quantile(ours, 0.5), 'rows/s', quantile(bare, 0.5));
}

/** What was made, taken out again to be inserted by hand. */
async function rowsOf(name: string): Promise<readonly { readonly table: string; readonly row: string }[]> {
  const found = await Promise.all(
    TABLES.map(async (table) => {
      const key = table === 'call_participant' ? 'call_id' : 'conversation_id';
      const { rows } = await pool.query<{ row: string }>(
        `WITH gone AS (DELETE FROM ${table} WHERE ${key} LIKE $1 RETURNING *) SELECT to_jsonb(gone)::text AS row FROM gone`,
        [`${name}%`],
      );
      return rows.map(({ row }) => ({ table, row }));
    }),
  );
  return found.flat();
}

/** Ten at a time, as a follower works. */
async function inTen<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let thing = things[next++]; thing !== undefined; thing = things[next++]) await work(thing);
    }),
  );
}
