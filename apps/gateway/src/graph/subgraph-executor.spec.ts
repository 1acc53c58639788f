import type { Identity } from '@cordboard/platform-subgraph';
import { eventually } from '@cordboard/testing';
import { OperationTypeNode, parse } from 'graphql';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getEventListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newGone } from './gone.ts';
import { subgraphExecutor, type ExecutionRequest } from './subgraph-executor.ts';

const identity: Identity = { agentId: 'alice', account: 'demo', role: 'AGENT', expiresAt: 0, token: 'a-token' };
let asked: { request: IncomingMessage; answer: ServerResponse; left: boolean }[] = [];
let server: Server;
let ask: ReturnType<typeof subgraphExecutor>;

beforeAll(async () => {
  server = createServer((request, answer) => {
    const one = { request, answer, left: false };
    asked.push(one);
    answer.on('close', () => (one.left = !answer.writableFinished));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ask = subgraphExecutor('somebody', `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
});
beforeEach(() => (asked = []));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const operation = (operationType: OperationTypeNode, gone: AbortSignal): ExecutionRequest =>
  ({
    document: parse(operationType === OperationTypeNode.QUERY ? '{ me { id } }' : 'mutation { doIt }'),
    operationType,
    context: { identity, language: 'fr', gone },
  }) as unknown as ExecutionRequest;

it('asks with the asker’s own token, in their language', async () => {
  const answered = ask(operation(OperationTypeNode.QUERY, newGone().signal));
  await eventually(() => asked.length === 1);
  asked[0]?.answer.end('{"data":{"me":{"id":"alice"}}}');
  expect(await answered).toEqual({ data: { me: { id: 'alice' } } });
  expect(asked[0]?.request.headers.authorization).toBe('Bearer a-token');
  expect(asked[0]?.request.headers['accept-language']).toBe('fr');
});

it('takes a question back that nobody waits for any more', async () => {
  const gone = newGone();
  const answered = ask(operation(OperationTypeNode.QUERY, gone.signal));
  await eventually(() => asked.length === 1);
  gone.abort();
  expect(await answered).toMatchObject({ data: null, errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
  await eventually(() => asked[0]?.left);
  await ask(operation(OperationTypeNode.QUERY, gone.signal));
  expect(asked).toHaveLength(1);
});

it('carries a mutation through, whoever leaves', async () => {
  const gone = newGone();
  const answered = ask(operation(OperationTypeNode.MUTATION, gone.signal));
  await eventually(() => asked.length === 1);
  gone.abort();
  asked[0]?.answer.end('{"data":{"doIt":true}}');
  expect(await answered).toEqual({ data: { doIt: true } });
});

it('many questions of one socket leave nothing behind on it', async () => {
  const gone = newGone();
  const answers = Array.from({ length: 30 }, () => ask(operation(OperationTypeNode.QUERY, gone.signal)));
  await eventually(() => asked.length === 30);
  expect(getEventListeners(gone.signal, 'abort')).toHaveLength(30);
  for (const { answer } of asked) answer.end('{"data":{}}');
  await Promise.all(answers);
  await eventually(() => getEventListeners(gone.signal, 'abort').length === 0);
});
