import { eventually } from '@cordboard/testing';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Receiver } from '../webhooks.running.ts';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.fixture.ts';
import { post, type Outgoing } from './post.ts';
import { readTarget } from './target.ts';

/** A server inside, which nothing may ever reach. It listens on every address of this machine. */
let internal: Receiver;
let port: number;
beforeAll(async () => {
  internal = await Receiver.listen('::');
  port = internal.port;
  await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' }); // it is there, and counts
  expect(internal.requests).toBe(1);
});
afterAll(() => internal.close());

const IN_PUBLIC: Outgoing = { reach: { loopback: false, http: true }, resolve: () => Promise.reject(new Error('nobody was to be asked')) };
const ON_THIS_MACHINE: Outgoing = { ...IN_PUBLIC, reach: { loopback: true, http: true } };
const send = (o: Outgoing, url: string) => post(o, { url, headers: {}, body: '{}' }, new AbortController().signal);
/** Names lead where `answers` says, one answer a question; the questions are counted. */
function dns(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  return { resolve: () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? []), asked: () => asked };
}

describe('no spelling of an address inside leads there', () => {
  const HOSTS = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0.0.0',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '１２７.０.０.１',
    '%31%32%37.0.0.1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    'localhost',
    'LOCALHOST.',
    'ｌｏｃａｌｈｏｓｔ',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'intranet',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
  ];
  it.each(HOSTS)('%s', async (host) => {
    const url = `http://${host}:${port}/`;
    expect(readTarget(url, IN_PUBLIC.reach)).toMatchObject({ refused: 'FORBIDDEN_ADDRESS' });
    await expect(send(IN_PUBLIC, url)).rejects.toThrow('That host is not one of the public internet.');
    expect(internal.requests).toBe(1);
  });

  it('but for development it does, which shows that the refusals above are of the address', async () => {
    expect(await send(ON_THIS_MACHINE, `http://2130706433:${port}/`)).toMatchObject({ status: 200 });
    expect(internal.requests).toBe(2);
    internal.requests = 1;
  });
});

it.each([
  ['http', 'http://example.com/', false],
  ['another protocol', 'ftp://example.com/', true],
  ['a file', 'file:///etc/passwd', true],
  ['no URL', 'example.com/hooks', true],
  ['a name and password', 'https://me:secret@example.com/', true],
  ['a name', 'https://me@example.com/', true],
  ['port 22', 'https://example.com:22/', true],
  ['port 25, over https', 'https://example.com:25/', true],
  ['port 80, over https', 'https://example.com:80/', true],
  ['a URL of a megabyte', `https://example.com/${'x'.repeat(1_000_000)}`, true],
])('%s is refused', (_, url, http) => expect(readTarget(url, { loopback: false, http })).toMatchObject({ refused: 'INVALID_URL' }));

it.each([
  'https://example.com/',
  'https://example.com:443/a?b=c',
  'https://example.com:8443/',
  'https://bücher.example/x',
  'https://8.8.8.8/',
])('%s is not', (url) => expect(readTarget(url, { loopback: false, http: false })).toMatchObject({ isAddress: url.includes('8.8.8.8') }));

describe('a name', () => {
  it.each([
    ['that leads inside', ['127.0.0.1']],
    ['that leads to metadata', ['169.254.169.254']],
    ['that leads inside by IPv6', ['::1']],
    ['that leads inside by NAT64', ['64:ff9b::7f00:1']],
    ['with one address inside among good ones', ['8.8.8.8', '2606:4700::1111', '127.0.0.1']],
    ['without an address', []],
  ])('%s reaches nothing', async (_, addresses) => {
    const names = dns(addresses);
    await expect(send({ ...IN_PUBLIC, resolve: names.resolve }, `http://hooks.example:${port}/`)).rejects.toThrow(
      'not one of the public internet',
    );
    expect([names.asked(), internal.requests]).toEqual([1, 1]);
  });

  it('is resolved once: what it leads to afterwards (rebinding) is not asked', async () => {
    const own = await Receiver.listen('127.0.0.2');
    const decoy = await Receiver.listen('127.0.0.3', own.port);
    const names = dns(['127.0.0.2'], ['127.0.0.3']);
    const answer = await send({ ...ON_THIS_MACHINE, resolve: names.resolve }, `http://hooks.example:${own.port}/`);
    expect([answer.status, own.requests, decoy.requests, names.asked()]).toEqual([200, 1, 0, 1]);
    expect(own.got[0]?.headers['host']).toBe(`hooks.example:${own.port}`);
    await Promise.all([own.close(), decoy.close()]);
  });

  it('is looked at again before each request', async () => {
    const names = dns(['8.8.8.8'], ['127.0.0.1']);
    expect(await names.resolve()).toEqual(['8.8.8.8']); // when the webhook was made
    await expect(send({ ...IN_PUBLIC, resolve: names.resolve }, `http://hooks.example:${port}/`)).rejects.toThrow(
      'not one of the public internet',
    );
    expect(internal.requests).toBe(1);
  });

  it('stays the one that certificate and Host are of, though the connection goes to the address', async () => {
    const seen: unknown[] = [];
    const server = createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, (request, response) => {
      seen.push(request.headers.host, (request.socket as unknown as { servername: string }).servername);
      response.end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    server.unref();
    const { port: tlsPort } = server.address() as AddressInfo;
    const secure = { ...ON_THIS_MACHINE, resolve: dns(['127.0.0.1']).resolve, ca: CERTIFICATE };
    expect(await send(secure, `https://hooks.example:${tlsPort}/`)).toMatchObject({ status: 200 });
    expect(seen).toEqual([`hooks.example:${tlsPort}`, 'hooks.example']);
    await expect(send(secure, `https://other.example:${tlsPort}/`)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await expect(send({ ...secure, ca: undefined as never }, `https://hooks.example:${tlsPort}/`)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    await new Promise((closed) => server.close(closed));
  });
});

it.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const receiver = await Receiver.listen();
  receiver.reaction = (response) => response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
  expect(await send(ON_THIS_MACHINE, receiver.url)).toMatchObject({ status });
  expect([receiver.requests, internal.requests]).toEqual([1, 1]);
  await receiver.close();
});

it('an answer without an end is left after its head', async () => {
  const receiver = await Receiver.listen();
  let closed = false;
  receiver.reaction = (response) => {
    response.on('close', () => (closed = true));
    const pour = (): void => void (response.destroyed || response.write('x'.repeat(65_536), pour));
    response.writeHead(200);
    pour();
  };
  expect(await send(ON_THIS_MACHINE, receiver.url)).toMatchObject({ status: 200 });
  await eventually(() => closed);
  await receiver.close();
});
