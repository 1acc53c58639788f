import { composeServices } from '@apollo/composition';
import { eventually } from '@cordboard/testing';
import { parse } from 'graphql';
import { PlannerPool, type Plan } from './index.ts';

const FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
/** A graph over which the planner aborts: exclusive types lead to one entity, of which the same field is asked with other arguments. */
const SUBGRAPHS = {
  lists:
    'type A @key(fields: "id") { id: ID! x: String } type B @key(fields: "id") { id: ID! x: String } union U = A | B type Query { u: [U] }',
  links: 'type A @key(fields: "id") { id: ID! g: R } type B @key(fields: "id") { id: ID! g: R } type R @key(fields: "id") { id: ID! }',
  texts: 'type R @key(fields: "id") { id: ID! s(x: Int): String }',
};
const { supergraphSdl = '' } = composeServices(
  Object.entries(SUBGRAPHS).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(`${FEDERATION} ${sdl}`) })),
);
/** @param alias makes it another document of the same kind */
const aborting = (alias = 's') => `{ u { ... on A { g { ${alias}: s(x: 1) } } ... on B { g { ${alias}: s(x: 2) } } } }`;
const harmless = (n: number): string => `{ u${n}: u { ... on A { x g { s(x: 1) } } } }`;
const REFUSED = { message: 'This document cannot be planned; write it another way.', extensions: { code: 'BAD_USER_INPUT' } };

let pool: PlannerPool;
const begin = async (o: Parameters<typeof PlannerPool.start>[1] = {}) => (pool = await PlannerPool.start(supergraphSdl, o));
afterEach(() => pool.stop());

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
const subgraphsOf = ({ node }: Plan): string => JSON.stringify(node).replace(/^.*?"subgraph":"(\w+)".*$/, '$1');

it('A document that ends the planner is refused, and never planned again; others are planned meanwhile', async () => {
  await begin();
  const before = pool.pids;
  const others = Array.from({ length: 20 }, (_, n) => pool.plan(harmless(n), undefined, 'quiet'));
  await expect(pool.plan(aborting(), undefined, 'loud')).rejects.toMatchObject(REFUSED);
  expect((await Promise.all(others)).map(subgraphsOf)).toEqual(others.map(() => 'lists'));
  await eventually(() => pool.pids.length === before.length && pool.pids.some((pid) => !before.includes(pid)));
  const after = pool.pids;
  await expect(pool.plan(aborting(), undefined, 'another')).rejects.toMatchObject(REFUSED);
  expect(subgraphsOf(await pool.plan(harmless(100), undefined, 'quiet'))).toBe('lists');
  expect(pool.pids).toEqual(after);
});

it.each(['SIGKILL', 'SIGUSR2'] as const)('What waits for a process that others end (%s) is planned by the next one', async (signal) => {
  await begin({ processes: 1 });
  const [pid = 0] = pool.pids;
  const plans = Array.from({ length: 50 }, (_, n) => pool.plan(harmless(n), undefined));
  process.kill(pid, signal);
  expect((await Promise.all(plans)).map(subgraphsOf)).toEqual(plans.map(() => 'lists'));
  expect(pool.pids).not.toContain(pid);
});

it('A plan that takes longer than the limit is refused for a while, and its process replaced', async () => {
  await begin({ processes: 1, planMs: 1_500, overdueMs: 2_000 });
  const [pid = 0] = pool.pids;
  process.kill(pid, 'SIGSTOP');
  await expect(pool.plan(harmless(1), undefined)).rejects.toMatchObject(REFUSED);
  await expect(pool.plan(harmless(1), undefined)).rejects.toMatchObject(REFUSED);
  expect(subgraphsOf(await pool.plan(harmless(2), undefined))).toBe('lists');
  expect(isGone(pid)).toBe(true);
  const again = await eventually(
    () => pool.plan(harmless(1), undefined).catch(() => null),
    (plan) => plan !== null,
  );
  expect(again && subgraphsOf(again)).toBe('lists');
});

it('Accounts take turns: one account that ends the planner again and again does not occupy every process', async () => {
  await begin();
  const order: string[] = [];
  const loud = Array.from({ length: 8 }, (_, n) => pool.plan(aborting(`s${n}`), undefined, 'loud').catch(() => order.push('loud')));
  const quiet = Array.from({ length: 8 }, (_, n) => pool.plan(harmless(n), undefined, 'quiet').then(() => order.push('quiet')));
  await Promise.all([...loud, ...quiet]);
  expect(order.slice(0, 10).filter((account) => account === 'quiet')).toHaveLength(8);
});

it('Equal documents that are asked for at the same time are planned once', async () => {
  await begin({ processes: 1 });
  const plans = await Promise.all(['a', 'b', null].map((account) => pool.plan(harmless(1), undefined, account)));
  expect(new Set(plans).size).toBe(1);
});

it('An account may have a hundred documents waiting; one more is refused and planned when it is asked for again', async () => {
  await begin({ processes: 1 });
  const plans = Array.from({ length: 150 }, (_, n) =>
    pool.plan(harmless(n), undefined, 'loud').then(
      () => 'planned',
      (error: { extensions: { code: string } }) => error.extensions.code,
    ),
  );
  expect(await pool.plan(harmless(1_000), undefined, 'quiet')).toBeDefined();
  const results = await Promise.all(plans);
  expect(new Set(results)).toEqual(new Set(['planned', 'RATE_LIMITED']));
  expect(await pool.plan(harmless(149), undefined, 'loud')).toBeDefined();
});

it('A planner that the signals of a process group reach goes on; one that is stopped leaves no process', async () => {
  await begin({ processes: 1 });
  const [pid = 0] = pool.pids;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.kill(pid, signal);
  await pool.plan(harmless(1), undefined);
  expect(pool.pids).toEqual([pid]);
  await pool.stop();
  expect(isGone(pid)).toBe(true);
});

it('A supergraph that cannot be planned over is refused at the start', async () => {
  await expect(PlannerPool.start('type Query { a: Int')).rejects.toThrow('The query planner cannot start');
});
