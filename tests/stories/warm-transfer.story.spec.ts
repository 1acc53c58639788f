import { eventually } from '@cordboard/testing';
import { CALLER, World, type AgentApp } from './people.ts';

describe('the story of a warm transfer', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, sam: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob } = await world.people('alice', 'bob'));
    sam = await world.agent('sam');
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  afterEach(() => world.allQuiet(alice, bob), 30_000);

  const consultation = async (): Promise<{ callerLeg: string; callId: string; transferId: string }> => {
    const { callerLeg, callId } = await world.talking(alice);
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    const offer = await bob.rung('WARM_TRANSFER');
    expect(offer).toMatchObject({ displayNumber: '101', caller: CALLER, transferor: { id: 'alice' } });
    expect((await bob.accept(offer.id)).acceptOffer).toMatchObject({ __typename: 'Call', id: callId });
    await world.untilHears(callerLeg, { caller: ['music'], alice: ['bob'], bob: ['alice'] });
    return { callerLeg, callId, transferId };
  };

  const hangsUp = (app: AgentApp, id: string) =>
    app.get('mutation($id: ID!) { hangUp(callId: $id) { __typename ... on Call { state transfer { mode convertedFrom status } } } }', {
      id,
    });

  it('they talk, alice switches to the caller and back, completes: bob has the caller, and alice wrap-up', async () => {
    const { callerLeg, callId, transferId } = await consultation();
    expect(await alice.settle('switchParty($id, to: CALLER)', transferId)).toMatchObject({ status: 'CONSULTING', talkingTo: 'CALLER' });
    await world.untilHears(callerLeg, { caller: ['alice'], alice: ['caller'], bob: ['music'] });
    expect(await alice.settle('switchParty($id, to: TARGET)', transferId)).toMatchObject({ talkingTo: 'TARGET' });
    await world.untilHears(callerLeg, { caller: ['music'], alice: ['bob'], bob: ['alice'] });

    const done = await alice.settle('completeTransfer($id)', transferId);
    expect(done).toMatchObject({ mode: 'WARM', status: 'COMPLETED', endReason: null, talkingTo: null });
    await world.together(callerLeg, 'bob');
    const { me } = await alice.get<{ me: { presence: { availability: string } } }>('{ me { presence { availability } } }');
    expect(me.presence.availability).toBe('WRAP_UP');
    expect(await alice.settle('cancelTransfer($id)', transferId)).toMatchObject({ code: 'ALREADY_ENDED' });
    const { call } = await bob.get<{ call: object }>('query($id: ID!) { call(id: $id) { agent { id } recording { control } } }', {
      id: done?.newCallId,
    });
    expect(call).toEqual({ agent: { id: 'bob' }, recording: { control: 'ALLOWED' } });

    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => bob.steps('bob').at(-1),
      (is) => is === 'WRAP_UP',
    );
    const { callHistory } = await sam.get<{ callHistory: { edges: { node: object }[] } }>(
      '{ callHistory(first: 2) { edges { node { id outcome agent { id } entryNumber { id } } } } }',
    );
    expect(callHistory.edges.map(({ node }) => node)).toMatchObject([
      { id: done?.newCallId, outcome: 'ANSWERED', agent: { id: 'bob' }, entryNumber: null },
      { id: callId, outcome: 'TRANSFERRED', agent: { id: 'alice' } },
    ]);
    expect(world.problems).toEqual([]);
  });

  it('alice takes it back: she has the caller again, and bob is free', async () => {
    const { callerLeg, transferId } = await consultation();
    expect(await alice.settle('cancelTransfer($id)', transferId)).toMatchObject({
      status: 'CANCELLED',
      endReason: 'CANCELLED_BY_TRANSFEROR',
    });
    await world.together(callerLeg, 'alice');
    await eventually(
      () => bob.steps('bob').at(-1),
      (is) => is === 'AVAILABLE',
    );
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
  });

  it('alice leaves while bob is still rung: it goes on as a cold one', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    await bob.rung('WARM_TRANSFER');
    expect(await alice.settle('completeTransfer($id)', transferId)).toMatchObject({
      mode: 'COLD',
      convertedFrom: 'WARM',
      status: 'RINGING',
    });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(offer.displayNumber).toBe(CALLER);
    await bob.accept(offer.id);
    await world.together(callerLeg, 'bob');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
  });

  it('alice hangs up while bob is still rung, and again by reflex: she is answered, and the transfer goes on cold', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } });
    await bob.rung('WARM_TRANSFER');
    for (let once = 0; once < 2; once += 1)
      expect(await hangsUp(alice, callId)).toEqual({
        hangUp: { __typename: 'Call', state: 'IN_PROGRESS', transfer: { mode: 'COLD', convertedFrom: 'WARM', status: 'RINGING' } },
      });
    await bob.accept((await bob.rung('COLD_TRANSFER')).id);
    await world.together(callerLeg, 'bob');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
  });

  it('sam, who supervises, ends the call in the consultation: for everybody', async () => {
    const { callId } = await consultation();
    expect(await hangsUp(sam, callId)).toEqual({
      hangUp: { __typename: 'Call', state: 'ENDED', transfer: { mode: 'WARM', convertedFrom: null, status: 'CANCELLED' } },
    });
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
  });

  it('a caller who was on hold before it is on hold again when alice takes it back', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await alice.get('mutation($id: ID!) { holdCall(callId: $id) { __typename } }', { id: callId });
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    await bob.rung('WARM_TRANSFER');
    expect(await alice.settle('cancelTransfer($id)', transferId)).toMatchObject({ status: 'CANCELLED' });
    await world.untilHears(callerLeg, { caller: ['music'], alice: [] });
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
  });

  it('the caller leaves the consultation: alice and bob talk on until one hangs up', async () => {
    const { callerLeg, transferId } = await consultation();
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => world.hears(callerLeg),
      (heard) => JSON.stringify(heard) === JSON.stringify({ alice: ['bob'], bob: ['alice'] }),
    );
    await eventually(
      () => alice.get('query($id: ID!) { transfer(id: $id) { status endReason } }', { id: transferId }),
      (seen) => JSON.stringify(seen) === JSON.stringify({ transfer: { status: 'ABANDONED', endReason: 'CALLER_HUNG_UP' } }),
    );
    const bobs = (await world.legs()).find((leg) => leg.party === 'bob');
    await world.simulator('POST', `/legs/${bobs?.id}/hangup`);
    expect(world.problems).toEqual([]);
  });
});
