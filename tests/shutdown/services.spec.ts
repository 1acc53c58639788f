import { eventually } from '@cordboard/testing';
import { SERVICES, type ServiceName } from '@cordboard/tools/root';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { World, type AgentApp } from '../stories/people.ts';

/** What a service may take: waiting for requests under way (6 s) and its hooks (10 s), and as much again on a machine that is busy. */
const MAX_EXIT_MS = 32_000;
/** 20 MB of calls: more than the sockets between a service and a client that does not read can hold. */
const ROWS = 10_000;

let world: World, alice: AgentApp, sam: AgentApp, ada: AgentApp;
/** Never answers. */
let receiver: Server;
let deliveries = 0;

beforeAll(async () => {
  world = await World.begin();
  ({ alice } = await world.people('alice'));
  [sam, ada] = await Promise.all([world.agent('sam'), world.agent('ada')]);
  receiver = createServer(() => (deliveries += 1));
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
}, 180_000);
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await world?.end();
}, 60_000);

/** A connection that is written and read by hand. */
class RawConnection {
  received = '';
  private constructor(readonly socket: Socket) {
    socket.on('data', (data) => (this.received += data.toString('latin1')));
    socket.on('error', () => undefined);
  }
  static async open(service: ServiceName): Promise<RawConnection> {
    const socket = connect(Number(new URL(world.stack.services[service].url).port), '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }
  async send(text: string, answer?: string): Promise<this> {
    this.socket.write(text);
    if (answer) await eventually(() => this.received.includes(answer));
    return this;
  }
}

const QUERY = '{"query":"{ __typename }"}';
const query = (app: AgentApp): string =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.token}\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n`;

/** An import of contacts of which half was sent. */
const importContacts = async (by: 'directory' | 'gateway'): Promise<void> => {
  const headers = `Host: x\r\nAuthorization: Bearer ${ada.token}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked`;
  const rows = `name,number\r\n${'Half Sent,+33612345678\r\n'.repeat(600)}`;
  const chunk = `${rows.length.toString(16)}\r\n${rows}\r\n`;
  await (await RawConnection.open(by)).send(`POST /contacts/import HTTP/1.1\r\n${headers}\r\n\r\n${chunk}`, '200 OK');
};

/** An export of which the beginning was read. */
const exportCalls = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: world.stack.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO history.call_record (id, account, conversation_id, direction, caller, started_at, phase, phase_since, ring_ms, talk_ms, hold_ms, tags)
     SELECT 'b' || i || '-c1', 'demo', 'b' || i, 'INBOUND', '+33611111111', now(), 'over', now(), 0, 0, 0, ARRAY[repeat('long', 500)]
     FROM generate_series(1, ${ROWS}) AS i`,
  );
  await client.end();
  const connection = await RawConnection.open('history');
  await connection.send(`GET /history/export.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${sam.token}\r\n\r\n`, 'longlong');
  connection.socket.pause();
};

/** A delivery to a receiver that does not answer. */
const deliver = async (): Promise<void> => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const { createWebhook } = await ada.get<{ createWebhook: { __typename: string } }>(
    'mutation($url: String!) { createWebhook(url: $url, events: ["call.created"]) { __typename } }',
    { url },
  );
  expect(createWebhook.__typename).toBe('Webhook');
  await world.talking(alice);
  await eventually(() => deliveries > 0);
};

/** What is under way in each service when it is told to end, besides requests. In the order in which they are ended. */
const UNDER_WAY: Readonly<Record<ServiceName, () => Promise<unknown>>> = {
  webhooks: deliver, // and with it a call that goes on until telephony ends
  history: exportCalls,
  recording: async () => undefined,
  telephony: () =>
    eventually(
      () => world.legs(),
      (legs) => legs.length === 2,
    ),
  routing: async () => undefined,
  presence: async () => undefined,
  directory: () => importContacts('directory'),
  gateway: () => RawConnection.open('gateway'),
};
it('Every service is ended here', () => expect(Object.keys(UNDER_WAY).toSorted()).toEqual([...SERVICES].toSorted()));

it.each(Object.keys(UNDER_WAY) as ServiceName[])(
  '%s ends with 0 on SIGTERM within its bound whatever is under way, and answers the request that it has begun to read',
  async (name) => {
    const { pid, url, exited } = world.stack.services[name];
    await UNDER_WAY[name]();
    const idle = await (await RawConnection.open(name)).send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', '200 OK');
    const request = await (await RawConnection.open(name)).send(query(ada) + QUERY.slice(0, 5));
    // answered after the service has begun to read the request above
    await (await RawConnection.open(name)).send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n', '200 OK');
    const began = performance.now();
    process.kill(pid, 'SIGTERM');
    await eventually(() =>
      fetch(`${url}/health/ready`).then(
        ({ status }) => status === 503,
        () => true,
      ),
    );
    await request.send(QUERY.slice(5), '\r\n\r\n');
    expect(await exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(MAX_EXIT_MS);
    // telephony serves no graph: it has answered 404 before
    if (name !== 'telephony') expect(request.received).toMatch(/^HTTP\/1.1 200 OK[^]*^Connection: close[^]*"__typename":"Query"/im);
    expect(idle.socket.destroyed).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
  },
  120_000,
);
