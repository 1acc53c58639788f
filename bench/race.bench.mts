/**
 * First answer wins, whatever else happens at the same instant: two routing processes over one PostgreSQL and one NATS, rounds enough
 * (`--rounds=10000` of two who answer, a quarter of it of each other race) that what can go wrong has gone wrong, and every round's
 * event log and outbox read afterwards. Beside it, in the same processes, what a beginner would write: look, then update. Its double
 * winners prove that the race is really run; without any the bench fails, as it does with a single one of ours.
 */
import pg from 'pg';
import { figure, flag } from './lib/figure.mts';
import { startServers } from './lib/servers.mts';
import { faultsIn, peopleFor, Racer, RACES, type Race, type Round } from './lib/races.mts';

const ROUNDS = flag('rounds', 10_000);
const BATCH = 250;
/** Rounds that are prepared or finished beside each other, and rounds that are raced beside each other. */
const [WIDE, NARROW] = [16, 4];

const servers = await startServers({ fast: true });
const { url } = servers;
const pool = new pg.Pool({ connectionString: url, options: '-c search_path=routing', max: 4 });
await pool.query('CREATE TABLE naive (id text PRIMARY KEY, winner text)');
const [one, two] = await Promise.all(
  ['one', 'two'].map((NAME) => Racer.start({ DATABASE_URL: url, NATS_URL: servers.natsUrl, NAME })),
).then(([a, b]) => [a as Racer, b as Racer] as const);

const faults: { id: string; fault: string }[] = [];
let [raced, racedMs, doublesOfControl] = [0, 0, 0];
try {
  for (const [i, race] of RACES.entries()) {
    const rounds = i === 0 ? ROUNDS : Math.ceil(ROUNDS / 4);
    raced += rounds;
    const before = await overtaken();
    for (let done = 0; done < rounds; done += BATCH) await run(race, done, Math.min(BATCH, rounds - done));
    figure('race', `${race.name}: rounds`, rounds, 'rounds');
    figure('race', `${race.name}: decided by both before either was saved`, (await overtaken()) - before, 'times', rounds);
  }
  const doubles = new Set(faults.filter(({ fault }) => fault.startsWith('double winner')).map(({ id }) => id)).size;
  figure('race', 'double winners, against look-then-update', doubles, 'rounds', doublesOfControl);
  figure('race', 'callers lost', faults.filter(({ fault }) => fault.startsWith('caller')).length, 'callers');
  figure('race', 'other faults in event log and outbox', faults.filter(({ fault }) => !/^(double|caller)/.test(fault)).length, 'faults');
  figure('race', 'rounds a second, raced alone', (raced / racedMs) * 1_000, '/s');
  for (const fault of faults.slice(0, 20)) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  if (doublesOfControl === 0) {
    console.error('look-then-update had no double winner: the race was not run');
    process.exitCode = 1;
  }
} finally {
  await Promise.all([one.stop(), two.stop()]);
  await pool.end();
  await servers.stop();
}

async function run(race: Race, from: number, many: number): Promise<void> {
  const rounds = await peopleFor(
    one,
    pool,
    race.mode,
    Array.from({ length: many }, (_, i) => `${race.name} ${from + i}`),
  );
  await pool.query('INSERT INTO naive (id) SELECT unnest($1::text[])', [rounds.map(({ id }) => id)]);
  await each(rounds, WIDE, async (round, i) => {
    await (i % 2 === 0 ? one : two).ask({ do: 'prepare', round });
    await Promise.all([one, two].map((racer) => racer.ask({ do: 'know', round })));
  });
  const began = performance.now();
  await each(rounds, NARROW, async (round, i) => {
    const [first, second] = i % 2 === 0 ? [one, two] : [two, one];
    const answers = await Promise.all([first.ask<string>(race.one(round)), second.ask<string>(race.other(round))]);
    if (race.mode === null && answers.join() !== 'done,refused' && answers.join() !== 'refused,done')
      faults.push({ id: round.id, fault: `double winner or none, by the answers: ${answers.join()}` });
  });
  racedMs += performance.now() - began;
  await each(rounds, NARROW, async (round) => {
    const won = await Promise.all([one, two].map((racer) => racer.ask<boolean>({ do: 'naively', round })));
    if (won.every(Boolean)) doublesOfControl += 1;
  });
  await each(rounds, WIDE, async (round, i) => {
    const caller = await (i % 2 === 0 ? two : one).ask<string>({ do: 'finish', round });
    if (caller !== race.caller) faults.push({ id: round.id, fault: `caller ${caller}, not ${race.caller}` });
  });
  faults.push(...(await faultsIn(pool, rounds)));
}

async function overtaken(): Promise<number> {
  const each = await Promise.all([one, two].map((racer) => racer.ask<number>({ do: 'overtaken' })));
  return each.reduce((sum, n) => sum + n, 0);
}

async function each(rounds: readonly Round[], beside: number, work: (round: Round, i: number) => Promise<void>): Promise<void> {
  const left = [...rounds.entries()];
  await Promise.all(
    Array.from({ length: beside }, async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
    }),
  );
}
