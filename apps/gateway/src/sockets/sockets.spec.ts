import { eventually } from '@cordboard/testing';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { handshake, RunningSockets, type RawClient } from './sockets.running.ts';

let running: RunningSockets;
const start = async (settings: Parameters<typeof RunningSockets.start>[0] = {}): Promise<RunningSockets> =>
  (running = await RunningSockets.start({ drainMs: 0, ...settings }));
afterEach(() => running.stop());

const json = (data: unknown): Buffer => Buffer.from(JSON.stringify({ data }));
const subscribe = (id: string, query = 's') => ({ id, type: 'subscribe', payload: { query } });

describe('a message that is none closes the socket with the code of the protocol', () => {
  it.each<[string, object | null, (object | string)[], string]>([
    ['no JSON', {}, ['{'], '4400 Invalid message received'],
    ['no object', {}, ['[]'], '4400 Invalid message received'],
    ['no known type', {}, [{ type: 'start' }], '4400 Invalid message received'],
    ['a subscribe without an id', {}, [{ type: 'subscribe', payload: { query: 's' } }], '4400 Invalid message received'],
    ['a subscribe with an empty id', {}, [subscribe('')], '4400 Invalid message received'],
    ['a subscribe without a query', {}, [{ id: '1', type: 'subscribe', payload: {} }], '4400 Invalid message received'],
    [
      'variables that are a list',
      {},
      [{ id: '1', type: 'subscribe', payload: { query: 's', variables: [] } }],
      '4400 Invalid message received',
    ],
    ['a ping of something', {}, [{ type: 'ping', payload: 'x' }], '4400 Invalid message received'],
    ['a subscribe before the init', null, [subscribe('1')], '4401 Unauthorized'],
    ['a second init', {}, [{ type: 'connection_init' }], '4429 Too many initialisation requests'],
    ['an id that is in use', {}, [subscribe('1'), subscribe('1')], '4409 Subscriber for 1 already exists'],
    ['an init without a token', null, [{ type: 'connection_init' }], '4403 token missing'],
    ['an init with an empty token', null, [{ type: 'connection_init', payload: { authorization: 'Bearer ' } }], '4403 token missing'],
    ['an init with a token that is none', null, [{ type: 'connection_init', payload: { authorization: 'x' } }], '4403 token not valid'],
  ])('%s', async (_, init, messages, code) => {
    await start();
    const client = await running.client(init === null ? { init: null } : {});
    for (const message of messages) client.say(message);
    expect(await client.closesWith()).toBe(code);
  });

  it('no init in time', async () => {
    await start({ initMs: 20 });
    expect(await (await running.client({ init: null })).closesWith()).toBe('4408 Connection initialisation timeout');
  });

  it('another sub-protocol', async () => {
    await start();
    await expect(running.client({ protocol: 'graphql-ws', init: null })).rejects.toThrow();
  });

  it('an agent whom nobody knows', async () => {
    await start();
    running.tokens.set('ghost', { agentId: 'nobody', lastsMs: 60_000 });
    expect((await running.client({ init: { authorization: 'ghost' } })).closed).toBe('4403 unknown agent');
  });

  it('more than it may weigh', async () => {
    await start();
    const client = await running.client();
    client.say(subscribe('1', 'x'.repeat(70_000)));
    expect(await client.closesWith()).toMatch(/^1009/);
  });
});

