import type { Question } from '@cordboard/platform-federation';
import type { Identity } from '@cordboard/platform-subgraph';
import { eventually } from '@cordboard/testing';
import { subscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newGone } from './gone.ts';
import { Subgraphs, type GatewayContext } from './subgraphs.ts';

const identity: Identity = { agentId: 'alice', account: 'demo', role: 'AGENT', issuedAt: null, expiresAt: 0, token: 'a-token' };
let asked: { request: IncomingMessage; answer: ServerResponse; left: boolean }[] = [];
let server: Server;
let subgraphs: Subgraphs;

beforeAll(async () => {
  server = createServer((request, answer) => {
    const one = { request, answer, left: false };
    asked.push(one);
    answer.on('close', () => (one.left = !answer.writableFinished));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  subgraphs = new Subgraphs({ somebody: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` });
});
beforeEach(() => (asked = []));
afterAll(async () => {
  await subgraphs.close();
  server.closeAllConnections();
  server.close();
});

const question = (kind: 'query' | 'mutation', gone: AbortSignal): Question<GatewayContext> => ({
  ...{ subgraph: 'SOMEBODY', operationName: undefined, variables: {}, kind, signal: undefined },
  query: kind === 'query' ? '{ me { id } }' : 'mutation { doIt }',
  context: { identity, language: 'fr', gone },
});
const AWAY = { extensions: { code: 'UPSTREAM_UNAVAILABLE' } };

it('are asked with the asker’s own token, in their language', async () => {
  const answered = subgraphs.ask(question('query', newGone().signal));
  await eventually(() => asked.length === 1);
  asked[0]?.answer.end('{"data":{"me":{"id":"alice"}}}');
  expect(await answered).toEqual({ data: { me: { id: 'alice' } } });
  expect(asked[0]?.request.headers.authorization).toBe('Bearer a-token');
  expect(asked[0]?.request.headers['accept-language']).toBe('fr');
});

it('are not asked a question any more that nobody waits for', async () => {
  const gone = newGone();
  const answered = subgraphs.ask(question('query', gone.signal));
  answered.catch(() => undefined); // looked at below
  await eventually(() => asked.length === 1);
  gone.abort();
  await expect(answered).rejects.toMatchObject(AWAY);
  await eventually(() => asked[0]?.left);
  await expect(subgraphs.ask(question('query', gone.signal))).rejects.toMatchObject(AWAY);
  expect(asked).toHaveLength(1);
});

it('carry a mutation through, whoever leaves', async () => {
  const gone = newGone();
  const answered = subgraphs.ask(question('mutation', gone.signal));
  await eventually(() => asked.length === 1);
  gone.abort();
  asked[0]?.answer.end('{"data":{"doIt":true}}');
  expect(await answered).toEqual({ data: { doIt: true } });
});

it('are asked a question again where the kept connection was closed meanwhile, and a mutation never', async () => {
  const cut = async (kind: 'query' | 'mutation') => {
    const answered = subgraphs.ask(question(kind, newGone().signal));
    answered.catch(() => undefined); // looked at below
    await eventually(() => asked.length === 1);
    asked[0]?.request.socket.destroy();
    return answered;
  };
  const again = cut('query');
  await eventually(() => asked.length === 2);
  asked[1]?.answer.end('{"data":{"me":null}}');
  expect(await again).toEqual({ data: { me: null } });
  asked = [];
  await expect(cut('mutation')).rejects.toMatchObject(AWAY);
  expect(asked).toHaveLength(1);
});

describe('A subgraph that goes away', () => {
  const ME = '{"data":{"me":null}}';
  const DATA = { data: { me: null } };
  it.each<[string, (answer: ServerResponse) => void]>([
    ['answers 503 through a balancer', (answer) => answer.writeHead(503, { 'content-type': 'text/html' }).end('<html>')],
    ['answers 502 through a balancer', (answer) => answer.writeHead(502).end()],
    [
      'is cut off in the middle of its answer',
      (answer) => {
        answer.writeHead(200, { 'content-length': ME.length });
        answer.write(ME.slice(0, 8), () => answer.socket?.destroy());
      },
    ],
    [
      'is cut off in the middle of an answer of unknown length',
      (answer) => {
        answer.writeHead(200);
        answer.write(ME.slice(0, 8), () => answer.socket?.destroy());
      },
    ],
  ])('and %s is asked a query once more, and a mutation not', async (_, cut) => {
    const answered = subgraphs.ask(question('query', newGone().signal));
    await eventually(() => asked.length === 1);
    if (asked[0]) cut(asked[0].answer);
    await eventually(() => asked.length === 2);
    expect(asked[1]?.request.socket.remotePort).not.toBe(asked[0]?.request.socket.remotePort);
    asked[1]?.answer.end(ME);
    expect(await answered).toEqual(DATA);
    asked = [];
    const mutation = subgraphs.ask(question('mutation', newGone().signal));
    mutation.catch(() => undefined); // looked at below
    await eventually(() => asked.length === 1);
    if (asked[0]) cut(asked[0].answer);
    await expect(mutation).rejects.toMatchObject(AWAY);
    expect(asked).toHaveLength(1);
  });

  it('and stays away is asked twice and no more', async () => {
    const answered = subgraphs.ask(question('query', newGone().signal));
    answered.catch(() => undefined); // looked at below
    for (const count of [1, 2]) {
      await eventually(() => asked.length === count);
      asked[count - 1]?.request.socket.destroy();
    }
    await expect(answered).rejects.toMatchObject(AWAY);
    expect(asked).toHaveLength(2);
  });

  it.each(['query', 'mutation'] as const)('and refuses connections for a moment is sent a %s when it listens again', async (kind) => {
    const { port } = server.address() as AddressInfo;
    const refusing = new Subgraphs({ somebody: `http://127.0.0.1:${port}/graphql` });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const refused = new Promise((resolve) => subscribe('undici:client:connectError', resolve));
    const answered = refusing.ask(question(kind, newGone().signal));
    await refused;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await eventually(() => asked.length === 1);
    asked[0]?.answer.end(ME);
    expect(await answered).toEqual(DATA);
    await refusing.close();
  });
});

it('leave nothing behind on a socket that asked many questions', async () => {
  const gone = newGone();
  const answers = Array.from({ length: 30 }, () => subgraphs.ask(question('query', gone.signal)));
  await eventually(() => asked.length === 30);
  expect(getEventListeners(gone.signal, 'abort').length).toBeGreaterThanOrEqual(30);
  for (const { answer } of asked) answer.end('{"data":{}}');
  await Promise.all(answers);
  await eventually(() => getEventListeners(gone.signal, 'abort').length === 0);
});
