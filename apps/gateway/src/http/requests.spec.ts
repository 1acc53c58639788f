import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testKey, testNats, type TestKey, type TestNats } from '@cordboard/testing';
import { createHash } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import WebSocket from 'ws';
import { GatewayModule } from '../gateway.module.ts';

let nats: TestNats, key: TestKey, behind: Server, gateway: RunningService, production: RunningService;
let token: string;
let reached: string[] = [];
const KNOWN = '{ me { id } }';

beforeAll(async () => {
  [nats, key] = await Promise.all([testNats(), testKey()]);
  behind = createServer((asked, answer) => {
    void text(asked).then((body) => {
      reached.push(body);
      const agentKey = /\b(r\d+): ?agent\b/.exec(body)?.[1] ?? 'agent'; // the gateway asks for it under a response key of its own
      answer
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ data: { me: { id: 'alice' }, [agentKey]: { id: 'alice' } } }));
    });
  });
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
  [gateway, production] = await Promise.all([start({}), start({ NODE_ENV: 'production' })]);
  token = `Bearer ${await key.token({ sub: 'alice' })}`;
}, 60_000);
beforeEach(() => (reached = []));
afterAll(async () => {
  await Promise.all([gateway?.close(), production?.close()]);
  behind?.closeAllConnections();
  behind?.close();
  await nats?.stop();
});

async function start(settings: object): Promise<RunningService> {
  const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  const env = {
    ...{ NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile, ...settings },
    ...{ DIRECTORY_URL: url, PRESENCE_URL: url, ROUTING_URL: url, RECORDING_URL: url, HISTORY_URL: url, WEBHOOKS_URL: url },
  };
  return startService('gateway', await GatewayModule.from(env), { PORT: 0, HOST: '127.0.0.1' });
}

