import { ApolloGateway } from '@apollo/gateway';
import { seedFrom } from '@cordboard/testing';
import { parse, validate, type DocumentNode } from 'graphql';
import { InProcess, monolith, plain, supergraphSdl, whole, type Plain } from './library.running.ts';
import { randomQuery } from './operations.running.ts';

process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
/** `ORACLE_SEED` asks the same again, `ORACLE_RUNS` says how often. */
const seed = seedFrom('ORACLE_SEED');
const runs = Number(process.env['ORACLE_RUNS'] ?? 250);

/** Mulberry32. */
const dice = (from: number) => () => {
  from = (from + 0x6d2b79f5) | 0;
  let t = Math.imul(from ^ (from >>> 15), 1 | from);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const paths = ({ errors }: Plain): readonly string[] => (errors ?? []).map(({ path }) => path?.join('.') ?? '(nowhere)').sort();

function haveNullInCommon(data: unknown, path: string, other: string): boolean {
  let at = data;
  const [mine, theirs] = [path.split('.'), other.split('.')];
  for (let i = 0; i <= mine.length; i += 1) {
    if (at === null) return true;
    if (mine[i] !== theirs[i]) return false;
    at = (at as Record<string, unknown>)[mine[i] ?? ''];
  }
  return false;
}

/** What the planner gives up on: some queries in which fields that require others stand in one another. Whoever asks is told. */
const GIVEN_UP = 'failed to build fetch graph';
const answered = (library: InProcess, document: DocumentNode, variables: Record<string, unknown>): Promise<Plain | null> =>
  library.answer(document, variables).then(
    (answer) => (answer.errors?.[0]?.message.includes(GIVEN_UP) ? null : answer),
    (error: Error) => (error.message.includes(GIVEN_UP) ? null : Promise.reject(error)),
  );

function* queries(count: number, isPlain = false) {
  for (let i = 0; i < count; i += 1) {
    const asked = randomQuery(monolith, dice(seed + i), isPlain);
    const document = parse(asked.query);
    // two fields of one name that cannot be merged: not a question that a client may ask
    if (validate(monolith, document).length === 0) yield { ...asked, document, i };
  }
}

it(`${runs} random queries are answered as by graphql-js from a graph in one piece`, async () => {
  console.log(`ORACLE_SEED=${seed}`);
  const library = new InProcess();
  let asked = 0;
  for (const { query, document, variables, i } of queries(runs)) {
    const [ours, theirs] = [await answered(library, document, variables), await whole(document, variables)];
    if (!ours) continue;
    asked += 1;
    const what = { i, query, variables };
    expect({ ...what, data: JSON.stringify(ours.data) }).toEqual({ ...what, data: JSON.stringify(theirs.data) });
    // what is inside of something that is null for one reason need not be asked for, to find another
    const missing = paths(theirs).filter(
      (path) => !paths(ours).some((other) => other === path || haveNullInCommon(ours.data, path, other)),
    );
    expect({ ...what, missing }).toEqual({ ...what, missing: [] });
    if (paths(theirs).length === 0) expect({ ...what, errors: paths(ours) }).toEqual({ ...what, errors: [] });
  }
  // the others are not valid: a chosen alias stands twice, for two fields
  expect(asked).toBeGreaterThan(runs * 0.4);
}, 180_000);

/** Apollo's own planner and executor serve development alone. Where they part from the specification, which is seldom, graphql-js is the judge. */
it(`${Math.ceil(runs / 4)} of them are answered as by Apollo's planner and executor`, async () => {
  const [library, behind] = [new InProcess(), new InProcess()];
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => ({
      process: async ({ request }: { request: { query?: string; variables?: Record<string, unknown> } }) =>
        (await behind.ask({
          subgraph: name,
          query: request.query ?? '',
          variables: request.variables ?? {},
          kind: 'query',
          operationName: undefined,
          context: null,
          signal: undefined,
        })) as never,
    }),
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const { executor } = await gateway.load();
  let wrong = 0;
  for (const { query, document, variables, i } of queries(Math.ceil(runs / 4), true)) {
    const request = { query, variables };
    const theirs = plain(
      (await executor({
        request,
        document,
        source: query,
        queryHash: String(i),
        operationName: null,
        context: {},
        metrics: {},
        logger: console,
        schema: monolith,
        cache: undefined,
        operation: document.definitions[0],
      } as never)) as never,
    );
    const ours = await answered(library, document, variables);
    if (!ours) continue;
    const what = { i, query, variables };
    const right = await whole(document, variables);
    if (JSON.stringify(ours.data) !== JSON.stringify(theirs.data)) {
      expect({ ...what, data: JSON.stringify(ours.data) }).toEqual({ ...what, data: JSON.stringify(right.data) });
      if (!right.errors) wrong += 1; // with errors about, Apollo nulls more than is asked for, as a rule
    }
    if (theirs.errors && right.errors) expect({ ...what, errors: !!ours.errors }).toEqual({ ...what, errors: true });
  }
  await gateway.stop();
  expect(wrong / runs).toBeLessThan(0.02);
}, 180_000);
