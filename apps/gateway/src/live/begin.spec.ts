import { Federation, type Question } from '@cordboard/platform-federation';
import { eventually } from '@cordboard/testing';
import { parse } from 'graphql';
import eventsSdl from '../events.graphql';
import type { GatewayContext } from '../graph/federation.ts';
import type { Sink } from '../sockets/port.ts';
import supergraphSdl from '../supergraph.graphql';
import { beginOver } from './begin.ts';
import { alice } from './topics.running.ts';

/** One operation of a socket, over owners that answer when the test says so, or fail when the question is taken back. */
function begun(query: string) {
  const asked: { readonly question: Question<GatewayContext>; answer(data: object): void }[] = [];
  const told: string[] = [];
  const graph = new Federation<GatewayContext>({
    supergraphSdl,
    eventsSdl,
    ask: (question) =>
      new Promise((resolve, reject) => {
        asked.push({ question, answer: (data) => resolve({ data }) });
        question.signal?.addEventListener('abort', () => question.kind === 'query' && reject(new Error('taken back')));
      }),
  });
  const begin = beginOver({ graph, groups: {} as never, prepare: async ({ query: text }) => graph.prepare(parse(text)) });
  const sink: Sink = {
    next: (json) => told.push(json.toString()),
    error: (errors) => told.push(JSON.stringify(errors)),
    complete: () => told.push('complete'),
  };
  const end = begin({ query }, { identity: alice, language: 'en' }, sink);
  return { asked, told, end };
}

it('a query that is ended is taken back from its owners, and its work ends with that', async () => {
  const { asked, told, end } = begun('{ teams { id name } }');
  await eventually(() => asked.length === 1);
  await end();
  expect([asked[0]?.question.signal?.aborted, asked.length, told]).toEqual([true, 1, []]);
});

it('a mutation that is ended goes on once it was sent, and its work with it', async () => {
  const { asked, told, end } = begun('mutation { setStatus(status: BUSY) { __typename } }');
  await eventually(() => asked.length === 1);
  let hasEnded = false;
  const ended = Promise.resolve(end()).then(() => (hasEnded = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked[0]?.question.kind, hasEnded]).toEqual(['mutation', false]);
  asked[0]?.answer({ setStatus: { __typename: 'Presence' } });
  await ended;
  expect(told).toEqual([]);
});

it('what is answered is told, and has ended', async () => {
  const { asked, told, end } = begun('{ teams { id } }');
  await eventually(() => asked.length === 1);
  asked[0]?.answer({ teams: [{ __typename: 'Team', id: 'sales' }] });
  await eventually(() => told.length === 2);
  await end();
  expect(told).toEqual([JSON.stringify({ data: { teams: [{ id: 'sales' }] } }), 'complete']);
});
