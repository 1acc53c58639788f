import { eventually } from '@cordboard/testing';
import fc from 'fast-check';
import WebSocket from 'ws';
import { authorizationIn } from './messages.ts';
import { RunningSockets } from './sockets.running.ts';

let running: RunningSockets;
beforeAll(async () => (running = await RunningSockets.start({ drainMs: 0, handshakes: 1_000_000, mostOfAgent: 1_000_000 })));
afterAll(() => running.stop());

const nested = (depth: number, open = '{"a":', close = '}'): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const ping = (payload: string): string => `{"type":"ping","payload":${payload}}`;

describe('Before it is acknowledged', () => {
  it.each([
    ['an object 8,000 deep', ping(nested(8_000))],
    ['lists 30,000 deep', ping(`{"a":${nested(30_000, '[', ']')}}`)],
    ['an object 200 deep', ping(nested(200))],
    ['an init 8,000 deep', `{"type":"connection_init","payload":${nested(8_000)}}`],
    ['a pong 8,000 deep', `{"type":"pong","payload":${nested(8_000)}}`],
    ['a ping of 5,000 bytes', ping(`{"a":"${'x'.repeat(5_000)}"}`)],
    ['a ping of 2,500 characters of two bytes', ping(`{"a":"${'é'.repeat(2_500)}"}`)],
    ['an init of 20,000 bytes', `{"type":"connection_init","payload":{"a":"${'x'.repeat(20_000)}"}}`],
  ])('a socket that sends %s is closed with 4400', async (_, message) => {
    const client = await running.client({ init: null });
    client.say(message);
    expect(await client.closesWith()).toBe('4400 Invalid message received');
  });

  it('a ping is answered with its payload, brackets in texts and a key __proto__ included', async () => {
    const client = await running.client({ init: null });
    client.say(ping('{"text":"[[{{\\"[","__proto__":{"polluted":true}}'));
    const [pong] = await client.hears('pong');
    expect(JSON.stringify(pong?.payload)).toBe('{"text":"[[{{\\"[","__proto__":{"polluted":true}}');
    expect('polluted' in {}).toBe(false);
  });

  it('an init may carry a token of 12,000 characters', async () => {
    running.tokens.set(`Bearer ${'x'.repeat(12_000)}`, { lastsMs: 60_000 });
    const client = await running.client({ init: { authorization: `Bearer ${'x'.repeat(12_000)}` } });
    expect(client.heard.map(({ type }) => type)).toEqual(['connection_ack']);
  });
});

it('A message that is nested deeply closes an acknowledged socket with 4400, too', async () => {
  const client = await running.client();
  client.say(ping(nested(8_000)));
  expect(await client.closesWith()).toBe('4400 Invalid message received');
});

it('An id that does not fit into a close frame closes the socket with 4409 all the same', async () => {
  const client = await running.client();
  for (const _ of [1, 2]) client.say({ id: 'é'.repeat(200), type: 'subscribe', payload: { query: 's' } });
  expect(await client.closesWith()).toBe('4409 Subscriber already exists');
});

describe('A token', () => {
  const shows = (authorization: unknown) => ({ authorization, deviceId: 'd' });
  it.each<[string, object]>([
    ['authorization', { authorization: 'Bearer alice' }],
    ['Authorization', { Authorization: 'Bearer alice' }],
    ['headers.authorization', { headers: { authorization: 'Bearer alice' } }],
    ['headers.Authorization', { headers: { Authorization: 'Bearer alice' } }],
    ['headers.Authorization beside an empty authorization', { authorization: null, headers: { Authorization: 'Bearer alice' } }],
  ])('is taken from %s', async (_, init) => {
    running.tokens.set('Bearer alice', { lastsMs: 60_000 });
    expect((await running.client({ init })).heard.map(({ type }) => type)).toEqual(['connection_ack']);
  });

  it.each<[unknown, string]>([
    [undefined, '4403 token missing'],
    [null, '4403 token missing'],
    ['', '4403 token missing'],
    ['Bearer', '4403 token missing'],
    ['Bearer undefined', '4403 token not valid'],
    [5, '4403 token not valid'],
    [{ toString: 'Bearer alice' }, '4403 token not valid'],
  ])('that is %p closes with %s', async (authorization, code) => {
    const client = await running.client({ init: shows(authorization) });
    expect(await client.closesWith()).toBe(code);
  });

  it('is not inherited', () => {
    const payload = JSON.parse('{"__proto__":{"authorization":"Bearer x"},"headers":{"__proto__":{"authorization":"Bearer x"}}}') as Record<
      string,
      unknown
    >;
    expect(authorizationIn(payload)).toBeUndefined();
  });
});

it('A slow check of the token does not count as a late init', async () => {
  const slow = await RunningSockets.start({ drainMs: 0, initMs: 100 });
  let answer = (): void => undefined;
  slow.checked = new Promise((resolve) => (answer = resolve));
  const silent = await slow.client({ init: null });
  const client = await slow.client({ init: null });
  client.say({ type: 'connection_init', payload: { authorization: 'alice' } });
  expect(await silent.closesWith()).toBe('4408 Connection initialisation timeout'); // opened before, and as long
  expect(await (await slow.client({ init: null })).closesWith()).toMatch(/^4408/);
  answer();
  await client.hears('connection_ack');
  await slow.stop();
});

describe('Whatever a client sends', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'authorization', 'headers', '\u0000', '\ud800'),
  );
  const json = fc.oneof(fc.jsonValue(), text, fc.dictionary(text, fc.jsonValue()));
  const message = fc.record(
    {
      type: fc.oneof(fc.constantFrom('connection_init', 'ping', 'pong', 'subscribe', 'complete', '__proto__'), json),
      id: fc.oneof(text, fc.string({ minLength: 100, maxLength: 300 }), json),
      payload: fc.oneof(
        json,
        fc.record(
          {
            query: json,
            operationName: json,
            variables: json,
            extensions: json,
            documentId: json,
            authorization: json,
            headers: json,
            deviceId: json,
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const frame = fc.oneof(
    message.map((one) => JSON.stringify(one)),
    fc.string(),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json(),
  );

  it('ends at most its own socket', async () => {
    const faults: unknown[] = [];
    const noted = (error: unknown): void => void faults.push(error);
    process.on('uncaughtException', noted).on('unhandledRejection', noted);
    const bystander = await running.client();
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), fc.boolean(), async (frames, isKnown) => {
        const client = await running.client({ init: isKnown ? { authorization: 'alice' } : null });
        for (const one of frames) client.socket.send(one);
        client.say({ type: 'ping', payload: { last: true } });
        await eventually(
          () => client.closed !== undefined || client.heard.some(({ payload }) => (payload as { last?: true } | undefined)?.last === true),
        );
        if (client.closed === undefined) client.socket.close();
        else expect(client.closed).toMatch(/^(4400|4401|4403|4409|4429|1002|1007) /);
      }),
      { numRuns: 150 },
    );
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
    expect([faults, ({} as Record<string, unknown>)['polluted']]).toEqual([[], undefined]);
    process.off('uncaughtException', noted).off('unhandledRejection', noted);
  }, 60_000);
});