type Headers = Record<string, string>;
interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly data: unknown;
}
const JSON_TYPE = { 'content-type': 'application/json' };
async function send(body: string | Buffer | undefined, headers: Headers, o: { method?: string; path?: string } = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}${o.path ?? '/graphql'}`, {
    method: o.method ?? 'POST',
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const said = await response.text();
  const { errors, data } = (said.startsWith('{') ? JSON.parse(said) : {}) as {
    errors?: { message: string; extensions: { code: string } }[];
    data?: unknown;
  };
  return { status: response.status, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message ?? '', data };
}
const post = (body: unknown, headers: Headers = {}): Promise<Answer> =>
  send(JSON.stringify(body), { ...JSON_TYPE, authorization: token, ...headers });
const get = (parameters: Headers, headers: Headers = {}): Promise<Answer> =>
  send(undefined, { authorization: token, ...headers }, { method: 'GET', path: `/graphql?${new URLSearchParams(parameters).toString()}` });
const padded = (bytes: number): string => JSON.stringify({ query: KNOWN, variables: { x: 'x'.repeat(bytes) } });
/** A request whose body goes on until the answer has come. */
const endless = (headers: Headers): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${gateway.url}/graphql`, { method: 'POST', headers: { ...JSON_TYPE, ...headers } });
    let answered = false;
    const more = (): void => {
      if (!answered) sent.write('x'.repeat(65_536), () => setImmediate(more));
    };
    sent.on('error', (error) => (answered ? undefined : reject(error)));
    sent.on('response', (response) => {
      answered = true;
      void text(response).then((body) => {
        sent.destroy();
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    more();
  });

describe('the token is verified before the body is read', () => {
  it.each([
    ['invalid', async () => 'Bearer x.y.z'],
    ['expired', async () => `Bearer ${await key.token({ sub: 'alice', expiresIn: -60 })}`],
    ['of another scheme', async () => 'Basic YTpi'],
  ])('a token that is %s is refused while the body is still sent', async (_, authorization) => {
    const { status, body } = await endless({ authorization: await authorization() });
    expect([status, (JSON.parse(body) as { errors: unknown[] }).errors]).toEqual([
      401,
      [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
    ]);
  });

  it('a body that is no JSON, behind an invalid token, is UNAUTHENTICATED', async () => {
    expect(await send('{', { ...JSON_TYPE, authorization: 'Bearer x' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['without a token', false],
    ['with one', true],
  ])('a body without a length is refused when it is too large, %s', async (_, withToken) => {
    expect((await endless(withToken ? { authorization: token } : {})).status).toBe(413);
  });

  it('a body may have 16 KiB without a token and 1 MiB with one', async () => {
    const bare = await send(padded(15_000), JSON_TYPE);
    expect([bare.status, bare.code]).toEqual([200, 'UNAUTHENTICATED']); // it was read; the fields need a token
    expect(await send(padded(17_000), JSON_TYPE)).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
    expect((await send(padded(1_000_000), { ...JSON_TYPE, authorization: token })).status).toBe(200);
    expect(await send(padded(1_100_000), { ...JSON_TYPE, authorization: token })).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
  });

  it('importContacts may have 8 MiB, wherever its query stands in the body; nothing beside it may', async () => {
    const query = 'mutation($csv: String!) { importContacts(csv: $csv) { __typename } }';
    const inFragment = 'mutation($csv: String!) { ...F } fragment F on Mutation { importContacts(csv: $csv) { __typename } }';
    const beside = 'mutation($csv: String!) { importContacts(csv: $csv) { __typename } setStatus(status: BUSY) { __typename } }';
    const csv = 'x'.repeat(3 * 1_048_576);
    for (const body of [
      { query, variables: { csv } },
      { variables: { csv }, query },
      { query: inFragment, variables: { csv } },
    ])
      expect((await post(body)).status).not.toBe(413);
    expect(reached).toHaveLength(3);
    expect((await post({ query: beside, variables: { csv } })).status).toBe(413);
    expect((await post({ query, variables: { csv: csv.repeat(3) } })).status).toBe(413);
  });

  const LONG = 'x'.repeat(2 * 1_048_576);
  const IMPORT = 'mutation($csv: String!) { importContacts(csv: $csv) { __typename } }';
  it.each([
    ['variables of another operation', `{"variables": {"x": ${LONG}}, "query": "${KNOWN}"}`],
    ['variables before and after', `{"variables": {"x": ${LONG}}, "query": "${KNOWN}", "variables": ${LONG}}`],
    ['a query', `{"query": "${LONG}", x}`],
    ['what stands beside an import', `{"query": "${IMPORT}", "other": ${LONG}}`],
    ['a key inside of variables', `{"query": "${KNOWN}", "extensions": {"variables": ${LONG}}}`],
    ['white space', `{"query": "${IMPORT}"${' '.repeat(LONG.length)} x}`],
  ])('more than 1 MiB of %s is refused before it is parsed', async (_, body) => {
    expect(await send(body, { ...JSON_TYPE, authorization: token })).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
  });

  it('an import of more than 1 MiB may name its query by a hash', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(IMPORT).digest('hex') } };
    const variables = { csv: LONG };
    expect(await post({ variables, extensions })).toMatchObject({ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' });
    await post({ variables, extensions, query: IMPORT });
    await post({ variables, extensions });
    expect(reached.map((body) => body.includes(LONG))).toEqual([true, true]);
  });

  it('a body may hold 11,000 values, wherever they stand', async () => {
    const keys = (n: number): object => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 0]));
    expect(await post({ query: KNOWN, ...keys(10_900) })).toMatchObject({ status: 200 });
    expect(await post({ query: KNOWN, ...keys(11_000) })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('introspection needs no token', async () => {
    expect((await send(JSON.stringify({ query: '{ __schema { queryType { name } } }' }), JSON_TYPE)).data).toBeTruthy();
  });

  const zipped = gzipSync(JSON.stringify({ query: KNOWN }));
  it.each<[string, Buffer, Headers, boolean, number]>([
    ['gzip with a token', zipped, { 'content-encoding': 'gzip' }, true, 200],
    ['gzip without one', zipped, { 'content-encoding': 'gzip' }, false, 415],
    ['gzip twice', gzipSync(zipped), { 'content-encoding': 'gzip, gzip' }, true, 415],
    ['brotli', zipped, { 'content-encoding': 'br' }, true, 415],
    ['deflate', zipped, { 'content-encoding': 'deflate' }, true, 415],
    ['gzip that is none', Buffer.from('{"query":"{ me { id } }"}'), { 'content-encoding': 'gzip' }, true, 400],
    ['gzip that is cut', zipped.subarray(0, -10), { 'content-encoding': 'gzip' }, true, 400],
    ['a gzip of 1 GiB', gzipSync(Buffer.alloc(64 * 1_048_576)), { 'content-encoding': 'gzip' }, true, 413],
    ['UTF-16', Buffer.from(JSON.stringify({ query: KNOWN }), 'utf16le'), {}, true, 400],
    ['UTF-16 that says so', zipped, { 'content-type': 'application/json; charset=utf-16' }, true, 415],
    ['a byte order mark', Buffer.from(`\uFEFF${JSON.stringify({ query: KNOWN })}`), {}, true, 200],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, true, 400],
    ['another type', Buffer.from(KNOWN), { 'content-type': 'application/graphql' }, true, 415],
    ['a form', Buffer.from('query=x'), { 'content-type': 'multipart/form-data; boundary=x' }, true, 400],
    ['nothing', Buffer.from(''), {}, true, 400],
  ])('%s is answered %5$i', async (_, body, headers, withToken, status) => {
    expect((await send(body, { ...JSON_TYPE, ...(withToken ? { authorization: token } : {}), ...headers })).status).toBe(status);
  });

  it('two Authorization headers are refused', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(`GET /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nAuthorization: ${token}\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('imports are refused before anything is sent on', async () => {
    const response = await fetch(`${gateway.url}/contacts/import`, {
      method: 'POST',
      body: 'name',
      headers: { authorization: 'Bearer x' },
    });
    expect([response.status, reached]).toEqual([401, []]);
  });
});

describe('a client that waits to be told to send its body', () => {
  it.each([
    ['is too large', '/graphql', 'Content-Length: 99999999', 413],
    ['is too large for whoever has a token', '/graphql', 'Content-Length: 99999999\r\nAuthorization: {token}', 413],
    ['has no valid token', '/graphql', 'Content-Length: 10\r\nAuthorization: Bearer x', 401],
    ['is an import without a token', '/contacts/import', 'Content-Length: 10', 401],
    ['goes nowhere', '/nowhere', 'Content-Length: 10', 404],
  ])('is told so by no request that %s', async (_, path, headers, status) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', 'Expect: 100-continue', headers];
    socket.write(`${head.join('\r\n').replace('{token}', token)}\r\n\r\n`);
    const said = await text(socket); // to its end: the connection is closed, for nobody knows whether the body comes
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
  });

  it.each([
    ['/graphql', JSON.stringify({ query: KNOWN })],
    ['/contacts/import', 'name'],
  ])('is told so at %s, and answered', async (path, body) => {
    const sent = request(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: token, expect: '100-continue', 'content-length': body.length },
    });
    const response = new Promise<number | undefined>((resolve) => sent.on('response', (answer) => resolve(answer.resume().statusCode)));
    await new Promise((resolve) => sent.on('continue', resolve).flushHeaders());
    sent.end(body);
    expect(await response).toBe(200);
  });
});

describe('what is passed on is one request', () => {
  const inner = 'POST /graphql HTTP/1.1\r\nHost: y\r\nAuthorization: Bearer z\r\nContent-Length: 2\r\n\r\n{}';
  const framings = [
    [`Content-Length: ${inner.length}`, inner],
    ['Transfer-Encoding: chunked', `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`],
  ];
  const asked = [
    ['GET /media/x', 400, 0],
    ['HEAD /media/x', 400, 0],
    ['GET /history/export.csv', 400, 0],
    ['HEAD /history/export.csv', 400, 0],
    ['POST /contacts/import', 200, 1],
  ] as const;
  it.each(asked.flatMap(([line, status, requests]) => framings.map(([header, body]) => ({ line, header, body, status, requests }))))(
    '$line with a body, $header',
    async ({ line, header, body, status, requests }) => {
      const [answer] = await raw(`${line} HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nConnection: close\r\n${header}\r\n\r\n${body}`);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(reached).toEqual(Array<string>(requests).fill(inner));
    },
  );

  it.each([
    '/media/../health/detail',
    '/media/%2e%2e/health/ready',
    '/media/..%2fhealth',
    '/media/..;/health',
    '/media//x',
    '/history/export.csv/',
  ])('%s asks nothing of the service', async (path) => {
    const [answer] = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nConnection: close\r\n\r\n`);
    expect([answer, reached]).toEqual(['HTTP/1.1 404 Not Found', []]);
  });
});

describe('what a client does wrong is 4xx', () => {
  const two = 'query A { me { id } } query B { me { id } }';
  const agent = 'query($id: ID!) { agent(id: $id) { id } }';
  it.each<[string, object, string]>([
    ['several operations and no name', { query: two }, 'BAD_USER_INPUT'],
    ['an unknown operation', { query: two, operationName: 'C' }, 'BAD_USER_INPUT'],
    ['an empty operation name', { query: KNOWN, operationName: '' }, 'BAD_USER_INPUT'],
    ['an operation name that is a number', { query: KNOWN, operationName: 1 }, 'BAD_USER_INPUT'],
    ['NUL in a variable', { query: agent, variables: { id: 'a\0' } }, 'BAD_USER_INPUT'],
    ['half of a surrogate pair in a variable', { query: agent, variables: { id: 'a\ud800' } }, 'BAD_USER_INPUT'],
    [
      'half of a surrogate pair in a key of a variable',
      { query: agent, variables: { id: 'alice', other: { '\udc00': 1 } } },
      'BAD_USER_INPUT',
    ],
    ['half of a surrogate pair in a literal', { query: '{ agent(id: "\\udc00") { id } }' }, 'GRAPHQL_PARSE_FAILED'],
    ['NUL in a literal', { query: '{ agent(id: "\\u0000") { id } }' }, 'BAD_USER_INPUT'],
    ['a subscription', { query: 'subscription { presence { __typename } }' }, 'BAD_USER_INPUT'],
    ['deep JSON', { query: KNOWN, variables: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) as object }, 'BAD_USER_INPUT'],
    ['a deep document', { query: `{ me ${'{ teams { members '.repeat(20)} { id } ${'} }'.repeat(20)} }` }, 'BAD_USER_INPUT'],
    ['a query that is no text', { query: { a: 1 } }, 'BAD_USER_INPUT'],
    ['variables that are a list', { query: KNOWN, variables: [1] }, 'BAD_USER_INPUT'],
    ['variables that are a text', { query: KNOWN, variables: '{}' }, 'BAD_USER_INPUT'],
    ['a list of operations', [{ query: KNOWN }], 'BAD_USER_INPUT'],
    ['a variable that is missing', { query: agent }, 'BAD_USER_INPUT'],
    ['broken syntax', { query: '{ me {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s', async (_, body, code) => {
    expect(await post(body)).toMatchObject({ status: 400, code });
    expect(reached).toEqual([]);
  });

  it('six characters that look like NUL are text', async () => {
    expect((await post({ query: agent, variables: { id: '\\u0000' } })).data).toEqual({ agent: { id: 'alice' } });
    expect((await post({ query: '{ agent(id: "\\\\u0000") { id } }' })).data).toEqual({ agent: { id: 'alice' } });
  });

  it('documents that are wrong are answered 200 to those who know application/json alone', async () => {
    expect(await post({ query: '{' }, { accept: 'application/json' })).toMatchObject({ status: 200, code: 'GRAPHQL_PARSE_FAILED' });
    expect((await post({ query: two }, { accept: 'application/json' })).status).toBe(400);
  });

  it('no message names a variable that the client did not write', async () => {
    for (const literal of ['12', 'true', '[1]', '{ a: 1 }']) {
      const { code, message } = await post({ query: `mutation { createContact(name: "A", number: ${literal}) { __typename } }` });
      expect([code, message]).toEqual([expect.stringMatching(/BAD_USER_INPUT|VALIDATION/), expect.not.stringContaining('cordboard_')]);
    }
    const { message } = await post({ query: agent.replace('$id: ID!', '$id: ID!'), variables: { id: {} } });
    expect(message).toContain('"$id"');
    expect(reached).toEqual([]);
  });

  it.each([
    ['variables', 'null', 200],
    ['variables', '{}', 200],
    ['variables', '[]', 400],
    ['variables', '"x"', 400],
    ['extensions', 'null', 200],
    ['extensions', '{}', 200],
    ['extensions', '[]', 400],
    ['extensions', '"x"', 400],
    ['extensions', '1', 400],
  ])('%s of %s are answered %i, by GET as by POST', async (name, value, status) => {
    const asked = [get({ query: KNOWN, [name]: value }), post({ query: KNOWN, [name]: JSON.parse(value) as unknown })];
    expect((await Promise.all(asked)).map((answer) => answer.status)).toEqual([status, status]);
  });

  it('a GET with deep variables is 400, one with an empty operationName is as without', async () => {
    const deep = `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`;
    expect(await get({ query: KNOWN, variables: deep })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect((await get({ query: KNOWN, operationName: '' })).data).toEqual({ me: { id: 'alice' } });
    expect((await get({ query: 'mutation { setStatus(status: BUSY) { __typename } }' })).status).toBe(405);
  });
});

describe('automatic persisted queries', () => {
  const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex');
  const extensions = (sha256Hash: string, version = 1) => ({ persistedQuery: { version, sha256Hash } });
  const elsewhere = async () => ({ authorization: `Bearer ${await key.token({ sub: 'alice', account: 'elsewhere' } as { sub: string })}` });

  it('are asked by their hash once their query was sent, by the same account alone', async () => {
    const named = extensions(hashOf(KNOWN));
    expect(await post({ extensions: named })).toMatchObject({ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect((await post({ query: KNOWN, extensions: named })).data).toEqual({ me: { id: 'alice' } });
    expect((await post({ extensions: named })).data).toEqual({ me: { id: 'alice' } });
    expect((await get({ extensions: JSON.stringify(named) })).data).toEqual({ me: { id: 'alice' } });
    expect((await post({ extensions: named }, await elsewhere())).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('are refused with a wrong hash, and in another version', async () => {
    const wrong = hashOf('{ teams { id } }');
    expect(await post({ query: KNOWN, extensions: extensions(wrong) })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect((await post({ extensions: extensions(wrong) })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post({ query: KNOWN, extensions: extensions(hashOf(KNOWN), 2) })).code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  it('only trusted documents, without any, is a setting that keeps it from starting', async () => {
    await expect(start({ TRUSTED_DOCUMENTS_ONLY: true })).rejects.toThrow('TRUSTED_DOCUMENTS_ONLY needs a manifest');
  });

  it('an unknown documentId has a code of its own', async () => {
    expect(await post({ documentId: 'sha256:nobody' })).toMatchObject({ status: 400, code: 'DOCUMENT_NOT_FOUND' });
  });
});

/** What comes back for these bytes: the first line, and the headers in lower case. */
async function raw(bytes: string): Promise<readonly string[]> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.on('error', () => undefined).write(bytes);
  const [head = ''] = (await text(socket)).split('\r\n\r\n');
  const [line = '', ...headers] = head.split('\r\n');
  return [line, ...headers.map((header) => header.toLowerCase())];
}

describe('paths, methods and headers', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a request without a host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two different lengths', 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['headers of 32 KiB', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(32_768)}\r\n\r\n`, 431],
    ['an expectation', 'GET / HTTP/1.1\r\nhost: a\r\nexpect: everything\r\nconnection: close\r\n\r\n', 417],
    ['CONNECT to a path', 'CONNECT /graphql HTTP/1.1\r\nhost: a\r\n\r\n', 501],
    ['CONNECT to a host', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', 501],
    ['an upgrade whose target is no URL', 'GET // HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', 404],
    ['a query whose host is no host', 'GET http://[/graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 404],
    ['an upgrade elsewhere', 'GET /elsewhere HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', 404],
    [
      'an offer of HTTP/2',
      'GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close, upgrade, http2-settings\r\nupgrade: h2c\r\n\r\n',
      200,
    ],
    ['an upgrade without a key', 'GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', 400],
  ])('%s is answered with the headers of every answer', async (_, bytes, status) => {
    const [line, ...headers] = await raw(bytes);
    expect(line).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(headers).toEqual(expect.arrayContaining(['x-content-type-options: nosniff', 'referrer-policy: no-referrer']));
  });

  it('a connection that is reset while its upgrade or its tunnel is refused ends nothing else', async () => {
    for (let n = 0; n < 30; n += 1) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').on('error', () => undefined);
      await new Promise<void>((sent) => {
        const line = ['GET /elsewhere', 'GET /graphql', 'CONNECT a:443'][n % 3];
        socket.write(`${line} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`, () => sent());
      });
      socket.resetAndDestroy();
    }
    expect(await post({ query: KNOWN })).toMatchObject({ status: 200 });
  });

  it.each([
    ['GET', '/graphql/anything', 404],
    ['POST', '/graphql/', 404],
    ['POST', '/GraphQL', 404],
    ['PUT', '/graphql', 405],
    ['DELETE', '/graphql', 405],
    ['HEAD', '/', 200],
    ['HEAD', '/health/live', 200],
    ['HEAD', `/graphql?query=${encodeURIComponent(KNOWN)}`, 200],
    ['GET', '/contacts/import', 404],
    ['GET', '/media/%', 400],
  ])('%s %s is %i, with the headers of every answer', async (method, path, status) => {
    const { status: answered, headers } = await fetch(`${gateway.url}${path}`, { method, headers: { authorization: token } });
    expect([answered, ...['x-content-type-options', 'referrer-policy', 'x-powered-by'].map((name) => headers.get(name))]).toEqual([
      status,
      'nosniff',
      'no-referrer',
      null,
    ]);
    if (status === 405) expect(headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
  });

  it('a GET is answered with an Authorization header alone, and not without it', async () => {
    expect((await get({ query: KNOWN })).data).toEqual({ me: { id: 'alice' } });
    expect((await send(undefined, {}, { method: 'GET', path: `/graphql?query=${encodeURIComponent(KNOWN)}` })).status).toBe(400);
  });

  it.each([
    ['text/html', 302, '/'],
    ['text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 302, '/'],
    ['application/json', 400, null],
  ])('a browser that opens /graphql is sent to the explorer, and in production told what it is: accept %s', async (accept, status, to) => {
    const open = async (url: string) => {
      const response = await fetch(`${url}/graphql`, { headers: { accept }, redirect: 'manual' });
      return { status: response.status, location: response.headers.get('location'), text: await response.text() };
    };
    const [here, there] = [await open(gateway.url), await open(production.url)];
    expect([here.status, here.location]).toEqual([status, to]);
    expect(there.status).toBe(400);
    expect(here.text + there.text).not.toMatch(/<html|apollographql\.com/i);
  });

  it('in production there is no page, and pages of this machine are nobody', async () => {
    for (const path of ['/', '/explorer/graphiql.js']) expect((await fetch(`${production.url}${path}`)).status).toBe(404);
    const origin = { origin: 'http://localhost:5173' };
    const allowed = (url: string) => fetch(`${url}/graphql`, { method: 'OPTIONS', headers: origin });
    expect((await allowed(production.url)).headers.get('access-control-allow-origin')).toBe(null);
    expect((await allowed(gateway.url)).headers.get('access-control-allow-origin')).toBe(origin.origin);
    const socket = new WebSocket(`${production.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers: origin });
    let refused = '';
    socket.once('error', ({ message }) => (refused = message));
    expect(await eventually(() => refused)).toContain('403');
  });
});
