import { eventually, hire } from '@cordboard/testing';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { signToken } from '@cordboard/tools/tokens';
import { AgentApp, World } from '../stories/people.ts';
import { Books } from './books.ts';
import { Storm, type Pair } from './storm.ts';

/** How long parts are killed for; longer with `npm run bench -- kill --seconds=300`. */
const SECONDS = Number(process.env['KILL_SECONDS'] ?? 20);
const PAIRS = 8;
const PARTS = ['routing', 'nats', 'postgres', 'telephony', 'presence', 'history'] as const;

describe('calls are handed over all the time while parts are killed in turn', () => {
  let world: World;
  let books: Books;
  const pairs: Pair[] = [];

  beforeAll(async () => {
    world = await World.begin({ durable: true });
    const hired = await hire(world.stack.databaseUrl, 2 * PAIRS);
    const apps = await Promise.all(
      hired.map(async ({ id }) =>
        new AgentApp(world, id, await signToken('alice', { dataDir: world.stack.dataDir, claims: { sub: id } })).open(),
      ),
    );
    for (let i = 0; i < hired.length; i += 2) {
      const [from, to] = apps.slice(i, i + 2);
      if (from && to) pairs.push({ from, to, number: hired[i]?.e164 ?? '' });
    }
    books = await Books.open(world.stack);
  }, 180_000);

  afterAll(async () => {
    await Promise.all(pairs.flatMap(({ from, to }) => [from.close(), to.close()]));
    await books?.close();
    await world?.end();
  }, 60_000);

  const settled = () =>
    eventually(
      () => books.pending(),
      (pending) => pending.length === 0,
      90_000,
    );
  /** Whatever was acknowledged is there, once, and everybody has been told the same of it. */
  const agree = async (storm: Storm) => {
    const { tally } = storm;
    expect(tally.stuck).toEqual([]);
    expect(tally.other).toEqual([]);
    expect(tally.acknowledged.length).toBeGreaterThan(0);
    await settled();
    expect(await books.transfers(tally.acknowledged)).toEqual([]);
    expect(await books.conversations()).toEqual([]);
    expect(await books.told()).toEqual([]);
    expect(await books.history()).toEqual([]);
  };

  const tell = (what: string, storm: Storm, kills: number, drainMs: number) => {
    const { begun, asMeant, givenUp, retries, acknowledged } = storm.tally;
    const file = process.env['KILL_FIGURES'];
    const figures = {
      what,
      begun,
      asMeant,
      acknowledged: acknowledged.length,
      givenUp,
      retries,
      feedsLost: world.problems.length,
      kills,
      drainMs: Math.round(drainMs),
    };
    if (file) appendFileSync(file, `${JSON.stringify(figures)}\n`);
  };

  it(
    'no acknowledged transfer is lost, none is made twice, each comes to one end, and every service has heard of it',
    async () => {
      const storm = new Storm(world, 1, [...pairs]);
      const until = performance.now() + SECONDS * 1_000;
      let kills = 0;
      storm.begin();
      while (performance.now() < until) {
        const part = PARTS[kills % PARTS.length] ?? 'routing';
        const { length } = storm.tally.acknowledged;
        await world.stack.kill(part);
        await world.stack.restart(part);
        kills += 1;
        await eventually(
          () => storm.tally.acknowledged.length,
          (now) => now > length, // it works again before the next is killed
          60_000,
        );
      }
      await storm.end();
      const ended = performance.now();
      await agree(storm);
      tell('killed in turn', storm, kills, performance.now() - ended);
    },
    SECONDS * 1_000 + 400_000,
  );

  it('NATS loses everything it held: its streams are filled again from the outboxes, and nothing is lost or taken twice', async () => {
    const storm = new Storm(world, 2, [...pairs]);
    storm.begin();
    const some = (more: number) => {
      const { length } = storm.tally.acknowledged;
      return eventually(
        () => storm.tally.acknowledged.length,
        (now) => now >= length + more,
        60_000,
      );
    };
    await some(10);
    await world.stack.kill('nats');
    rmSync(join(world.stack.dataDir, 'nats'), { recursive: true, force: true });
    await world.stack.restart('nats');
    await some(10);
    await storm.end();
    const ended = performance.now();
    await agree(storm);
    tell('NATS wiped', storm, 1, performance.now() - ended);
  }, 400_000);

  it('history forgets everything, and so do the streams: it is rebuilt from the outboxes, equal', async () => {
    await eventually(
      () => books.wrappingUp(),
      (now) => now === 0,
      90_000,
    );
    await settled();
    const rows = await books.rowsOfHistory();
    expect(rows.length).toBeGreaterThan(pairs.length);
    await world.stack.kill('history');
    await books.forgetHistory();
    expect(await books.rowsOfHistory()).toEqual([]);
    await world.stack.kill('nats');
    rmSync(join(world.stack.dataDir, 'nats'), { recursive: true, force: true });
    await world.stack.restart('nats');
    await world.stack.restart('history');
    const wanted = new Set(rows);
    await eventually(
      async () => {
        const now = await books.rowsOfHistory();
        return {
          missing: rows.length - now.filter((row) => wanted.has(row)).length,
          other: now.filter((row) => !wanted.has(row)).slice(0, 5),
        };
      },
      ({ missing, other }) => missing === 0 && other.length === 0,
      90_000,
    );
    await settled();
    expect(await books.rowsOfHistory()).toEqual(rows);
    expect(await books.history()).toEqual([]);
  }, 300_000);
});
