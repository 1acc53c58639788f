import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testKey, testNats, type TestKey, type TestNats } from '@cordboard/testing';
import { auditServer } from 'graphql-http';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { GatewayModule } from '../gateway.module.ts';

let nats: TestNats, key: TestKey, behind: Server;
const gateways: RunningService[] = [];
const folder = mkdtempSync(join(tmpdir(), 'cordboard-documents-'));
/** What reached the services behind the gateway. */
let reached: { query: string; authorization: string | undefined }[] = [];
/** Answers that are kept back. */
let held: (() => void)[] | undefined;

const KNOWN = '{ me { id name } }';
beforeAll(async () => {
  [nats, key] = await Promise.all([testNats(), testKey()]);
  behind = createServer((asked, answer: ServerResponse) => {
    void text(asked).then((body) => {
      const { query } = JSON.parse(body) as { query: string };
      reached.push({ query, authorization: asked.headers.authorization });
      const say = () =>
        answer
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ data: { me: { id: `n${reached.length}`, name: 'Alice' } } }));
      if (held) held.push(say);
      else say();
    });
  });
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
  writeFileSync(
    join(folder, 'apollo.json'),
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'me', name: 'Me', type: 'query', body: KNOWN }],
    }),
  );
  writeFileSync(join(folder, 'plain.json'), JSON.stringify({ me: KNOWN }));
});
beforeEach(() => {
  reached = [];
  held = undefined;
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  behind.closeAllConnections();
  behind.close();
  await nats.stop();
  rmSync(folder, { recursive: true });
});

async function gateway(settings: object = {}): Promise<string> {
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  const env = {
    ...{ NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile, ...settings },
    ...{ DIRECTORY_URL: url, PRESENCE_URL: url, ROUTING_URL: url, RECORDING_URL: url, HISTORY_URL: url, WEBHOOKS_URL: url },
  };
  const started = await startService('gateway', await GatewayModule.from(env), { PORT: 0, HOST: '127.0.0.1' });
  gateways.push(started);
  return `${started.url}/graphql`;
}
type Answer = { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
async function post(
  url: string,
  body: unknown,
  o: { sub?: string; headers?: Record<string, string> } = {},
): Promise<Answer & { status: number }> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await key.token({ sub: o.sub ?? 'alice' })}`, ...o.headers },
  });
  return { status: response.status, ...((await response.json()) as Answer) };
}
const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

it('does what GraphQL over HTTP asks for: every MUST and SHOULD', async () => {
  const url = await gateway();
  const results = await auditServer({ url, fetchFn: fetch });
  const others = results.filter(({ status }) => status !== 'ok').map(({ id, name, status }) => `${id} ${status} ${name.split(' ')[0]}`);
  const named = [
    ...['5A70', 'D6D5', '6A70'].map((id) => `${id} notice MAY`), // a GET that a page of somebody else's could send is refused on purpose (CSRF)
  ];
  expect([...others].sort()).toEqual(named.sort());
}, 60_000);

describe('what costs too much is refused before anything is asked', () => {
  const many = (n: number, piece: (i: number) => string): string => Array.from({ length: n }, (_, i) => piece(i)).join(' ');
  it.each([
    ['101 aliases', `{ me { ${many(101, (i) => `a${i}: id`)} } }`],
    ['101 aliases of __typename', `{ ${many(101, (i) => `a${i}: __typename`)} }`],
    ['51 directives', `{ me { ${many(51, () => 'id @include(if: true)')} } }`],
    ['51 directives on one field', `{ me { id ${many(51, () => '@include(if: true)')} } }`],
    ['31 fields of the root', `{ ${many(31, (i) => `a${i}: me { id }`)} }`],
    ['too many fields at last', '{ agents(first: 100) { edges { node { teams { members { teams { members { name } } } } } } } }'],
    ['the same through a fragment', `{ ${many(26, (i) => `f${i}: me { ...F }`)} } fragment F on Agent { a: id b: name }`],
    ['2,001 tokens', `{ me { ${many(2_000, () => 'id')} } }`],
    ['a field that is not there', '{ nothing }'],
    ['a text that is no document', '{ me {'],
  ])('%s', async (_, query) => {
    const [url] = [await (shared ??= gateway())];
    expect(codes(await post(url, { query }))?.[0]).toMatch(/BAD_USER_INPUT|GRAPHQL_(PARSE|VALIDATION)_FAILED/);
    expect(reached).toEqual([]);
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    const heard: { type: string; payload?: { extensions: { code: string } }[] }[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data as Buffer)) as (typeof heard)[number]));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await key.token({ sub: 'alice' })}` } }));
    await eventually(() => heard.length === 1);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    expect((await eventually(() => heard[1]))?.payload?.[0]?.extensions.code).toMatch(
      /^(BAD_USER_INPUT|GRAPHQL_(PARSE|VALIDATION)_FAILED)$/,
    );
    socket.terminate();
  });
  let shared: Promise<string> | undefined;

  it('batches of operations', async () => expect((await post(await (shared ??= gateway()), [{ query: KNOWN }])).status).toBe(400));
});

describe('a page of somebody else’s', () => {
  it.each([
    ['a GET', 'GET', {}],
    ['a form', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a text', 'POST', { 'content-type': 'text/plain' }],
  ])('gets nothing done by %s', async (_, method, headers) => {
    const url = await gateway();
    const query = new URLSearchParams({ query: 'mutation { setStatus(status: BUSY) { __typename } }' }).toString();
    const response = await fetch(method === 'GET' ? `${url}?${query}` : url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: query }),
    });
    expect([response.status, reached]).toEqual([400, []]);
  });
});

