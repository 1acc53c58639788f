import { eventually } from '@cordboard/testing';
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { passage } from './passage.ts';

const servers: Server[] = [];
const listening = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A door through which one passes to a service that answers like this. */
async function doorTo(service: RequestListener): Promise<string> {
  const pass = passage({
    base: `${await listening(service)}/graphql`,
    under: '/here/',
    headers: ['authorization', 'range', 'content-type'],
  });
  return listening((asked, answer) => pass(Object.assign(asked, { originalUrl: asked.url ?? '' }), answer));
}

it('passes on what was named, and gives back status, headers and body', async () => {
  const door = await doorTo((asked, answer) => {
    answer.writeHead(206, { 'content-range': 'bytes 2-5/9', 'content-type': 'audio/wav', 'accept-ranges': 'bytes' });
    answer.end(JSON.stringify([asked.method, asked.url, asked.headers.range, asked.headers.authorization, asked.headers['x-secret']]));
  });
  const response = await fetch(`${door}/here/a%20b.wav?signature=x`, {
    headers: { range: 'bytes=2-5', authorization: 'Bearer t', 'x-secret': '1' },
  });
  expect([response.status, response.headers.get('content-range'), response.headers.get('content-type')]).toEqual([
    206,
    'bytes 2-5/9',
    'audio/wav',
  ]);
  expect(await response.json()).toEqual(['GET', '/here/a%20b.wav?signature=x', 'bytes=2-5', 'Bearer t', null]);
});

it('a HEAD has headers and no body', async () => {
  const door = await doorTo((_, answer) => answer.writeHead(200, { 'content-length': '1234' }).end());
  const response = await fetch(`${door}/here/a`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '1234', '']);
});

it('answers line by line while the body is still being sent', async () => {
  const door = await doorTo((asked, answer) => {
    answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    asked.on('data', (chunk: Buffer) => answer.write(`seen ${String(chunk)}\n`));
    asked.on('end', () => answer.end('done\n'));
  });
  const sent = request(`${door}/here/import`, { method: 'POST' });
  const response = new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
  sent.write('one');
  const lines: string[] = [];
  (await response).on('data', (chunk: Buffer) => lines.push(String(chunk)));
  await eventually(() => lines.join('') === 'seen one\n');
  sent.end('two');
  await eventually(() => lines.join('') === 'seen one\nseen two\ndone\n');
});

it.each(['while they send', 'while they read'])('whoever leaves %s ends the service’s work', async (when) => {
  let asked: IncomingMessage | undefined;
  let ended = false;
  const door = await doorTo((request_, answer) => {
    asked = request_;
    answer.on('close', () => (ended = true));
    if (when === 'while they read') answer.writeHead(200).write('a beginning');
  });
  const sent = request(`${door}/here/import`, { method: 'POST' });
  sent.on('error', () => undefined);
  sent.write('a beginning');
  if (when === 'while they read') await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
  await eventually(() => asked !== undefined);
  sent.destroy();
  await eventually(() => ended);
});

it('who reads slowly slows the service down: nothing is heaped up', async () => {
  let written = 0;
  const block = Buffer.alloc(1024 * 1024);
  const door = await doorTo((_, answer) => {
    const go = (): void => {
      while (written < 200 && answer.write(block)) written += 1;
    };
    answer.on('drain', () => {
      written += 1;
      go();
    });
    go();
  });
  const sent = request(`${door}/here/a`).end();
  const response = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
  response.pause();
  let before = -1;
  await eventually(
    async () => {
      const same = written === before;
      before = written;
      await new Promise((resolve) => setImmediate(resolve));
      return same;
    },
    (same) => same,
  );
  expect(written).toBeLessThan(100);
  sent.destroy();
});

it('an answer that comes before all was sent arrives, and the connection can be used again', async () => {
  const door = await doorTo((_, answer) => answer.writeHead(401).end('no'));
  const response = await fetch(`${door}/here/import`, { method: 'POST', body: 'x'.repeat(4_000_000) });
  expect([response.status, await response.text()]).toEqual([401, 'no']);
  expect((await fetch(`${door}/here/import`, { method: 'POST', body: 'x' })).status).toBe(401);
});

it('a service that breaks off breaks the answer off: half a file is not taken for a whole one', async () => {
  const door = await doorTo((_, answer: ServerResponse) => {
    answer.writeHead(200, { 'content-length': '100' });
    answer.write('half', () => answer.destroy());
  });
  const response = await fetch(`${door}/here/a`);
  await expect(response.text()).rejects.toThrow();
});

it('a service that is away is UPSTREAM_UNAVAILABLE', async () => {
  const gone = await listening(() => undefined);
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  const pass = passage({ base: gone, under: '/here/', headers: [] });
  const door = await listening((asked, answer) => pass(Object.assign(asked, { originalUrl: asked.url ?? '' }), answer));
  const response = await fetch(`${door}/here/a`);
  expect([response.status, await response.json()]).toMatchObject([502, { code: 'UPSTREAM_UNAVAILABLE' }]);
});

