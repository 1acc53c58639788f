/**
 * Documents that are written to be expensive, each as large as a document may be (see apps/gateway/src/graph/documents.fixture.ts): the
 * processor time that the gateway needs until one is ready to be executed, or refused, and until introspection is answered. The dearest,
 * held against what graphql-js needs to `parse` the same document. The least of several attempts, none of which is remembered.
 * `--worst=10 --attempts=5`
 */
import { Documents, expensiveDocuments, graphOver, MOST_TOKENS } from '@cordboard/gateway/documents';
import { parse } from 'graphql';
import { figure, flag } from './lib/figure.mts';

const WORST = flag('worst', 10);
const ATTEMPTS = flag('attempts', 5);

const graph = graphOver({ ask: async () => ({ data: {} }) });

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

/** Reads, judges and plans it, with nothing remembered; and answers it where it is about the schema alone. */
async function answer(query: string): Promise<void> {
  const operation = await new Documents(graph, { trusted: null, introspection: true }).prepare({ query }, null);
  if ('kind' in operation && /^\{ (\w+: )?__schema/.test(query)) await graph.execute(operation, { context: undefined as never });
}

const documents = expensiveDocuments(MOST_TOKENS);
for (const { text } of documents) await answer(text); // so that what is measured is compiled
const measured = [];
for (const { kind, text } of documents)
  measured.push({ kind, parsing: await least(() => parse(text, { maxTokens: MOST_TOKENS })), ms: await least(() => answer(text)) });
measured.sort((one, other) => other.ms - one.ms);
for (const { kind, ms, parsing } of measured.slice(0, WORST)) figure('documents', kind, ms, 'ms CPU', parsing);
const [worst] = measured;
figure('documents', `the dearest of ${measured.length} kinds`, worst?.ms ?? 0, 'ms CPU', worst?.parsing ?? null);
