import { eventually } from '@cordboard/testing';
import { handshake, RunningSockets } from './sockets.running.ts';

let running: RunningSockets;
beforeEach(async () => (running = await RunningSockets.start({ drainMs: 0 })));
afterEach(() => running.stop());

const asking = (line: string, ...headers: readonly string[]): string => [line, 'Host: x', ...headers, '\r\n'].join('\r\n');
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
const closing = asking('GET /last HTTP/1.1', 'Connection: close');
const answersIn = (heard: string): readonly string[] => [...heard.matchAll(/(?:GET|POST) \/.*?;/g)].map(([answer]) => answer);

describe('an offer of a protocol that is not spoken here is ignored', () => {
  it.each([
    ['HTTP/2', asking('GET /a?b=1 HTTP/1.1', ...H2C), 'GET /a?b=1 ;'],
    ['something', asking('GET /a HTTP/1.1', 'Connection: upgrade', 'Upgrade: something/1'), 'GET /a ;'],
    ['HTTP/2, with a body', `${asking('POST /a HTTP/1.1', ...H2C, 'Content-Length: 5')}hello`, 'POST /a hello;'],
    [
      'HTTP/2, with a body in chunks',
      `${asking('POST /a HTTP/1.1', ...H2C, 'Transfer-Encoding: chunked')}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`,
      'POST /a hello;',
    ],
  ])('%s', async (_, bytes, answer) => {
    expect(answersIn(await running.raw(bytes + closing))).toEqual([answer, 'GET /last ;']);
  });

  it('and so is that of a WebSocket over HTTP/1.0', async () => {
    expect(answersIn(await running.raw(handshake().replace('HTTP/1.1', 'HTTP/1.0')))).toEqual(['GET /graphql ;']);
  });

  it('whose body comes later', async () => {
    const head = asking('POST /a HTTP/1.1', ...H2C, 'Expect: 100-continue', 'Content-Length: 5');
    const heard = await running.raw(head, Buffer.from(`hello${closing}`));
    expect([heard.slice(0, 21), answersIn(heard)]).toEqual(['HTTP/1.1 100 Continue', ['POST /a hello;', 'GET /last ;']]);
  });

  it('however often one connection makes it', async () => {
    const listening: number[] = [];
    running.http.on('request', ({ socket }) =>
      listening.push(socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0)),
    );
    const socket = running.connection();
    for (let n = 1; n <= 20; n += 1) {
      socket.write(asking(`GET /${n} HTTP/1.1`, ...H2C));
      await eventually(() => answersIn(socket.heard()).length === n);
    }
    expect(new Set(listening.slice(1)).size).toBe(1);
    socket.destroy();
  });
});

describe('an upgrade on a connection that waits for an answer', () => {
  it.each([
    ['to a WebSocket', handshake('Sec-WebSocket-Protocol: graphql-transport-ws')],
    ['elsewhere', handshake().replace('/graphql', '/elsewhere')],
    ['to another protocol', asking('GET /a HTTP/1.1', ...H2C)],
    ['to a tunnel', asking('CONNECT x:1 HTTP/1.1')],
    ['that is no request', 'garbage\r\n\r\n'],
  ])('%s, is not taken: the connection ends after its answers', async (_, bytes) => {
    const heard = running.raw(asking('POST /late HTTP/1.1', 'Content-Length: 0') + asking('GET /late HTTP/1.1') + bytes);
    await eventually(() => running.late.length === 2);
    const [first, second] = running.late;
    second?.end('GET /second;');
    first?.write('x'.repeat(3_000_000));
    await new Promise((resolve) => (first?.writableNeedDrain ? first.once('drain', resolve) : setImmediate(resolve)));
    first?.end('POST /first;');
    const all = await heard;
    expect([answersIn(all), all.match(/HTTP\/1\.1 \d+/g)]).toEqual([
      ['POST /first;', 'GET /second;'],
      ['HTTP/1.1 200', 'HTTP/1.1 200'],
    ]);
  });

  it('is forgotten where its client leaves', async () => {
    const socket = running.connection();
    socket.write(asking('GET /late HTTP/1.1') + handshake());
    await eventually(() => running.late.length === 1);
    socket.destroy();
    await eventually(() => running.late[0]?.destroyed);
  });
});
