import { eventually } from '@cordboard/testing';
import { World, type AgentApp, type Standing } from './people.ts';

const OUTSIDE = '+33145678901';

describe('the story of the work after a call', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, sam: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob } = await world.people('alice', 'bob'));
    [sam, ada] = [await world.agent('sam'), await world.agent('ada')];
    await world.simulator('POST', '/script', { address: OUTSIDE, onRing: 'answer' });
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(async () => {
    await policy('wrapUpSeconds: 30, tags: [], tagRequired: false, busyAfterColdSeconds: 0');
    for (const app of [alice, bob]) await app.setStatus('AVAILABLE');
    await world.allQuiet(alice, bob);
  }, 30_000);

  const policy = (what: string) => ada.get(`mutation { updatePolicy(${what}) { __typename ... on Refused { code message } } }`);
  const end = async (app: AgentApp, callId: string) =>
    (
      await app.get<{ endWrapUp: { __typename: string; code: string; remedy: string } }>(
        'mutation($id: ID!) { endWrapUp(callId: $id) { __typename ... on Refused { code remedy } } }',
        { id: callId },
      )
    ).endWrapUp;
  const call = async (app: AgentApp, id: string) =>
    (
      await app.get<{ call: { state: string; tags: string[]; tagDue: boolean } }>(
        'query($id: ID!) { call(id: $id) { state tags tagDue } }',
        { id },
      )
    ).call;

  /** The call's row in the history, as it is shown at once. */
  const recorded = async (id: string) =>
    (
      await sam.get<{ callHistory: { edges: { node: { id: string; tags: string[]; wrapUpSeconds: number } }[] } }>(
        '{ callHistory(first: 10) { edges { node { id tags wrapUpSeconds } } } }',
      )
    ).callHistory.edges
      .map(({ node }) => node)
      .find((row) => row.id === id);

  /** Alice takes a call and transfers it; somebody takes the transfer, and it is completed. */
  async function handsOn(mode: 'COLD' | 'WARM', target: object, takes: () => Promise<unknown>): Promise<string> {
    const { callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode, target });
    expect(startTransfer.__typename).toBe('Transfer');
    await takes();
    if (mode === 'WARM') {
      await eventually(
        async () =>
          (await alice.get<{ transfer: { status: string } }>('query($id: ID!) { transfer(id: $id) { status } }', startTransfer)).transfer,
        ({ status }) => status === 'CONSULTING',
      );
      await alice.settle('completeTransfer($id)', startTransfer.id);
    }
    await eventually(
      async () =>
        (await alice.get<{ transfer: { status: string } }>('query($id: ID!) { transfer(id: $id) { status } }', startTransfer)).transfer,
      ({ status }) => status === 'COMPLETED',
    );
    return callId;
  }
  const bobTakes = (kind: string) => async () => bob.accept((await bob.rung(kind)).id);
  const nobody = async () => undefined;

  it('S31 warm: alice has wrap-up, and is told why', async () => {
    const callId = await handsOn('WARM', { agentId: 'bob' }, bobTakes('WARM_TRANSFER'));
    expect(await alice.standing()).toMatchObject({
      availability: 'WRAP_UP',
      wrapUp: { callId, reason: 'WARM_TRANSFER', message: expect.stringContaining('warm transfer'), tagDue: false },
    });
  }, 60_000);

  it('S31 it can be made longer, and runs out by itself, never sooner than it says', async () => {
    await policy('wrapUpSeconds: 4');
    const callId = await handsOn('WARM', { agentId: 'bob' }, async () => bob.accept((await bob.rung('WARM_TRANSFER')).id));
    const { wrapUp } = await eventually(
      () => alice.standing(),
      ({ availability }) => availability === 'WRAP_UP',
    );
    const { extendWrapUp } = await alice.get<{ extendWrapUp: { presence: Standing } }>(
      'mutation($id: ID!) { extendWrapUp(callId: $id, seconds: 3) { ... on Agent { presence { availability wrapUp { callId until } } } } }',
      { id: callId },
    );
    expect(extendWrapUp.presence).toMatchObject({ availability: 'WRAP_UP', wrapUp: { callId } });
    const until = Date.parse(extendWrapUp.presence.wrapUp?.until ?? '');
    expect(until - Date.parse(wrapUp?.until ?? '')).toBe(3_000);
    await eventually(
      () => alice.standing(),
      ({ availability }) => availability !== 'WRAP_UP',
      20_000,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    const again = 'mutation($id: ID!) { extendWrapUp(callId: $id, seconds: 3) { ... on Refused { code } } }';
    expect(await alice.get(again, { id: callId })).toEqual({ extendWrapUp: { code: 'ALREADY_ENDED' } });
  }, 60_000);

  it('S32 cold to bob: none', async () => {
    await handsOn('COLD', { agentId: 'bob' }, bobTakes('COLD_TRANSFER'));
    expect(await alice.standing()).toMatchObject({ availability: 'AVAILABLE', wrapUp: null });
  }, 60_000);

  it('S33 cold to bob’s Number: wrap-up, no tag due', async () => {
    const callId = await handsOn('COLD', { numberId: 'bob' }, bobTakes('COLD_TRANSFER'));
    expect((await alice.standing()).wrapUp).toMatchObject({ callId, reason: 'COLD_TRANSFER_TO_NUMBER', tagDue: false });
    expect((await end(alice, callId)).__typename).toBe('Agent');
  }, 60_000);

  it('S34 cold to an outside number: a tag is due, and nothing else ends the wrap-up', async () => {
    await policy('wrapUpSeconds: 1');
    const callId = await handsOn('COLD', { phoneNumber: OUTSIDE }, nobody);
    const { wrapUp } = await eventually(
      () => alice.standing(),
      ({ availability }) => availability === 'WRAP_UP',
    );
    expect(wrapUp).toMatchObject({ callId, reason: 'COLD_TRANSFER_OUTSIDE', tagDue: true });
    expect(await call(alice, callId)).toEqual({ state: 'ENDED', tags: [], tagDue: true });
    expect(await end(alice, callId)).toMatchObject({
      __typename: 'Refused',
      code: 'TAG_REQUIRED',
      remedy: expect.stringContaining('tagCall'),
    });
    await eventually(() => Date.now() > Date.parse(wrapUp?.until ?? '') + 1_000, Boolean);
    expect(await alice.standing()).toMatchObject({ availability: 'WRAP_UP', wrapUp: { tagDue: true } });
    expect(await alice.tag(callId, ['  plumber ', 'Plumber', 'call  back'])).toMatchObject({
      tags: ['plumber', 'call back'],
      tagDue: false,
    });
    expect(await recorded(callId)).toMatchObject({ tags: ['plumber', 'call back'], wrapUpSeconds: expect.any(Number) });
    expect(await alice.standing()).toMatchObject({ availability: 'AVAILABLE', wrapUp: null });
    expect(await call(sam, callId)).toEqual({ state: 'ENDED', tags: ['plumber', 'call back'], tagDue: false });
    expect(await alice.tag(callId, [])).toMatchObject({ code: 'TAG_REQUIRED' });
  }, 60_000);

  it('tags are chosen from the account’s list; a live call can be tagged, and by a supervisor', async () => {
    await policy('tags: ["Sale", "Not now"], tagRequired: true');
    const { callId, callerLeg } = await world.talking(alice);
    expect(await alice.tag(callId, ['nonsense'])).toMatchObject({ code: 'INVALID_TAG', remedy: 'Choose among Sale, Not now.' });
    expect(await sam.tag(callId, ['sale'])).toMatchObject({ tags: ['Sale'], tagDue: false });
    expect(
      (await bob.ask('mutation($id: ID!) { tagCall(callId: $id, tags: ["Sale"]) { __typename } }', { id: callId })).errors,
    ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => alice.standing(),
      ({ wrapUp }) => wrapUp?.callId === callId,
    );
    expect((await alice.standing()).wrapUp).toMatchObject({ reason: 'CALL_ENDED', tagDue: false });
    expect((await end(alice, callId)).__typename).toBe('Agent');
  }, 60_000);

  it('S35 cold to bob, and time for notes: busy for a while, then what she was', async () => {
    await policy('busyAfterColdSeconds: 4');
    await handsOn('COLD', { agentId: 'bob' }, bobTakes('COLD_TRANSFER'));
    const busy = await alice.standing();
    expect(busy).toMatchObject({ availability: 'BUSY', status: 'BUSY', reason: 'after transfer', wrapUp: null });
    expect(busy.statusUntil).toEqual(expect.any(String));
    await eventually(
      () => alice.standing(),
      ({ availability }) => availability === 'AVAILABLE',
    );
    expect(await alice.standing()).toMatchObject({ status: 'AVAILABLE', reason: null, statusUntil: null });
  }, 60_000);

  it('S35 or she chooses herself, and it stays; sam can choose for her', async () => {
    await policy('busyAfterColdSeconds: 60');
    await handsOn('COLD', { agentId: 'bob' }, bobTakes('COLD_TRANSFER'));
    expect(await alice.standing()).toMatchObject({ status: 'BUSY', statusUntil: expect.any(String) });
    await alice.setStatus('UNAVAILABLE');
    expect(await alice.standing()).toMatchObject({ status: 'UNAVAILABLE', statusUntil: null });
    await sam.get('mutation { setStatus(status: AVAILABLE, agentId: "alice") { __typename } }');
    expect(await alice.standing()).toMatchObject({ availability: 'AVAILABLE' });
  }, 60_000);
});
