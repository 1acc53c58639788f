import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

const TRANSFER = '__typename ... on Transfer { id mode convertedFrom status endReason talkingTo newCallId } ... on Refused { code }';
interface Settled {
  readonly mode: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly talkingTo: string | null;
  readonly newCallId: string | null;
  readonly code: string;
}

describe('the story of a warm transfer', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, sam: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    [alice, bob, sam] = (await Promise.all(['alice', 'bob', 'sam'].map((id) => world.agent(id)))) as [AgentApp, AgentApp, AgentApp];
    for (const app of [alice, bob]) await app.open();
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  const settle = async (mutation: string, id: string): Promise<Settled | undefined> =>
    (
      await alice.get<Record<string, Settled>>(
        `mutation($id: ID!) { settled: ${mutation.replace('$id', 'transferId: $id')} { ${TRANSFER} } }`,
        { id },
      )
    )['settled'];
  const hears = async (callerLeg: string) => {
    const legs = await world.legs();
    const name = (id: string) => legs.find((leg) => leg.id === id)?.party ?? id;
    return Object.fromEntries(
      legs.map((leg) => [
        leg.id === callerLeg ? 'caller' : leg.party,
        leg.hears.map((heard) => (heard === callerLeg ? 'caller' : name(heard))),
      ]),
    );
  };
  const endWrapUps = async (...callIds: string[]): Promise<void> => {
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    for (const app of [alice, bob]) {
      for (const id of callIds) await app.ask('mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id });
      await eventually(
        () => app.steps(app.id).at(-1),
        (is) => is === 'AVAILABLE',
      );
    }
  };
  const consultation = async (): Promise<{ callerLeg: string; callId: string; transferId: string }> => {
    const callerLeg = await world.call(CALLER, MAIN);
    const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    const offer = await bob.rung('WARM_TRANSFER');
    expect(offer).toMatchObject({ displayNumber: '101', caller: CALLER, transferor: { id: 'alice' } });
    expect((await bob.accept(offer.id)).acceptOffer).toMatchObject({ __typename: 'Call', id: callId });
    expect(await hears(callerLeg)).toEqual({ caller: ['music'], alice: ['bob'], bob: ['alice'] });
    return { callerLeg, callId, transferId };
  };

  it('they talk, alice switches to the caller and back, completes: bob has the caller, and alice wrap-up', async () => {
    const { callerLeg, callId, transferId } = await consultation();
    expect(await settle('switchParty($id, to: CALLER)', transferId)).toMatchObject({ status: 'CONSULTING', talkingTo: 'CALLER' });
    expect(await hears(callerLeg)).toEqual({ caller: ['alice'], alice: ['caller'], bob: ['music'] });
    expect(await settle('switchParty($id, to: TARGET)', transferId)).toMatchObject({ talkingTo: 'TARGET' });
    expect(await hears(callerLeg)).toEqual({ caller: ['music'], alice: ['bob'], bob: ['alice'] });

    const done = await settle('completeTransfer($id)', transferId);
    expect(done).toMatchObject({ mode: 'WARM', status: 'COMPLETED', endReason: null, talkingTo: null });
    await world.together(callerLeg, 'bob');
    const { me } = await alice.get<{ me: { presence: { availability: string } } }>('{ me { presence { availability } } }');
    expect(me.presence.availability).toBe('WRAP_UP');
    expect(await settle('cancelTransfer($id)', transferId)).toMatchObject({ code: 'ALREADY_ENDED' });
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
    await endWrapUps(callId, done?.newCallId ?? '');
    expect(world.problems).toEqual([]);
  });

  it('alice takes it back: she has the caller again, and bob is free', async () => {
    const { callerLeg, callId, transferId } = await consultation();
    expect(await settle('cancelTransfer($id)', transferId)).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED_BY_TRANSFEROR' });
    await world.together(callerLeg, 'alice');
    await eventually(
      () => bob.steps('bob').at(-1),
      (is) => is === 'AVAILABLE',
    );
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await endWrapUps(callId);
  });

  it('alice leaves while bob is still rung: it goes on as a cold one', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    await bob.rung('WARM_TRANSFER');
    expect(await settle('completeTransfer($id)', transferId)).toMatchObject({ mode: 'COLD', convertedFrom: 'WARM', status: 'RINGING' });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(offer.displayNumber).toBe(CALLER);
    const { id: newCall } = (await bob.accept(offer.id)).acceptOffer;
    await world.together(callerLeg, 'bob');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await endWrapUps(newCall);
  });

  it('the caller leaves the consultation: alice and bob talk on until one hangs up', async () => {
    const { callerLeg, callId, transferId } = await consultation();
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => hears(callerLeg),
      (heard) => JSON.stringify(heard) === JSON.stringify({ alice: ['bob'], bob: ['alice'] }),
    );
    await eventually(
      () => alice.get('query($id: ID!) { transfer(id: $id) { status endReason } }', { id: transferId }),
      (seen) => JSON.stringify(seen) === JSON.stringify({ transfer: { status: 'ABANDONED', endReason: 'CALLER_HUNG_UP' } }),
    );
    const bobs = (await world.legs()).find((leg) => leg.party === 'bob');
    await world.simulator('POST', `/legs/${bobs?.id}/hangup`);
    await endWrapUps(callId);
    expect(world.problems).toEqual([]);
  });
});