describe('operations', () => {
  it('are told their results in order, and end for themselves', async () => {
    await start();
    const client = await running.client();
    client.say(subscribe('a'));
    client.say(subscribe('b'));
    await eventually(() => running.begun.length === 2);
    const [a, b] = running.begun;
    a?.sink.next(json(1));
    b?.sink.next(json(2));
    a?.sink.next(json(3));
    a?.sink.complete();
    a?.sink.next(json(4));
    client.say({ id: 'b', type: 'complete' });
    await eventually(() => b?.ended);
    b?.sink.next(json(5));
    client.say({ type: 'ping', payload: { n: 1 } });
    await client.hears('pong');
    expect(client.heard.slice(1)).toEqual([
      { id: 'a', type: 'next', payload: { data: 1 } },
      { id: 'b', type: 'next', payload: { data: 2 } },
      { id: 'a', type: 'next', payload: { data: 3 } },
      { id: 'a', type: 'complete' },
      { type: 'pong', payload: { n: 1 } },
    ]);
  });

  it('that are bad end alone: others on the socket go on, and the official client with them', async () => {
    await start();
    const client = createClient({
      url: running.url,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: 'alice' },
    });
    const seen: unknown[] = [];
    const run = (query: string) =>
      client.subscribe(
        { query },
        { next: ({ data }) => seen.push(data), error: (error) => seen.push(error), complete: () => seen.push('complete') },
      );
    run('good');
    run('throws');
    await eventually(() => running.begun.length === 2 && seen.length === 1);
    running.begun[0]?.sink.next(json('still here'));
    await eventually(() => seen.length === 2);
    expect(seen).toEqual([[{ message: 'No such field.', extensions: { code: 'BAD_USER_INPUT' } }], 'still here']);
    await client.dispose();
  });

  it('are 32 at most: one more is refused, and the others go on', async () => {
    await start();
    const client = await running.client();
    for (let i = 0; i < 33; i += 1) client.say(subscribe(`o${i}`));
    const [error] = await client.hears('error');
    expect([error, running.begun.length, client.closed]).toMatchObject([
      { id: 'o32', payload: [{ extensions: { code: 'RATE_LIMITED' } }] },
      32,
      undefined,
    ]);
  });

  it('count until their work has ended, though the client has ended them', async () => {
    await start();
    let finish = (): void => undefined;
    running.worked = new Promise((resolve) => (finish = resolve));
    const client = await running.client();
    for (let i = 0; i < 32; i += 1) client.say(subscribe(`o${i}`));
    for (let i = 0; i < 32; i += 1) client.say({ id: `o${i}`, type: 'complete' });
    client.say(subscribe('o0'));
    const [error] = await client.hears('error');
    expect([error, running.begun.every(({ ended }) => ended)]).toMatchObject([
      { id: 'o0', payload: [{ extensions: { code: 'RATE_LIMITED' } }] },
      true,
    ]);
    finish();
    await running.worked;
    for (let i = 0; i < 33; i += 1) client.say(subscribe(`o${i}`)); // each counts once, and is counted off once
    const errors = await client.hears('error', 2);
    expect([errors.map(({ id }) => id), running.begun.length, client.closed]).toEqual([['o0', 'o32'], 64, undefined]);
  });

  it('end with their socket', async () => {
    await start();
    const client = await running.client();
    client.say(subscribe('1'));
    await eventually(() => running.begun.length === 1);
    client.socket.close(1000);
    await eventually(() => running.begun[0]?.ended);
  });

  it('that show the same share the bytes, whatever their size', async () => {
    await start();
    const clients = await Promise.all([running.client(), running.client()]);
    for (const client of clients) client.say(subscribe('1'));
    await eventually(() => running.begun.length === 2);
    for (const size of [1, 120, 126, 65_535, 70_000]) {
      const shared = json('x'.repeat(size));
      for (const { sink } of running.begun) sink.next(shared);
    }
    for (const client of clients)
      expect((await client.hears('next', 5)).map(({ payload }) => (payload as { data: string }).data.length)).toEqual([
        1, 120, 126, 65_535, 70_000,
      ]);
  });
});

