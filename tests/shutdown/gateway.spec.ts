import { agentCalls } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { eventually, testKey, testNats, type TestKey, type TestNats } from '@cordboard/testing';
import { createClient } from 'graphql-ws';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import WebSocket from 'ws';
import { ServiceProcess } from '../support/process.fixture.ts';

let nats: TestNats, key: TestKey, behind: Server, env: NodeJS.ProcessEnv;
let gateway: ServiceProcess;
/** A service that is asked and does not answer. */
let silent: Bus | undefined;
/** Requests that the subgraphs have not answered yet. */
let held: ServerResponse[] = [];

beforeAll(async () => {
  [nats, key] = await Promise.all([testNats(), testKey()]);
  behind = createServer((request, response) => {
    if (request.url === '/graphql') return void held.push(response);
    response.statusCode = 503;
    response.end('{"status":"not ready","waitingFor":["database"]}');
  });
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  env = {
    NATS_URL: nats.url,
    JWT_PUBLIC_KEY_FILE: key.publicKeyFile,
    ...{ DIRECTORY_URL: url, PRESENCE_URL: url, ROUTING_URL: url, RECORDING_URL: url, HISTORY_URL: url, WEBHOOKS_URL: url },
  };
});
beforeEach(() => (held = []));
afterEach(() => gateway?.kill());
afterEach(() => silent?.close());
afterAll(async () => {
  behind?.closeAllConnections();
  behind?.close();
  await nats?.stop();
});

const start = async (more: NodeJS.ProcessEnv): Promise<void> => void (gateway = await ServiceProcess.start('gateway', { ...env, ...more }));
const wsUrl = (): string => `${gateway.url.replace('http', 'ws')}/graphql`;

/** What one socket was told, and how it ended. */
interface Seen {
  acknowledged: boolean;
  goingAway: boolean;
  closed: string | undefined;
}
const authorization = async (): Promise<string> => `Bearer ${await key.token({ sub: 'alice' })}`;

/** A socket of the official client. */
async function official(): Promise<Seen> {
  const seen: Seen = { acknowledged: false, goingAway: false, closed: undefined };
  const connectionParams = { authorization: await authorization() };
  createClient({
    url: wsUrl(),
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    connectionParams,
    onNonLazyError: () => undefined,
    on: {
      connected: () => (seen.acknowledged = true),
      ping: (_, payload) => (seen.goingAway ||= payload?.['goingAway'] === true),
      closed: (event) => {
        const { code, reason } = event as { code: number; reason: string };
        seen.closed = `${code} ${reason}`;
      },
    },
  });
  await eventually(() => seen.acknowledged);
  return seen;
}

/** A socket that writes and reads messages itself. @param subscription what it asks for once it is acknowledged */
async function plain(subscription?: string): Promise<Seen> {
  const seen: Seen = { acknowledged: false, goingAway: false, closed: undefined };
  const payload = { authorization: await authorization() };
  const socket = new WebSocket(wsUrl(), 'graphql-transport-ws'); // nothing is awaited before it is listened to: it may open at once
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data as Buffer)) as { type: string; payload?: { goingAway?: boolean } };
    seen.acknowledged ||= message.type === 'connection_ack';
    seen.goingAway ||= message.type === 'ping' && message.payload?.goingAway === true;
  });
  socket.on('close', (code, reason) => (seen.closed = `${code} ${String(reason)}`));
  await eventually(() => seen.acknowledged);
  if (subscription) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }));
  return seen;
}

/** A client that has opened a socket and reads nothing from then on, not even the close. */
async function deaf(): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(
    'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  await eventually(() => heard.includes('101 Switching'));
  socket.pause();
  return socket;
}

/** @returns how long it took to end, in ms */
async function ended(): Promise<number> {
  const began = performance.now();
  expect(await gateway.exited).toEqual({ code: 0, signal: null });
  await expect(fetch(gateway.url)).rejects.toThrow();
  return performance.now() - began;
}
const NOTIFIED: Seen = { acknowledged: true, goingAway: true, closed: '1012 service restart' };
/** The bound is the product's own, DRAIN_SECONDS + 2 s; on a machine that is busy, what a start takes there. */
const boundMs = (drainMs: number): number => drainMs + Math.max(2_000, gateway.startMs);