/** What a raw request is answered: the status of each answer, and everything that came. */
async function sentRaw(door: string, ...parts: string[]): Promise<{ statuses: number[]; all: string }> {
  const { hostname, port } = new URL(door);
  const socket = connect(Number(port), hostname);
  for (const part of parts) await new Promise((resolve) => socket.write(part, resolve));
  const all = await text(socket);
  return { statuses: [...all.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)), all };
}

describe('a body is never read as a request', () => {
  const inner = 'POST /graphql HTTP/1.1\r\nHost: y\r\nAuthorization: Bearer z\r\nContent-Length: 2\r\n\r\n{}';
  const chunked = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
  /** A door, and every request that the service behind it reads, with its body. */
  const watched = async (): Promise<{ door: string; seen: string[] }> => {
    const seen: string[] = [];
    const door = await doorTo((asked, answer) => {
      void text(asked).then((body) => {
        seen.push(`${asked.method} ${asked.url} ${body}`);
        answer.end('inside');
      });
    });
    return { door, seen };
  };
  const head = (method: string, ...headers: string[]): string =>
    [`${method} /here/x HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');

  it.each([
    ['GET', `Content-Length: ${inner.length}`, inner],
    ['HEAD', `Content-Length: ${inner.length}`, inner],
    ['GET', 'Transfer-Encoding: chunked', chunked],
    ['HEAD', 'Transfer-Encoding: chunked', chunked],
  ])('a %s with %s is refused, and nothing is asked of the service', async (method, header, body) => {
    const { door, seen } = await watched();
    expect([(await sentRaw(door, head(method, header), body)).statuses, seen]).toEqual([[400], []]);
    await sentRaw(door, head('GET'));
    expect(seen).toEqual(['GET /here/x ']);
  });

  it.each(
    ['POST', 'PUT', 'DELETE', 'OPTIONS'].flatMap((method) => [
      [method, `Content-Length: ${inner.length}`, inner],
      [method, 'Transfer-Encoding: chunked', chunked],
    ]),
  )('a %s with %s is one request of the service', async (method, header, body) => {
    const { door, seen } = await watched();
    expect((await sentRaw(door, head(method, header), body)).statuses).toEqual([200]);
    expect(seen).toEqual([`${method} /here/x ${inner}`]);
  });

  it('a POST without a body has none behind', async () => {
    const { door, seen } = await watched();
    expect((await sentRaw(door, head('POST'))).statuses).toEqual([200]);
    expect(seen).toEqual(['POST /here/x ']);
  });
});

it('headers about one connection stay on it, in both directions', async () => {
  const pass = passage({
    base: await listening((asked, answer) => {
      answer.writeHead(200, { connection: 'close, x-hop', 'x-hop': '1', 'keep-alive': 'timeout=9', 'x-kept': '1' });
      answer.end(Object.keys(asked.headers).sort().join());
    }),
    under: '/here/',
    headers: ['accept', 'range', 'te', 'upgrade', 'proxy-authorization', 'connection'],
  });
  const door = await listening((asked, answer) => pass(Object.assign(asked, { originalUrl: asked.url ?? '' }), answer));
  const headers = 'Accept: a\r\nRange: b\r\nTE: trailers\r\nProxy-Authorization: c\r\nConnection: close, Range';
  const { all } = await sentRaw(door, `GET /here/x HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
  expect(all).toMatch(/accept,connection,host/);
  expect([/x-kept/i.test(all), /x-hop: 1/i.test(all), /timeout=9/.test(all)]).toEqual([true, false, false]);
});

it.each([
  ...['/here/../graphql', '/here/%2e%2e/graphql', '/here/%2E./graphql', '/here/.%2e/graphql', '/here/./x', '/here/%2e', '/here/a/..'],
  ...[
    '/here/..;/graphql',
    '/here/..%3b/graphql',
    '/here/..\\graphql',
    '/here/..%5cgraphql',
    '/here/..%2fgraphql',
    '/here/%2e%2e%2fgraphql',
  ],
  ...[
    '/here/%252e%252e/graphql',
    '/here//graphql',
    '/here/a//b',
    '/here/',
    '/here/a/',
    '/here/%00',
    '/here/%09../x',
    '/here/%zz',
    '/here/%ff',
  ],
  ...['/here/...', '/here', '/HERE/x', '//here/x', '/elsewhere', 'http://elsewhere/graphql', 'http://elsewhere/here/../graphql'],
  ...['/here/a%3fb', '/here/a%23b', '/here/..#', '/here/..?x'],
])('nothing else of the service can be reached: %s', async (path) => {
  let asked = 0;
  const door = await doorTo((_, answer) => {
    asked += 1;
    answer.end('inside');
  });
  const { statuses, all } = await sentRaw(door, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect([statuses, asked]).toEqual([[404], 0]);
  expect(all).toContain('NOT_FOUND');
});

it('a single path has nothing below', async () => {
  const pass = passage({ base: await listening((_, answer) => answer.end('inside')), under: '/one.csv', headers: [] });
  const door = await listening((asked, answer) => pass(Object.assign(asked, { originalUrl: asked.url ?? '' }), answer));
  const statuses = await Promise.all(['/one.csv?a=b', '/one.csv/', '/one.csvx'].map(async (path) => (await fetch(door + path)).status));
  expect(statuses).toEqual([200, 404, 404]);
});
