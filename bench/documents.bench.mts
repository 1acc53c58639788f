/**
 * Documents that are written to be expensive, each as large as a document may be (apps/gateway/src/graph/documents.fixture.ts), and requests
 * whose plans or variables are (requests.fixture.ts): the processor time that the gateway's own process needs until one is ready to be executed,
 * or refused, its variables are coerced, and until introspection is answered. The dearest,
 * held against what graphql-js needs to `parse` the same document. The least of several attempts, none of which is remembered.
 * `--worst=10 --attempts=15`
 */
import './lib/as-built.mts';
import {
  Documents,
  expensiveDocuments,
  expensiveRequests,
  graphOver,
  MOST_TOKENS,
  startPlanner,
  type ExpensiveRequest,
} from '@cordboard/gateway/documents';
import { parse } from 'graphql';
import { figure, flag } from './lib/figure.mts';

const WORST = flag('worst', 10);
const ATTEMPTS = flag('attempts', 15);

const KEEPS_NOTHING = { accountBytes: 1, anonymousBytes: 1, totalBytes: 1 };
const planner = await startPlanner();
const graph = graphOver({ ask: async () => ({ data: {} }) }, planner, KEEPS_NOTHING);

/** CPU time of this process in ms. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function least(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) best = Math.min(best, await cpuOf(work));
  return best;
}

/** Reads, judges and plans it, with nothing remembered; coerces its variables; and answers it where it is about the schema alone. */
async function answer({ text: query, variables }: ExpensiveRequest): Promise<void> {
  const operation = await new Documents(graph, { trusted: null, introspection: true }).prepare(
    { query, ...(variables && { variables }) },
    null,
  );
  if (!('kind' in operation)) return;
  if (variables || /^\{ (\w+: )?__schema/.test(query)) await graph.execute(operation, { variables, context: undefined as never });
}

const requests = [...expensiveDocuments(MOST_TOKENS), ...expensiveRequests];
for (const request of requests) await answer(request); // so that what is measured is compiled
const measured = [];
for (const request of requests) {
  const parsing = await least(() => parse(request.text, { maxTokens: MOST_TOKENS }));
  measured.push({ kind: request.kind, parsing, ms: await least(() => answer(request)) });
}
measured.sort((one, other) => other.ms - one.ms);
for (const { kind, ms, parsing } of measured.slice(0, WORST)) figure('documents', kind, ms, 'ms CPU', parsing);
const [worst] = measured;
figure('documents', `the dearest of ${measured.length} kinds`, worst?.ms ?? 0, 'ms CPU', worst?.parsing ?? null);
void planner.stop(); // its processes keep this one from nothing, not even from ending