it.each(['SIGTERM', 'SIGINT'] as const)('%s ends a gateway with open sockets: each is told, and closed with 1012', async (signal) => {
  await start({ DRAIN_SECONDS: '1' });
  const sockets = await Promise.all([official(), official(), plain()]);
  await deaf();
  gateway.signal(signal);
  expect(await ended()).toBeLessThan(boundMs(1_000));
  expect(sockets).toEqual([NOTIFIED, NOTIFIED, NOTIFIED]);
});

it('With DRAIN_SECONDS=0 sockets are told and closed at once', async () => {
  await start({ DRAIN_SECONDS: '0' });
  const sockets = await Promise.all([official(), plain(), plain()]);
  await deaf();
  gateway.signal('SIGTERM');
  expect(await ended()).toBeLessThan(boundMs(0));
  expect(sockets).toEqual([NOTIFIED, NOTIFIED, NOTIFIED]);
});

it('During the drain it is not ready, refuses sockets with 503, answers HTTP on connections that end, and further signals change nothing', async () => {
  await start({ DRAIN_SECONDS: '3' });
  const sockets = await Promise.all([plain(), plain(), plain()]);
  const asked = (async () =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await authorization() },
      body: '{"query":"{ me { id } }"}',
    }))();
  await eventually(() => held.length === 1);
  gateway.signal('SIGTERM');
  await eventually(
    () => gateway.readiness(),
    (status) => status === 503,
  );
  gateway.signal('SIGTERM');
  gateway.signal('SIGINT');
  const refused = new WebSocket(wsUrl(), 'graphql-transport-ws');
  const status = await new Promise((resolve) => {
    refused.on('error', () => undefined);
    refused.on('unexpected-response', (_, response) => resolve(response.statusCode));
  });
  expect(status).toBe(503);
  held[0]?.setHeader('content-type', 'application/json').end('{"data":{"me":{"id":"alice"}}}');
  const answer = await asked;
  expect([answer.status, answer.headers.get('connection'), await answer.json()]).toEqual([200, 'close', { data: { me: { id: 'alice' } } }]);
  await ended();
  expect(sockets).toEqual([NOTIFIED, NOTIFIED, NOTIFIED]);
});

it('SHUTDOWN_DELAY_SECONDS is spent not ready and serving', async () => {
  await start({ SHUTDOWN_DELAY_SECONDS: '8' }); // long enough for a machine that is busy to open a socket meanwhile
  gateway.signal('SIGTERM');
  await eventually(
    () => gateway.readiness(),
    (status) => status === 503,
  );
  const late = await plain();
  await ended();
  expect(late).toEqual(NOTIFIED);
});

it('It is ready though no subgraph is, says why in /health/detail, and is not ready while NATS is away', async () => {
  await start({});
  const detail = async () => (await fetch(`${gateway.url}/health/detail`)).json();
  const away = { ok: false, reason: 'it answers 503: it waits for database', ms: expect.any(Number), decides: false };
  expect(await detail()).toEqual({
    status: 'ready',
    checks: {
      nats: { ok: true, ms: expect.any(Number), decides: true },
      streams: { ok: true, ms: expect.any(Number), decides: false },
      ...{ directory: away, presence: away, routing: away, recording: away, history: away, webhooks: away },
    },
  });
  await nats.kill();
  await eventually(
    () => gateway.readiness(),
    (status) => status === 503,
  );
  expect(await detail()).toMatchObject({ status: 'not ready', checks: { nats: { ok: false } } });
  await nats.start();
  await eventually(
    () => gateway.readiness(),
    (status) => status === 200,
  );
  await nats.kill();
  gateway.signal('SIGTERM');
  await ended();
  await nats.start();
});

it('A subscription that waits for a service that is away does not hold up its end', async () => {
  await start({});
  silent = await Bus.connect({ url: nats.url, name: 'routing' });
  let asked = 0;
  silent.connection.subscribe(agentCalls.subject, { callback: () => void (asked += 1) });
  await silent.flush();
  const socket = await plain('subscription { offers { __typename } }');
  await eventually(() => asked > 0);
  gateway.signal('SIGTERM');
  await ended();
  expect(socket).toEqual(NOTIFIED);
});

it('Nor does one that waits for NATS', async () => {
  await start({});
  await nats.kill();
  const socket = await plain('subscription { offers { __typename } }');
  await eventually(() => gateway.output.includes('the feed listens again in a moment"') && gateway.output.includes('"source":"routing"'));
  gateway.signal('SIGTERM');
  await ended();
  expect(socket).toEqual(NOTIFIED);
  await nats.start();
});
