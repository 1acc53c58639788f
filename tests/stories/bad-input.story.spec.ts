import { createClient } from 'graphql-ws';
import { generateKeyPair, SignJWT } from 'jose';
import WebSocket from 'ws';
import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

const CALL = 'query($id: ID!) { call(id: $id) { id } }';
const START =
  'mutation($input: StartTransferInput!) { startTransfer(input: $input) { __typename ... on Transfer { id status offers { id } } ... on Refused { code message remedy } } }';

describe('bad input gets a clear answer and changes nothing', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, dan: AgentApp, sam: AgentApp;
  let callerLeg: string, callId: string;

  beforeAll(async () => {
    world = await World.begin();
    [alice, bob, carol, dan, sam] = (await Promise.all(['alice', 'bob', 'carol', 'dan', 'sam'].map((id) => world.agent(id)))) as [
      AgentApp,
      AgentApp,
      AgentApp,
      AgentApp,
      AgentApp,
    ];
    for (const app of [alice, bob, carol, dan]) await app.open();
    callerLeg = await world.call(CALLER, MAIN);
    callId = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer.id;
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  /** The call is still alice's and the caller still hears her. */
  const unchanged = async (): Promise<void> => {
    await world.together(callerLeg, 'alice');
    const { call } = await alice.get<{ call: object }>('query($id: ID!) { call(id: $id) { state agent { id } transfers { id } } }', {
      id: callId,
    });
    expect(call).toEqual({ state: 'IN_PROGRESS', agent: { id: 'alice' }, transfers: [] });
  };
  const codeOf = async (app: AgentApp, query: string, variables: object): Promise<string | undefined> =>
    (await app.ask(query, variables)).errors?.[0]?.extensions.code;
  const start = (app: AgentApp, input: object) =>
    app.ask<{ startTransfer: { __typename: string; id: string; code: string; message: string; remedy: string | null } }>(START, { input });

  it.each([
    ['a call', CALL, 'k0000000000000000000-c1'],
    ['a call whose id is no id', CALL, '; DROP TABLE call'],
    ['a transfer', 'query($id: ID!) { transfer(id: $id) { id } }', 'k0000000000000000000-t1'],
    ['an offer', 'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename } }', 'k0000000000000000000-o1'],
    ['an agent', 'query($id: ID!) { agent(id: $id) { id } }', 'nobody'],
    ['a team', 'query($id: ID!) { team(id: $id) { id } }', 'nobodies'],
    ['a Number', 'query($id: ID!) { number(id: $id) { id } }', 'nowhere'],
  ])('an unknown id: %s', async (_, query, id) => {
    expect(await codeOf(alice, query, { id })).toBe('NOT_FOUND');
  });

  it("someone else's call is like one that does not exist; who sees all sees it", async () => {
    expect(await codeOf(carol, CALL, { id: callId })).toBe('NOT_FOUND');
    expect(await codeOf(carol, START, { input: { callId, mode: 'COLD', target: { agentId: 'bob' } } })).toBe('NOT_FOUND');
    expect(await codeOf(carol, 'mutation($id: ID!) { hangUp(callId: $id) { __typename } }', { id: callId })).toBe('NOT_FOUND');
    expect(await sam.get(CALL, { id: callId })).toEqual({ call: { id: callId } });
    expect(await codeOf(sam, START, { input: { callId, mode: 'COLD', target: { agentId: 'bob' } } })).toBe('FORBIDDEN');
    await unchanged();
  });

  it("another account's token finds nothing here", async () => {
    const stranger = await world.agent('ada', { claims: { account: 'elsewhere' } });
    expect(await codeOf(stranger, CALL, { id: callId })).toBe('NOT_FOUND');
    expect(await codeOf(stranger, 'query($id: ID!) { agent(id: $id) { id } }', { id: 'alice' })).toBe('NOT_FOUND');
    expect(
      (await stranger.get<{ callHistory: { edges: unknown[] } }>('{ callHistory { edges { node { id } } } }')).callHistory.edges,
    ).toEqual([]);
  });

  it("others' status is changed by supervisors, not by colleagues", async () => {
    const set = 'mutation { setStatus(agentId: "dan", status: BUSY) { __typename } }';
    expect(await codeOf(alice, set, {})).toBe('FORBIDDEN');
    expect(await codeOf(sam, 'mutation { setStatus(agentId: "nobody", status: BUSY) { __typename } }', {})).toBe('NOT_FOUND');
  });

  it.each([
    ['a malformed number', { phoneNumber: '0611111111' }],
    ['no target', {}],
    ['two targets', { agentId: 'bob', teamId: 'support' }],
  ])('%s is BAD_USER_INPUT', async (_, target) => {
    expect(await codeOf(alice, START, { input: { callId, mode: 'COLD', target } })).toBe('BAD_USER_INPUT');
    await unchanged();
  });

  it('an unknown target, and oneself', async () => {
    expect(await codeOf(alice, START, { input: { callId, mode: 'COLD', target: { agentId: 'nobody' } } })).toBe('NOT_FOUND');
    expect((await start(alice, { callId, mode: 'COLD', target: { agentId: 'alice' } })).data.startTransfer).toMatchObject({
      __typename: 'Refused',
      code: 'INVALID_DESTINATION',
    });
    await unchanged();
  });

  it('a target that is not available is refused with a remedy', async () => {
    await carol.setStatus('BUSY');
    expect((await start(alice, { callId, mode: 'COLD', target: { agentId: 'carol' } })).data.startTransfer).toMatchObject({
      __typename: 'Refused',
      code: 'TARGET_UNAVAILABLE',
      message: 'Carol is busy.',
      remedy: expect.stringContaining('available'),
    });
    const { transferTargets } = await alice.get<{
      transferTargets: {
        edges: { node: { available: boolean; unavailableBecause: { code: string } | null; agent: { id: string } | null } }[];
      };
    }>(
      'query($id: ID!) { transferTargets(callId: $id, search: "CÁROL", includeUnavailable: true) { edges { node { available unavailableBecause { code message remedy } agent { id } } } } }',
      { id: callId },
    );
    expect(transferTargets.edges.map(({ node }) => node)).toMatchObject([
      { available: false, unavailableBecause: { code: 'BUSY' }, agent: { id: 'carol' } },
    ]);
    await carol.setStatus('AVAILABLE');
    await unchanged();
  });

  it.each(['expired', 'forged', 'unsigned', 'empty'])('a token that is %s is UNAUTHENTICATED, on HTTP and on a socket', async (kind) => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const claims = { account: 'demo', role: 'ADMIN' };
    const tokens: Record<string, () => Promise<string>> = {
      expired: async () => (await world.agent('alice', { expires: -60 })).token,
      forged: () => new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).setSubject('ada').setExpirationTime('1h').sign(privateKey),
      unsigned: async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ ...claims, sub: 'ada', exp: 4_102_444_800 })).toString('base64url')}.`,
      empty: async () => '',
    };
    const token = (await tokens[kind]?.()) ?? '';
    const response = await fetch(world.stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    // the subgraphs check it again: no service takes a header's word
    const subgraph = await fetch(`${world.stack.services.routing.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-agent': 'ada' },
      body: JSON.stringify({ query: '{ myCalls { id } }' }),
    });
    expect(await subgraph.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await closedWith(token)).toBe(4403);
  });

  it('a socket is closed with 4403 when its token expires, and lives on when a ping brought a newer one', async () => {
    const short = await world.agent('dan', { expires: 2 });
    expect(await closedWith(short.token)).toBe(4403);

    const [old, fresh] = [await world.agent('dan', { expires: 7 }), await world.agent('dan')];
    const client = createClient({
      url: world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      keepAlive: 500,
      connectionParams: { authorization: `Bearer ${old.token}` },
      onNonLazyError: () => undefined,
    });
    const socket = await new Promise<WebSocket>((resolve) => client.on('connected', (s) => resolve(s as WebSocket)));
    let closed = 0;
    client.on('closed', (event) => (closed = (event as { code: number }).code));
    socket.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${fresh.token}` } }));
    const born = Date.now();
    await eventually(() => Date.now() - born > 8_000 || closed !== 0);
    expect(closed).toBe(0);
    await client.dispose();
  }, 20_000);

  it('one bad operation does not close the socket for the others', async () => {
    const client = createClient({
      url: world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${alice.token}` },
    });
    const failed: unknown[] = [];
    const snapshots: unknown[] = [];
    const run = (query: string) =>
      client.subscribe(
        { query },
        { next: (data) => snapshots.push(data), error: (error) => failed.push(error), complete: () => undefined },
      );
    run('subscription { presence { __typename } }');
    run('subscription { presence { nonsense } }');
    run('subscription {{{');
    await eventually(() => failed.length === 2 && snapshots.length === 1);
    await client.dispose();
  });

  it('a document of 770 bytes that comes to two million fields is refused over a socket, and others are answered meanwhile', async () => {
    const fragments = Array.from({ length: 21 }, (_, i) => `fragment F${i} on Agent{${i === 20 ? 'id' : `...F${i + 1}...F${i + 1}`}}`);
    const client = createClient({
      url: world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${carol.token}` },
    });
    const failed: unknown[] = [];
    const query = `{me{...F0}}${fragments.join('')}`;
    expect(query.length).toBeLessThan(800);
    for (let i = 0; i < 10; i += 1)
      client.subscribe({ query }, { next: () => undefined, error: (error) => failed.push(error), complete: () => undefined });
    expect(await bob.get('{ me { id } }')).toEqual({ me: { id: 'bob' } });
    await eventually(() => failed.length === 10);
    expect(failed[0]).toEqual([{ message: expect.stringContaining('2000 selections'), extensions: { code: 'BAD_USER_INPUT' } }]);
    await client.dispose();
  });

  it('a message repeats 500 characters of what a client wrote at most, over HTTP and over a socket', async () => {
    const [query, variables] = ['query($first: Int) { agents(first: $first) { edges { cursor } } }', { first: 'x'.repeat(20_000) }];
    const client = createClient({
      url: world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${carol.token}` },
    });
    const answers: { readonly errors?: readonly { readonly message: string }[] }[] = [await alice.ask(query, variables)];
    client.subscribe(
      { query, variables },
      { next: (answer) => answers.push(answer as (typeof answers)[number]), error: () => undefined, complete: () => undefined },
    );
    await eventually(() => answers.length === 2);
    for (const { errors } of answers) expect(errors?.[0]?.message).toMatch(/^Variable "\$first" got an invalid value.{0,470}$/);
    await client.dispose();
  });

  it('an operation that goes too deep or round in circles is refused before anything is asked', async () => {
    const circles = `{ me { ${'teams { members { '.repeat(3)} id ${'} } '.repeat(3)} } }`;
    expect(await codeOf(alice, circles, {})).toBe('BAD_USER_INPUT');
    expect(await codeOf(alice, 'subscription { offers { __typename } }', {})).toBe('BAD_USER_INPUT');
    expect(await codeOf(alice, 'query($id: ID!) { agent(id: $id) { id } }', { id: '\u0000' })).toBe('BAD_USER_INPUT');
  });

  it('a subscription that cannot be told is refused for itself alone, in words of ours', async () => {
    const client = createClient({
      url: world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${alice.token}` },
    });
    const failed: string[] = [];
    const told: unknown[] = [];
    const run = (query: string, variables = {}) =>
      client.subscribe(
        { query, variables },
        { next: (data) => told.push(data), error: (error) => failed.push(JSON.stringify(error)), complete: () => undefined },
      );
    run('subscription { calls @skip(if: true) { cursor } }');
    run('subscription { presence(teamIds: ["\\u0000"]) { __typename } }');
    run('subscription { presence(teamIds: ["a b"]) { __typename } }');
    await eventually(() => failed.length === 2 && told.length === 1);
    expect(told[0]).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(failed.join()).not.toMatch(/cordboard\.ask|undefined is not|pattern/);
    run(
      'subscription($after: String) { calls(after: $after) { ...C } } fragment C on CallChanged { call { id agent { name currentCalls { id } } } }',
      { after: null },
    );
    expect(await eventually(() => told[1])).toEqual({
      data: { calls: { call: { id: callId, agent: { name: 'Alice', currentCalls: [{ id: callId }] } } } },
    });
    await client.dispose();
  });

  it('a duplicate command is done once, another one under the same key is refused', async () => {
    const input = { callId, mode: 'COLD', target: { agentId: 'bob' }, idempotencyKey: 'key-1' };
    const [one, two] = await Promise.all([start(alice, input), start(alice, input)]);
    const three = await start(alice, input);
    expect(one.data.startTransfer).toMatchObject({ __typename: 'Transfer' });
    expect([two.data.startTransfer.id, three.data.startTransfer.id]).toEqual([one.data.startTransfer.id, one.data.startTransfer.id]);
    expect((await start(alice, { ...input, target: { agentId: 'dan' } })).data.startTransfer).toMatchObject({
      __typename: 'Refused',
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const { transfer } = await alice.get<{ transfer: { offers: unknown[] } }>(
      'query($id: ID!) { transfer(id: $id) { offers { agent { id } } } }',
      { id: one.data.startTransfer.id },
    );
    expect(transfer.offers).toEqual([{ agent: { id: 'bob' } }]);
  });

  it('a second transfer, a second answer, somebody else’s answer, and an answer after the end', async () => {
    expect((await start(alice, { callId, mode: 'COLD', target: { agentId: 'dan' } })).data.startTransfer).toMatchObject({
      code: 'TRANSFER_IN_PROGRESS',
    });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(await codeOf(carol, 'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename } }', { id: offer.id })).toBe('NOT_FOUND');
    expect(await codeOf(sam, 'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename } }', { id: offer.id })).toBe('FORBIDDEN');
    const [first, second] = await Promise.all([bob.accept(offer.id), bob.accept(offer.id)]);
    expect(second.acceptOffer.id).toBe(first.acceptOffer.id);
    expect((await bob.reject(offer.id)).rejectOffer).toMatchObject({ __typename: 'Refused', code: 'ALREADY_ENDED' });
    await world.together(callerLeg, 'bob');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    expect(
      (await start(bob, { callId: first.acceptOffer.id, mode: 'COLD', target: { agentId: 'alice' } })).data.startTransfer,
    ).toMatchObject({ __typename: 'Refused', code: 'ALREADY_ENDED' });
  });

  it('a number that is none of ours is turned away, and the simulator says what it does not understand', async () => {
    await world.call(CALLER, '+33199999999');
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    await expect(world.simulator('POST', '/calls', { from: 'me' })).rejects.toThrow(/400/);
    await expect(world.simulator('POST', '/legs/none/answer')).rejects.toThrow(/404/);
  });

  const closedWith = (token: string): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(world.stack.wsUrl, 'graphql-transport-ws');
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
      socket.on('close', resolve);
    });
});
