/**
 * transferTargets as the service answers it (TargetHandler over PostgreSQL with its usual durability and statistics), in accounts of
 * 100, 1,000 and 10,000 agents side by side in one database: one agent in ten is available, a team for every ten, a Number for every
 * twenty, five contacts for each. Rounds alternate between the accounts; each figure is held against the smallest account's.
 */
import { openDatabase, Routing, type TargetSearch } from '@cordboard/routing';
import { Bus } from '@cordboard/platform-messaging';
import pg from 'pg';
import { figure } from './lib/figure.mts';
import { startServers } from './lib/servers.mts';

const SIZES = [100, 1_000, 10_000];
const ROUNDS = 200;
const WARM_UP = 20;

/** One name in seventeen begins with zoe, the last in the order of names; one in 255 is zoe martin. */
const ASKED: readonly (readonly [string, (size: number) => Partial<TargetSearch>])[] = [
  ['first page', () => ({})],
  ['page from the middle', () => ({ after: [' martin', ''] })],
  ['search: a name', () => ({ search: 'zoe martin' })],
  ['search: a first name', () => ({ search: 'zoe' })],
  ['search: one letter', () => ({ search: 'm' })],
  ['search: who is not there', () => ({ search: 'nobody here' })],
  ['search: a part of a number', (size) => ({ search: `01 87 ${digits(size / 2).slice(0, 6)}` })],
  ['unavailable too', () => ({ includeUnavailable: true })],
  ['unavailable too, search: a name', () => ({ includeUnavailable: true, search: 'zoe martin' })],
  ['teams alone', () => ({ kinds: ['TEAM'] })],
  ['teams alone, where nobody is available', (size) => ({ kinds: ['TEAM'], account: `night-${size}` })],
  ['contacts, where one may not dial out', (size) => ({ kinds: ['CONTACT'], agentId: `inside-account-${size}` })],
];
const FIRST = [
  'zoe',
  'adam',
  'bea',
  'carl',
  'dora',
  'emil',
  'fay',
  'gus',
  'hana',
  'ivan',
  'jane',
  'karl',
  'lea',
  'mia',
  'nils',
  'olga',
  'paul',
];
const LAST = [
  'martin',
  'adler',
  'bernard',
  'cohen',
  'dubois',
  'egger',
  'fabre',
  'girard',
  'huber',
  'ito',
  'jung',
  'keller',
  'laurent',
  'moreau',
  'nagel',
];

const digits = (n: number): string => String(Math.floor(n)).padStart(6, '0');
const servers = await startServers();
const { url } = servers;
const [database, bus] = [await openDatabase(url), await Bus.connect({ url: servers.natsUrl, name: 'bench' })];
const routing = new Routing(database, bus);
const pool = new pg.Pool({ connectionString: url, options: '-c search_path=routing' });

try {
  for (const size of SIZES) for (const of of ['account', 'night'] as const) await account(of, size);
  await pool.query('VACUUM ANALYZE');
  for (const [name, asked] of ASKED) {
    const took = new Map(SIZES.map((size): [number, number[]] => [size, []]));
    for (let round = -WARM_UP; round < ROUNDS; round += 1)
      for (const size of SIZES) {
        const began = performance.now();
        await routing.targets.list(search(size, asked(size)));
        if (round >= 0) took.get(size)?.push(performance.now() - began);
      }
    const [least = 0, ...others] = SIZES.map((size) => median(took.get(size) ?? []));
    figure('targets', `${name}, ${SIZES[0]} agents, p50`, least, 'ms');
    others.forEach((value, i) => figure('targets', `${name}, ${SIZES[i + 1]} agents, p50`, value, 'ms', least));
  }
} finally {
  await pool.end();
  await routing.outbox.stop();
  await bus.close();
  await database.close();
  await servers.stop();
}

function search(size: number, also: Partial<TargetSearch>): TargetSearch {
  return {
    account: `account-${size}`,
    agentId: `asks-account-${size}`,
    lineId: null,
    search: '',
    kinds: null,
    includeUnavailable: false,
    after: null,
    limit: 21,
    ...also,
  };
}

/** As the directory and presence would have told it, written at once. */
async function account(kindOf: 'account' | 'night', size: number): Promise<void> {
  const of = `${kindOf}-${size}`;
  const name = (i: number): string => `${FIRST[i % FIRST.length]} ${LAST[Math.floor(i / FIRST.length) % LAST.length]} ${i}`;
  const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const searched = (i: number, also = ''): string => ` ${name(i)}${also}`;
  const insert = (kind: string, n: number, e164: (i: number) => string | null, numberId: (i: number) => string | null) =>
    pool.query(
      `INSERT INTO directory_entry (account, kind, id, name, e164, body, search, number_id, leads_to)
       SELECT $1, $2, id, name, e164, '{}', search, number_id, CASE WHEN $2 <> 'contact' THEN NULL WHEN number_id IS NULL THEN 'FR' ELSE 'NUMBER' END
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS t(id, name, e164, search, number_id)`,
      [
        of,
        kind,
        all(n).map((i) => `${kind}-${of}-${i}`),
        all(n).map(name),
        all(n).map(e164),
        all(n).map((i) => searched(i, e164(i) === null ? '' : ` ${e164(i)?.slice(1)} 0${e164(i)?.slice(3)}`)),
        all(n).map(numberId),
      ],
    );
  const [teams, numbers] = [size / 10, size / 20];
  await insert(
    'agent',
    size,
    () => null,
    () => null,
  );
  await insert(
    'team',
    teams,
    () => null,
    () => null,
  );
  await insert(
    'number',
    numbers,
    (i) => `+33187${digits(i)}`,
    () => null,
  );
  await insert(
    'contact',
    size * 5,
    (i) => (i % 50 === 0 ? `+33187${digits(i / 50)}` : `+33611${digits(i)}`),
    (i) => (i % 50 === 0 ? `number-${of}-${i / 50}` : null),
  );
  await pool.query(
    `INSERT INTO agent (account, id, name, search, reachable, status, may_dial_out)
     SELECT $1, id, name, search, true, CASE WHEN i * 7919 / 13 % 10 = 0 AND $1 NOT LIKE 'night%' THEN 'AVAILABLE' ELSE 'UNAVAILABLE' END, true
     FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS t(id, name, search, i)`,
    [of, all(size).map((i) => `agent-${of}-${i}`), all(size).map(name), all(size).map((i) => searched(i)), all(size)],
  );
  await pool.query(
    `INSERT INTO agent (account, id, name, search, may_dial_out) VALUES ($1, $2, 'asks', ' asks', true), ($1, $3, 'inside', ' inside', false)`,
    [of, `asks-${of}`, `inside-${of}`],
  );
  await pool.query(
    `INSERT INTO team_member (account, team_id, agent_id) SELECT $1, 'team-' || $2 || '-' || i % $3, 'agent-' || $2 || '-' || i FROM generate_series(0, $4::int - 1) AS i`,
    [of, of, teams, size],
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
