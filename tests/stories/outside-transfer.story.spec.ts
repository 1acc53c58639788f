import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from './people.ts';

const OUTSIDE = '+33145678901';

describe('the story of calls with outside numbers and between colleagues', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, sam: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob } = await world.people('alice', 'bob'));
    [sam, ada] = [await world.agent('sam'), await world.agent('ada')];
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice, bob), 30_000);

  const outside = (onRing: string) => world.simulator('POST', '/script', { address: OUTSIDE, onRing });
  const transfer = (id: string) =>
    alice.get<{ transfer: { status: string; endReason: string | null; newCallId: string | null } }>(
      'query($id: ID!) { transfer(id: $id) { status endReason newCallId target { kind label } offers { id } } }',
      { id },
    );
  const completed = async (id: string) =>
    (
      await eventually(
        () => transfer(id),
        ({ transfer: { status } }) => status === 'COMPLETED',
      )
    ).transfer;
  const hears = (callerLeg: string, wanted: Record<string, readonly string[]>) =>
    eventually(
      () => world.hears(callerLeg),
      (heard) => JSON.stringify(Object.entries(heard).sort()) === JSON.stringify(Object.entries(wanted).sort()),
    );
  const availability = async (app: AgentApp) =>
    (await app.get<{ me: { presence: { availability: string } } }>('{ me { presence { availability } } }')).me.presence.availability;

  const hold = async (app: AgentApp, mutation: 'holdCall' | 'resumeCall', id: string, isHeld: boolean): Promise<void> =>
    expect(
      await app.get(`mutation($id: ID!) { call: ${mutation}(callId: $id) { ... on Call { hold } ... on Refused { code } } }`, { id }),
    ).toEqual({ call: { hold: isHeld } });

  it('S2 S33 cold to an outside number: caller and outside party talk, alice has wrap-up', async () => {
    await outside('answer');
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber: OUTSIDE } });
    await hears(callerLeg, { caller: [OUTSIDE], [OUTSIDE]: ['caller'] });
    const done = await completed(startTransfer.id);
    expect(done).toMatchObject({ target: { kind: 'EXTERNAL' }, offers: [] });
    await eventually(
      () => availability(alice),
      (is) => is === 'WRAP_UP',
    );
    const { call } = await sam.get<{ call: object }>('query($id: ID!) { call(id: $id) { state agent { id } line { id } } }', {
      id: done.newCallId,
    });
    expect(call).toEqual({ state: 'IN_PROGRESS', agent: null, line: { id: 'main' } });
  }, 60_000);

  it.each([
    ['busy', 'BUSY'],
    ['reject', 'REJECTED'],
    ['fail', 'TELEPHONY_ERROR'],
  ])(
    'S7 cold to an outside number that is %s: the call comes back, and says why',
    async (onRing, reason) => {
      await outside(onRing);
      const { callerLeg, callId } = await world.talking(alice);
      const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber: OUTSIDE } });
      await alice.accept((await alice.rung('TRANSFER_RETURN')).id);
      await world.together(callerLeg, 'alice');
      expect((await transfer(startTransfer.id)).transfer).toMatchObject({ status: 'RETURNED', endReason: reason });
    },
    60_000,
  );

  it('S2 warm to an outside number: they talk first, then caller and outside party do', async () => {
    await outside('answer');
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { phoneNumber: OUTSIDE } });
    await hears(callerLeg, { caller: ['music'], alice: [OUTSIDE], [OUTSIDE]: ['alice'] });
    expect(await alice.settle('switchParty($id, to: CALLER)', startTransfer.id)).toMatchObject({ talkingTo: 'CALLER' });
    await hears(callerLeg, { caller: ['alice'], alice: ['caller'], [OUTSIDE]: ['music'] });
    expect(await alice.settle('completeTransfer($id)', startTransfer.id)).toMatchObject({ status: 'COMPLETED' });
    await hears(callerLeg, { caller: [OUTSIDE], [OUTSIDE]: ['caller'] });
  }, 60_000);

  it('a cold transfer is taken back by its transferor while it rings', async () => {
    await outside('ignore');
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber: OUTSIDE } });
    await eventually(
      () => world.legs(),
      (legs) => legs.some((leg) => leg.address === OUTSIDE),
    );
    expect(await alice.settle('cancelTransfer($id)', startTransfer.id)).toMatchObject({
      status: 'CANCELLED',
      endReason: 'CANCELLED_BY_TRANSFEROR',
    });
    await hears(callerLeg, { caller: ['alice'], alice: ['caller'] });
  }, 60_000);

  it('D2 is refused where no such number exists, or the account does not dial it', async () => {
    const { callId } = await world.talking(alice);
    const to = async (phoneNumber: string) => (await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber } })).startTransfer;
    expect(await to('+331234567')).toMatchObject({ code: 'INVALID_DESTINATION' });
    await ada.get('mutation { updatePolicy(allowedCountries: ["FR"], blockedNumbers: ["+33145678999"]) { __typename } }');
    expect(await to('+442079460958')).toMatchObject({ code: 'FORBIDDEN_DESTINATION', message: expect.stringContaining('GB') });
    expect(await to('+33145678999')).toMatchObject({ code: 'FORBIDDEN_DESTINATION' });
  }, 60_000);

  interface Begun {
    readonly __typename: string;
    readonly id: string;
    readonly code: string;
    readonly direction: string;
    readonly caller: string | null;
  }
  const begin = async (app: AgentApp, mutation: string): Promise<Begun> =>
    (
      await app.get<{ begun: Begun }>(
        `mutation { begun: ${mutation} { __typename ... on Call { id direction caller state } ... on Refused { code } } }`,
      )
    ).begun;

  it('D22 costly kinds of numbers are dialled and forwarded to where the policy allows them, emergency numbers always', async () => {
    const { callId } = await world.talking(alice);
    const to = async (phoneNumber: string) => (await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber } })).startTransfer;
    const forward = (phoneNumber: string) =>
      ada.get(`mutation { updateAgent(id: "bob", forwarding: "${phoneNumber}") { __typename ... on Refused { code } } }`);
    const targets = async (search: string) =>
      (
        await alice.get<{ transferTargets: { edges: { node: { phoneNumber: string; available: boolean } }[] } }>(
          'query($search: String!, $id: ID!) { transferTargets(callId: $id, search: $search) { edges { node { phoneNumber available } } } }',
          { search, id: callId },
        )
      ).transferTargets.edges.map(({ node }) => node);
    expect(await to('+33899123456')).toMatchObject({ code: 'FORBIDDEN_DESTINATION', message: expect.stringContaining('premium-rate') });
    expect(await to('116117')).toMatchObject({ code: 'FORBIDDEN_DESTINATION', message: expect.stringContaining('short numbers') });
    expect(await to('12')).toMatchObject({ code: 'INVALID_DESTINATION' });
    expect(await forward('+33899123456')).toEqual({ updateAgent: { __typename: 'Refused', code: 'FORBIDDEN_DESTINATION' } });
    expect(await targets('0899123456')).toEqual([]);
    expect(await targets('1-1-2')).toEqual([{ phoneNumber: '112', available: true }]);
    await ada.get('mutation { updatePolicy(allowedTariffs: [PREMIUM_RATE], shortNumbersAllowed: true) { __typename } }');
    expect(await targets('0899123456')).toEqual([{ phoneNumber: '+33899123456', available: true }]);
    expect(await targets('116117')).toEqual([{ phoneNumber: '116117', available: true }]);
    await ada.get('mutation { updateAgent(id: "bob", mayDialOut: false) { __typename } }');
    expect(await begin(bob, 'dial(to: "+33145678901")')).toMatchObject({ code: 'FORBIDDEN_DESTINATION' });
    expect(await begin(bob, 'dial(to: "112")')).toMatchObject({ direction: 'OUTBOUND', caller: '112' });
    await ada.get('mutation { updateAgent(id: "bob", mayDialOut: true) { __typename } }');
    await world.simulator('POST', '/script', { address: '15', onRing: 'answer' });
    const { id } = await to('15');
    expect(await completed(id)).toMatchObject({ target: { kind: 'EXTERNAL', label: '15' } });
  }, 60_000);

  it('D19 a caller is one number however the carrier writes it, or withheld: in offers, calls and the history', async () => {
    const shown = async (from: string, called: string) => {
      const leg = await world.call(from, called);
      const { id, callId } = await alice.rung('DIRECT');
      const { call } = await sam.get<{ call: { caller: string | null; callerText: string | null; line: { id: string } } }>(
        'query($id: ID!) { call(id: $id) { caller callerText line { id } } }',
        { id: callId },
      );
      await alice.reject(id);
      await world.simulator('POST', `/legs/${leg}/hangup`).catch(() => undefined);
      await world.allQuiet(alice, bob);
      return call;
    };
    const caller = { caller: '+33698765432', callerText: null, line: { id: 'main' } };
    for (const from of ['0698765432', '0033698765432', '33698765432', '+330698765432'])
      expect(await shown(from, '0187000001')).toEqual(caller);
    expect(await shown('anonymous', '33187000001')).toEqual({ caller: null, callerText: 'Withheld number', line: { id: 'main' } });
    expect(await shown('', '+33187000001')).toEqual({ caller: null, callerText: 'Withheld number', line: { id: 'main' } });
    const rows = async (filter: string) =>
      (
        await sam.get<{ callHistory: { totalCount: number; edges: { node: { caller: string | null; callerText: string | null } }[] } }>(
          `{ callHistory(filter: { ${filter} }) { totalCount edges { node { caller callerText } } } }`,
        )
      ).callHistory;
    expect(await rows('caller: "06 98 76 54 32"')).toMatchObject({
      totalCount: 4,
      edges: Array(4).fill({ node: { caller: '+33698765432', callerText: null } }),
    });
    expect(await rows('callerWithheld: true')).toMatchObject({
      totalCount: 2,
      edges: Array(2).fill({ node: { caller: null, callerText: 'Withheld number' } }),
    });
    expect((await sam.ask('{ callHistory(filter: { caller: "nobody" }) { totalCount } }')).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  }, 60_000);

  it('D11 alice calls an outside number, and transfers that call to bob', async () => {
    await outside('answer');
    const begun = await begin(alice, `dial(to: "${OUTSIDE}")`);
    expect(begun).toMatchObject({ direction: 'OUTBOUND', caller: OUTSIDE });
    await hears('', { alice: [OUTSIDE], [OUTSIDE]: ['alice'] });
    await eventually(
      async () =>
        (await alice.get<{ call: { state: string } }>('query($id: ID!) { call(id: $id) { state } }', { id: begun.id })).call.state,
      (state) => state === 'IN_PROGRESS',
    );
    await alice.transfer({ callId: begun.id, mode: 'COLD', target: { agentId: 'bob' } });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(offer).toMatchObject({ displayNumber: OUTSIDE });
    await bob.accept(offer.id);
    await hears('', { bob: [OUTSIDE], [OUTSIDE]: ['bob'] });
  }, 60_000);

  it('S4 alice calls bob: they talk, and the call cannot be transferred', async () => {
    const begun = await begin(alice, 'callAgent(agentId: "bob")');
    expect(begun).toMatchObject({ direction: 'INTERNAL', caller: null });
    const offer = await bob.rung('DIRECT');
    expect(offer).toMatchObject({ displayNumber: '101', caller: null });
    await bob.accept(offer.id);
    await hears('', { alice: ['bob'], bob: ['alice'] });
    const { call } = await bob.get<{ call: object }>('query($id: ID!) { call(id: $id) { transferability { allowed because { code } } } }', {
      id: begun.id,
    });
    expect(call).toEqual({ transferability: { allowed: false, because: { code: 'INTERNAL_CALL' } } });
    for (const [app, colleague] of [
      [bob, 'alice'],
      [alice, 'bob'],
    ] as const)
      expect((await app.transfer({ callId: begun.id, mode: 'COLD', target: { agentId: colleague } })).startTransfer.code).toBe(
        'INTERNAL_CALL',
      );
    const { transferTargets } = await alice.get<{ transferTargets: { edges: { node: object }[] } }>(
      'query($id: ID!) { transferTargets(callId: $id, includeUnavailable: true) { edges { node { available unavailableBecause { code } } } } }',
      { id: begun.id },
    );
    expect(new Set(transferTargets.edges.map(({ node }) => JSON.stringify(node)))).toEqual(
      new Set(['{"available":false,"unavailableBecause":{"code":"INTERNAL_CALL"}}']),
    );
    await hold(alice, 'holdCall', begun.id, true);
    await hears('', { alice: [], bob: ['music'] });
    await hold(bob, 'holdCall', begun.id, true);
    await hears('', { alice: ['music'], bob: ['music'] });
    await hold(alice, 'resumeCall', begun.id, true);
    await hold(bob, 'resumeCall', begun.id, false);
    await hears('', { alice: ['bob'], bob: ['alice'] });
    await world.simulator('POST', `/legs/${(await world.legs())[0]?.id}/hangup`);
    await eventually(
      async () => [await availability(alice), await availability(bob)],
      (both) => both.every((is) => is === 'AVAILABLE'), // no wrap-up: no caller (D4)
    );
  }, 60_000);

  it('a caller who is in a call cannot begin another, and who is busy cannot be called', async () => {
    await world.talking(alice);
    expect(await begin(alice, `dial(to: "${OUTSIDE}")`)).toMatchObject({ code: 'NOT_READY' });
    expect(await begin(bob, 'callAgent(agentId: "alice")')).toMatchObject({ code: 'TARGET_UNAVAILABLE' });
    expect(await begin(bob, 'dial(to: "+33187000001")')).toMatchObject({ code: 'INVALID_DESTINATION' });
  }, 60_000);

  it('nothing went wrong in the apps', () => expect(world.problems).toEqual([]));
});