describe('a client that is behind', () => {
  const MEGABYTE = 'x'.repeat(1_000_000);

  it('is closed and told to come back, while one beside it is told everything', async () => {
    await start();
    const healthy = await running.client();
    healthy.say(subscribe('1'));
    await eventually(() => running.begun.length === 1);
    const deaf = await running.deaf();
    const [good, bad] = running.begun;
    for (let n = 0; n < 20; n += 1) {
      const shared = json([n, MEGABYTE]);
      for (const one of [good, bad]) one?.sink.next(shared);
      await healthy.hears('next', n + 1);
    }
    await eventually(() => running.devices.includes('?deaf') || running.sockets.size === 1 || bad?.ended);
    deaf.resume();
    await eventually(() => running.devices.includes('?deaf'));
    expect((await healthy.hears('next', 20)).map(({ payload }) => (payload as { data: [number] }).data[0])).toEqual([...Array(20).keys()]);
    deaf.destroy();
  });

  it('is not one that reads, however large a result is, and what comes after it is told, too', async () => {
    await start();
    const client = await running.client();
    client.say(subscribe('1'));
    await eventually(() => running.begun.length === 1);
    const [{ sink } = { sink: null }] = running.begun;
    for (let n = 0; n < 3; n += 1) {
      sink?.next(json(['small', n]));
      sink?.next(json(['large', MEGABYTE.repeat(5)]));
      sink?.next(json(['small', n]));
      await client.hears('next', 3 * (n + 1));
    }
    expect(client.closed).toBeUndefined();
  });

  it('is closed though a large result alone was let through', async () => {
    await start();
    const deaf = await running.deaf();
    const [one] = running.begun;
    one?.sink.next(json(MEGABYTE.repeat(8)));
    one?.sink.next(json(MEGABYTE.repeat(2)));
    let end = '';
    deaf.on('data', (data) => (end = (end + data.toString('latin1')).slice(-100))).resume();
    await eventually(() => end.includes('too far behind'));
    deaf.destroy();
  });

  it('is not made to wait for a result that is larger than any: its operation ends, and others go on', async () => {
    await start({ mostResult: 1_000 });
    const client = await running.client();
    for (const id of ['1', '2']) client.say(subscribe(id));
    await eventually(() => running.begun.length === 2);
    const [large, other] = running.begun;
    large?.sink.next(json('x'.repeat(1_000)));
    large?.sink.next(json('more'));
    other?.sink.next(json('other'));
    expect(await client.hears('next')).toMatchObject([{ id: '2' }]);
    expect(await client.hears('error')).toMatchObject([{ id: '1', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
    expect([large?.ended, other?.ended]).toEqual([true, false]);
  });

  it('is told the latest of each kind, in order, once it reads again', async () => {
    await start();
    const client = await running.client();
    client.say(subscribe('1'));
    await eventually(() => running.begun.length === 1);
    const [{ sink } = { sink: null }] = running.begun;
    client.socket.pause();
    const large = 'x'.repeat(200_000);
    for (let n = 0; n < 120; n += 1) {
      sink?.next(json([n, `agent ${n % 2}`, large]), `agent ${n % 2}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.resume();
    const told = await eventually(
      () => client.heard.filter(({ type }) => type === 'next').map(({ payload }) => (payload as { data: [number] }).data[0]),
      (seen) => seen.includes(119),
    );
    expect(told.length).toBeLessThan(120);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect([told.at(-2), told.at(-1)]).toEqual([118, 119]);
    expect(client.closed).toBeUndefined();
  });
});

describe('who they are, and for how long', () => {
  it('a socket ends with its token', async () => {
    await start();
    running.tokens.set('short', { lastsMs: 60 });
    const client = await running.client({ init: { authorization: 'short', deviceId: 'd1' } });
    expect(await client.closesWith()).toBe('4403 token expired');
    expect(running.devices).toEqual(['+d1', '-d1']);
  });

  it('a ping with a newer token lets it live on', async () => {
    await start();
    running.tokens.set('short', { lastsMs: 100 });
    const client = await running.client({ init: { authorization: 'short', deviceId: 'd1' } });
    client.say(subscribe('1'));
    client.say({ type: 'ping', payload: { authorization: 'alice' } });
    const [pong] = await client.hears('pong');
    expect(pong?.payload).toEqual({ authorization: 'renewed', expiresAt: expect.any(String) });
    const until = performance.now() + 200;
    await eventually(() => performance.now() > until);
    expect([client.closed, running.begun[0]?.ended]).toEqual([undefined, false]);
    expect(running.begun[0]?.sender.identity.expiresAt).toBeGreaterThan(Date.now() + 50_000);
  });

  it.each([
    ['of another agent', { agentId: 'bob' }, '4403 token of another agent'],
    ['of another account', { account: 'other' }, '4403 token of another agent'],
    ['with another role', { role: 'ADMIN' as const }, '4403 role changed'],
  ])('a newer token %s ends it', async (_, other, code) => {
    await start();
    running.tokens.set('other', { ...other, lastsMs: 60_000 });
    const client = await running.client();
    client.say({ type: 'ping', payload: { authorization: 'other' } });
    expect(await client.closesWith()).toBe(code);
    expect(running.devices).toEqual(['+d1', '-d1']);
  });

  it('whoever is sent away is gone at once, though their client never answers', async () => {
    await start();
    const deaf = await running.deaf();
    running.sockets.forbid(({ agentId }) => agentId === 'alice', 'token revoked');
    expect([running.devices, running.begun[0]?.ended]).toEqual([['+deaf', '-deaf'], true]);
    deaf.destroy();
    await eventually(() => running.sockets.size === 0);
    expect(running.devices).toEqual(['+deaf', '-deaf']);
  });

  it.each([
    ['of another agent', { agentId: 'bob' }, '4403 token of another agent'],
    ['with another role', { role: 'ADMIN' as const }, '4403 role changed'],
  ])('a newer token %s that comes before the socket is acknowledged ends it, and both agents may open sockets', async (_, other, code) => {
    await start({ mostOfAgent: 1 });
    running.tokens.set('other', { ...other, lastsMs: 60_000 });
    for (let n = 0; n < 3; n += 1) {
      const client = await running.client({ init: null });
      client.say({ type: 'connection_init', payload: { authorization: 'alice', deviceId: 'd1' } });
      client.say({ type: 'ping', payload: { authorization: 'other' } });
      expect(await client.closesWith()).toBe(code);
    }
    await running.client();
    running.sockets.forbid(({ agentId }) => agentId === 'alice', 'token revoked');
    await eventually(() => running.sockets.size === 0);
  });

  it('those who are meant are ended at once, and no others', async () => {
    await start();
    running.tokens.set('bob', { agentId: 'bob', lastsMs: 60_000 });
    const [alice, bob] = [await running.client(), await running.client({ init: { authorization: 'bob' } })];
    running.sockets.forbid(({ agentId }) => agentId === 'bob', 'token revoked');
    expect(await bob.closesWith()).toBe('4403 token revoked');
    expect(alice.closed).toBeUndefined();
  });

  it('an agent has so many sockets at most', async () => {
    await start({ mostOfAgent: 2 });
    const [one, , third] = [await running.client(), await running.client(), await running.client()];
    expect(third.closed).toBe('1013 too many sockets of this agent');
    one.socket.close(1000);
    await eventually(() => running.sockets.size === 1);
    expect((await running.client()).closed).toBeUndefined();
  });
});

describe('the door', () => {
  const opens = (headers: Record<string, string>): Promise<string> =>
    running.client({ init: null, headers }).then(
      () => 'open',
      (error: Error) => error.message,
    );

  it.each([
    ['no origin, as programs have none', null, undefined, 'open'],
    ['the own host', null, 'http://127.0.0.1:{port}', 'open'],
    ['this machine, for development', null, 'http://localhost:3000', 'open'],
    ['somebody else’s', null, 'https://evil.example', 'Unexpected server response: 403'],
    ['none that can be named', null, 'null', 'Unexpected server response: 403'],
    ['one that is allowed', ['https://app.example'], 'https://app.example', 'open'],
    ['one that only ends like it', ['https://app.example'], 'https://evil-app.example', 'Unexpected server response: 403'],
    ['one that only begins like it', ['https://app.example'], 'https://app.example.evil', 'Unexpected server response: 403'],
    ['the own host, where others are allowed', ['https://app.example'], 'http://127.0.0.1:{port}', 'Unexpected server response: 403'],
  ])('knows pages of %s', async (_, origins, origin, answer) => {
    await start({ origins });
    expect(await opens(origin === undefined ? {} : { origin: origin.replace('{port}', String(running.port)) })).toBe(answer);
  });

  it('takes so many handshakes a second', async () => {
    await start({ handshakes: 3 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => opens({})));
    expect(answers.filter((answer) => answer === 'open').length).toBeLessThan(6);
    expect(answers).toContain('Unexpected server response: 503');
  });

  it('is nowhere else', async () => {
    await start();
    const socket = new WebSocket(running.url.replace('/graphql', '/other'), 'graphql-transport-ws');
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toBe('Unexpected server response: 404');
  });
});

describe('sockets that are lost', () => {
  it('without an answer to a ping are ended', async () => {
    await start({ pingMs: 100, pongMs: 50 });
    const deaf = await running.deaf();
    const client = await running.client();
    await eventually(() => running.devices.includes('?deaf'));
    expect(client.closed).toBeUndefined();
    deaf.destroy();
  });

  it.each([
    [1000, '-d1'],
    [1001, '-d1'],
    [1011, '?d1'],
  ])('or closed with %s are told apart', async (code, told) => {
    await start();
    const client = await running.client();
    if (code === 1011) client.socket.terminate();
    else client.socket.close(code);
    await eventually(() => running.devices.length === 2);
    expect(running.devices[1]).toBe(told);
  });
});

it('a gateway that goes away sends its clients elsewhere, not all at once, and none of them has gone', async () => {
  await start({ drainMs: 200 });
  const clients: RawClient[] = await Promise.all(Array.from({ length: 8 }, () => running.client()));
  const closed = running.sockets.close();
  await expect(running.client()).rejects.toThrow('503');
  await closed;
  expect(clients.map((client) => client.closed)).toEqual(Array(8).fill('1012 service restart'));
  const waits = clients.map(
    (client) => (client.heard.find(({ type }) => type === 'ping')?.payload as { reconnectAfterMs: number }).reconnectAfterMs,
  );
  expect(new Set(waits).size).toBeGreaterThan(2);
  expect(running.devices.filter((told) => told.startsWith('-'))).toEqual([]);
});

it('a gateway that goes away answers what it was asked, and not what lasts', async () => {
  await start({ answerMs: 60_000 });
  const [waiting, listening] = [await running.client(), await running.client()];
  waiting.say({ id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } });
  listening.say({ id: '1', type: 'subscribe', payload: { query: 'subscription { calls { cursor } }' } });
  await eventually(() => running.begun.length === 2);
  const [query, subscription] = ['{ me', 'subscription'].map((start) => running.begun.find((one) => one.query.startsWith(start)));
  subscription?.sink.subscribed?.();
  const closed = running.sockets.close();
  await eventually(() => listening.closed !== undefined);
  expect([listening.closed, waiting.closed]).toEqual(['1012 service restart', undefined]);
  query?.sink.next(Buffer.from('{"data":{"me":{"id":"alice"}}}'));
  query?.sink.complete();
  await closed;
  expect(waiting.heard.map(({ type }) => type).slice(-2)).toEqual(['next', 'complete']);
  expect(waiting.closed).toBe('1012 service restart');
});

it('whatever a client sends, the gateway lives', async () => {
  await start();
  const healthy = await running.client();
  let state = 42;
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    'type',
    'subscribe',
    'connection_init',
    'id',
    'payload',
    'null',
    '1',
    'query',
    '\\',
    '\u0000',
    'é',
  ];
  for (let round = 0; round < 60; round += 1) {
    const client = await running.client(round % 2 === 0 ? {} : { init: null });
    for (let n = 0; n < 10; n += 1) {
      const text = Array.from({ length: Math.floor(random() * 20) }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      if (client.socket.readyState === WebSocket.OPEN) client.socket.send(random() < 0.2 ? Buffer.from(text) : text);
    }
    client.socket.terminate();
  }
  healthy.say({ type: 'ping' });
  await healthy.hears('pong');
});

describe('a frame that breaks the protocol ends its connection, and nothing else', () => {
  const PROTOCOL = 'Sec-WebSocket-Protocol: graphql-transport-ws';
  const unmasked = Buffer.from([0x81, 0x01, 0x61]);
  const reserved = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);

  it.each<[string, string[], Buffer]>([
    ['unmasked, without a sub-protocol', [], unmasked],
    ['with reserved bits, without a sub-protocol', [], reserved],
    ['unmasked, with a sub-protocol of another', ['Sec-WebSocket-Protocol: graphql-ws'], unmasked],
    ['unmasked, with the sub-protocol', [PROTOCOL], unmasked],
    ['with reserved bits, with the sub-protocol', [PROTOCOL], reserved],
  ])('%s', async (_, headers, frame) => {
    await start();
    expect(await running.raw(handshake(...headers), frame)).toContain('101 Switching Protocols');
    expect(await running.raw(Buffer.concat([Buffer.from(handshake(...headers)), frame]))).toContain('101 Switching Protocols');
    expect((await running.client()).closed).toBeUndefined();
  });
});
