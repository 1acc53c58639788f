import { startService, type RunningService } from '@cordboard/platform-process';
import { testKey, testNats, type TestKey, type TestNats } from '@cordboard/testing';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { GatewayModule } from './gateway.module.ts';

let nats: TestNats, key: TestKey, gateway: RunningService, behind: Server;
/** What reached the services behind the gateway. */
let reached: { url: string | undefined; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  [nats, key] = await Promise.all([testNats(), testKey()]);
  behind = createServer((asked: IncomingMessage, answer) => {
    void text(asked).then((body) => {
      reached.push({ url: asked.url, authorization: asked.headers.authorization, body });
      answer.setHeader('content-type', 'application/json').end('{"data":{"me":null}}');
    });
  });
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  const env = {
    NATS_URL: nats.url,
    JWT_PUBLIC_KEY_FILE: key.publicKeyFile,
    ...{ DIRECTORY_URL: url, PRESENCE_URL: url, ROUTING_URL: url, RECORDING_URL: url, HISTORY_URL: url, WEBHOOKS_URL: url },
  };
  gateway = await startService('gateway', await GatewayModule.from(env), { PORT: 0, HOST: '127.0.0.1' });
});
beforeEach(() => (reached = []));
afterAll(async () => {
  await gateway?.close();
  behind?.closeAllConnections();
  behind?.close();
  await nats?.stop();
});

const post = async (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${await key.token({ sub: 'alice' })}`, ...headers },
  });
  const answer = (await response.json()) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
  return { status: response.status, codes: answer.errors?.map(({ extensions }) => extensions.code), answer };
};
const MEGABYTE = 1_048_576;

describe('a body', () => {
  it.each([
    ['that is not JSON', '{"query": ', 400],
    ['that is JSON and no request', '"hello"', 400],
    ['of more than 8 MB', JSON.stringify({ query: '{ me { id } }', variables: { csv: 'x'.repeat(8 * MEGABYTE) } }), 413],
    [
      'of brackets in brackets',
      `{"query": "{ me { id } }", "variables": { "x": ${'['.repeat(4 * MEGABYTE - 50)}${']'.repeat(4 * MEGABYTE - 50)} } }`,
      400,
    ],
    ['of a million values', JSON.stringify({ query: '{ me { id } }', variables: { x: Array(1_000_000).fill({}) } }), 400],
  ])('%s is refused in GraphQL’s shape', async (_, body, status) => {
    expect(await post(body)).toMatchObject({ status, codes: ['BAD_USER_INPUT'], answer: { errors: [{ message: expect.any(String) }] } });
    expect(reached).toEqual([]);
  });

  it('of another type is refused in GraphQL’s shape', async () => {
    expect(await post('query=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 400,
      codes: ['BAD_USER_INPUT'],
    });
  });

  it('may have brackets in its texts, as many as it likes', async () => {
    const search = '[{,"\\'.repeat(100_000);
    await post(
      JSON.stringify({ query: 'query($search: String) { contacts(search: $search) { edges { cursor } } }', variables: { search } }),
    );
    expect(reached).toHaveLength(1);
  });

  it('of a large import passes: 50,000 contacts are one variable of 3 MB', async () => {
    const csv = Array.from({ length: 50_000 }, (_, i) => `"Somebody with a name, ${i}","+331870${String(i).padStart(5, '0')}"`).join('\n');
    expect(csv.length).toBeGreaterThan(2 * MEGABYTE);
    await post(JSON.stringify({ query: 'mutation($csv: String!) { importContacts(csv: $csv) { __typename } }', variables: { csv } }));
    const { variables } = JSON.parse(reached[0]?.body ?? '{}') as { variables: Record<string, unknown> };
    expect(Object.values(variables)).toEqual([csv]);
  });

  it('however large, holds an operation of 2,000 tokens at most, and 12 fields deep', async () => {
    const many = JSON.stringify({ query: `{ ${'a '.repeat(MEGABYTE / 3)} }` });
    const deep = JSON.stringify({ query: `{ me ${'{ teams '.repeat(900)} ${'}'.repeat(900)} }` });
    for (const body of [many, deep])
      expect(await post(body)).toMatchObject({
        codes: expect.arrayContaining([expect.stringMatching(/BAD_USER_INPUT|GRAPHQL_PARSE_FAILED/)]),
      });
    expect(reached).toEqual([]);
  });
});

describe('a document of 770 bytes that comes to two million fields', () => {
  const fragments = Array.from({ length: 21 }, (_, i) => `fragment F${i} on Agent{${i === 20 ? 'id' : `...F${i + 1}...F${i + 1}`}}`);
  const query = `{me{...F0}}${fragments.join('')}`;
  const refusal = { message: expect.stringContaining('2000 selections'), extensions: { code: 'BAD_USER_INPUT' } };

  it('is refused over HTTP, to whoever sends it, and others are answered meanwhile', async () => {
    expect(query.length).toBeLessThan(800);
    const hostile = Array.from({ length: 20 }, () =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query }),
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      }),
    );
    await post(JSON.stringify({ query: '{ me { id } }' }));
    expect(reached).toHaveLength(1);
    for (const response of await Promise.all(hostile))
      expect([response.status, await response.json()]).toMatchObject([400, { errors: [refusal] }]);
    expect(reached).toHaveLength(1);
  });
});

describe('passages', () => {
  it('an import goes to the directory, with the asker’s token', async () => {
    const authorization = `Bearer ${await key.token({ sub: 'alice' })}`;
    await fetch(`${gateway.url}/contacts/import`, { method: 'POST', body: 'name,number', headers: { authorization } });
    expect(reached).toEqual([{ url: '/contacts/import', authorization, body: 'name,number' }]);
  });

  it('media comes from recording: the link is all that it takes', async () => {
    await fetch(`${gateway.url}/media/demo/a.wav?signature=s`, { headers: { authorization: 'Bearer x' } });
    expect(reached).toEqual([{ url: '/media/demo/a.wav?signature=s', authorization: undefined, body: '' }]);
  });

  it('there is no other', async () => {
    const statuses = await Promise.all(
      [
        ['POST', '/media/a'],
        ['GET', '/contacts/import'],
        ['POST', '/contacts/import/x'],
        ['GET', '/media/../graphql'],
      ].map(async ([method, path]) => (await fetch(`${gateway.url}${path}`, { method: method ?? 'GET' })).status),
    );
    expect([statuses.every((status) => status >= 400), reached]).toEqual([true, []]);
  });
});

describe('a socket', () => {
  /** What it is closed with. */
  const closed = (payload: object): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
      socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`));
    });

  it('is told why it may not be open', async () => {
    expect(await closed({})).toBe('4403 token missing');
    expect(await closed({ authorization: await key.token({ sub: 'alice' }) })).toBe('4403 token not valid'); // without its scheme
    expect(await closed({ authorization: 'Bearer x.y.z' })).toBe('4403 token not valid');
    const expired = await key.token({ sub: 'alice', expiresIn: -10 });
    expect(await closed({ authorization: `Bearer ${expired}` })).toBe('4403 token expired');
  });
});