describe('pages of other origins (CORS)', () => {
  const APP = 'https://app.example.org';
  const preflight = async (url: string, origin: string): Promise<readonly (string | null)[]> => {
    const { headers } = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, content-type' },
    });
    return ['access-control-allow-origin', 'access-control-allow-headers', 'access-control-allow-credentials'].map((name) =>
      headers.get(name),
    );
  };

  it('may ask where they are named, without cookies, and no others may', async () => {
    const url = await gateway({ ALLOWED_ORIGINS: [APP] });
    expect(await preflight(url, APP)).toEqual([APP, 'authorization, content-type', null]);
    expect((await preflight(url, 'https://evil.example.org'))[0]).toBe(null);
    const asked = await fetch(url, {
      method: 'POST',
      headers: { origin: APP, 'content-type': 'application/json', authorization: `Bearer ${await key.token({ sub: 'alice' })}` },
      body: JSON.stringify({ query: KNOWN }),
    });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, APP]);
  });

  it('may ask from this machine alone where none are named', async () => {
    const url = await gateway();
    expect((await preflight(url, 'http://localhost:5173'))[0]).toBe('http://localhost:5173');
    expect((await preflight(url, APP))[0]).toBe(null);
  });
});

describe('in production', () => {
  it('nobody is told what the graph looks like', async () => {
    const url = await gateway({ NODE_ENV: 'production' });
    expect((await post(url, { query: '{ __schema { types { name } } }' })).data).toBeUndefined();
    const { errors } = await post(url, { query: '{ me { nam } }' });
    expect(errors?.[0]?.message).not.toContain('Did you mean');
  });
  it('elsewhere everybody is', async () => {
    const url = await gateway();
    expect((await post(url, { query: '{ __schema { queryType { name } } }' })).data).toEqual({
      __schema: { queryType: { name: 'Query' } },
    });
    expect((await post(url, { query: '{ me { nam } }' })).errors?.[0]?.message).toContain('Did you mean');
  });
});

describe('trusted documents', () => {
  it.each(['apollo.json', 'plain.json'])('of %s are asked by their ids; others may be asked too', async (file) => {
    const url = await gateway({ TRUSTED_DOCUMENTS: join(folder, file) });
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'me' } };
    expect((await post(url, { extensions })).data).toMatchObject({ me: { name: 'Alice' } });
    expect((await post(url, { documentId: 'me' })).data).toMatchObject({ me: { name: 'Alice' } });
    expect((await post(url, { query: '{ me { name } }' })).data).toMatchObject({ me: { name: 'Alice' } });
    expect(codes(await post(url, { documentId: 'nobody' }))).toEqual(['DOCUMENT_NOT_FOUND']);
  });
  it('and nothing else, where nothing else is trusted', async () => {
    const url = await gateway({ TRUSTED_DOCUMENTS: join(folder, 'plain.json'), TRUSTED_DOCUMENTS_ONLY: true });
    expect((await post(url, { documentId: 'me' })).data).toMatchObject({ me: { name: 'Alice' } });
    expect((await post(url, { query: KNOWN })).data).toMatchObject({ me: { name: 'Alice' } });
    expect(codes(await post(url, { query: '{ me { name } }' }))).toEqual(['DOCUMENT_NOT_TRUSTED']);
  });
  it('that cannot be read keep the gateway from starting', async () => {
    await expect(gateway({ TRUSTED_DOCUMENTS: join(folder, 'none.json') })).rejects.toThrow('TRUSTED_DOCUMENTS');
  });
});

describe('equal queries at the same time', () => {
  const together = async (
    url: string,
    asked: readonly { sub: string; query: string; variables?: object; headers?: Record<string, string> }[],
  ) => {
    held = [];
    const answers = asked.map(({ sub, headers, ...body }) => post(url, body, { sub, ...(headers && { headers }) }));
    await eventually(() => (held?.length ?? 0) > 0);
    // the rest has come by now, or it is one of those that are waited for
    for (let n = 0; n < 50; n += 1) await fetch(url.replace('/graphql', '/health/live'));
    for (const say of held ?? []) say();
    return (await Promise.all(answers)).map(({ data }) => (data as { me: { id: string } }).me.id);
  };

  it('of one asker are answered together, where that is wanted, and of nobody else', async () => {
    const url = await gateway({ SINGLE_FLIGHT: true });
    const ids = await together(url, [
      { sub: 'alice', query: KNOWN },
      { sub: 'alice', query: KNOWN },
      { sub: 'bob', query: KNOWN },
      { sub: 'alice', query: KNOWN, headers: { 'accept-language': 'fr' } },
      { sub: 'alice', query: '{ me { id } }' },
    ]);
    expect(ids[0]).toBe(ids[1]);
    expect(reached).toHaveLength(4);
    expect(new Set(reached.map(({ authorization }) => authorization)).size).toBe(2);
  });

  it('are each answered for themselves otherwise', async () => {
    await together(await gateway(), [
      { sub: 'alice', query: KNOWN },
      { sub: 'alice', query: KNOWN },
    ]);
    expect(reached).toHaveLength(2);
  });
});
