import { eventually } from '@cordboard/testing';
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
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

it('nothing else of the service can be reached', async () => {
  const door = new URL(await doorTo((_, answer) => answer.end('inside')));
  for (const path of ['/here/../graphql', '/here/%2e%2e/graphql', 'http://elsewhere/graphql']) {
    const sent = request({ host: door.hostname, port: door.port, path }).end();
    const response = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
    expect([path, response.statusCode, await text(response)]).toMatchObject([path, 404, expect.stringContaining('NOT_FOUND')]);
  }
});
