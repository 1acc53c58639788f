import { eventually } from '@cordboard/testing';
import { CALLER, World, type AgentApp } from './people.ts';

describe('the story of a transfer to a team', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, dan: AgentApp, sam: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob, carol, dan } = await world.people('alice', 'bob', 'carol', 'dan'));
    sam = await world.agent('sam');
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice, bob, carol, dan), 30_000);

  const members = (): AgentApp[] => [bob, carol, dan];
  const toSupport = async (mode: 'COLD' | 'WARM') => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode, target: { teamId: 'support' } });
    const offers = await Promise.all(members().map((app) => app.rung(`${mode}_TRANSFER`)));
    return { callerLeg, callId, transferId: startTransfer.id, offers };
  };

  it('S15 S16 rings bob, carol and dan at once; two answer, one has the caller, and the line is what it was', async () => {
    const { callerLeg, transferId, offers } = await toSupport('COLD');
    expect(offers.map((offer) => offer.displayNumber)).toEqual([CALLER, CALLER, CALLER]);
    const answers = await Promise.all([bob.accept(offers[0]?.id ?? ''), carol.accept(offers[1]?.id ?? '')]);
    const kinds = answers.map(({ acceptOffer }) => acceptOffer.code ?? acceptOffer.__typename).sort();
    expect(kinds).toEqual(['Call', 'OFFER_TAKEN']);
    const winner = answers.find(({ acceptOffer }) => acceptOffer.__typename === 'Call')?.acceptOffer;
    await world.together(callerLeg, winner?.agent.id ?? '');
    const { transfer, call } = await sam.get<{ transfer: { status: string; offers: { outcome: string }[] }; call: object }>(
      'query($id: ID!, $call: ID!) { transfer(id: $id) { status offers { agent { id } outcome } } call(id: $call) { line { id } } }',
      { id: transferId, call: winner?.id },
    );
    expect(transfer.status).toBe('COMPLETED');
    expect(transfer.offers.map((offer) => offer.outcome).sort()).toEqual(['ACCEPTED', 'ANSWERED_ELSEWHERE', 'ANSWERED_ELSEWHERE']);
    expect(call).toEqual({ line: { id: 'main' } });
    for (const app of members().filter(({ id }) => id !== winner?.agent.id))
      await eventually(
        () => app.steps(app.id).at(-1),
        (is) => is === 'AVAILABLE',
      );
  }, 60_000);

  it('D12 one turns it down, one goes away, the last has time run out on them: it comes back to alice', async () => {
    const { callerLeg, transferId, offers } = await toSupport('COLD');
    await bob.reject(offers[0]?.id ?? '');
    await carol.setStatus('UNAVAILABLE');
    const legs = await world.legs();
    await world.simulator('POST', `/legs/${legs.find((leg) => leg.party === 'dan')?.id}/busy`);
    await alice.accept((await alice.rung('TRANSFER_RETURN')).id);
    await world.together(callerLeg, 'alice');
    const { transfer } = await alice.get<{ transfer: object }>(
      'query($id: ID!) { transfer(id: $id) { status endReason offers { agent { id } outcome } } }',
      { id: transferId },
    );
    expect(transfer).toMatchObject({ status: 'RETURNED', endReason: 'BUSY' });
    await carol.setStatus('AVAILABLE');
  }, 60_000);

  it('S2 S15 talk first: whoever of the team answers is consulted, and the others are free', async () => {
    const { callerLeg, transferId, offers } = await toSupport('WARM');
    expect(offers.map((offer) => offer.displayNumber)).toEqual(['101', '101', '101']);
    await dan.accept(offers[2]?.id ?? '');
    expect(await world.hears(callerLeg)).toMatchObject({ caller: ['music'], alice: ['dan'], dan: ['alice'] });
    expect(await alice.settle('completeTransfer($id)', transferId)).toMatchObject({ status: 'COMPLETED', mode: 'WARM' });
    await world.together(callerLeg, 'dan');
  }, 60_000);

  it('S3 a team of which nobody is available is neither offered nor rung', async () => {
    const { callId } = await world.talking(alice);
    for (const app of members()) await app.setStatus('UNAVAILABLE');
    const { transferTargets } = await alice.get<{ transferTargets: { edges: { node: { label: string } }[] } }>(
      'query($id: ID!) { transferTargets(callId: $id, kinds: [TEAM]) { edges { node { label } } } }',
      { id: callId },
    );
    expect(transferTargets.edges.map(({ node }) => node.label)).not.toContain('Support');
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { teamId: 'support' } });
    expect(startTransfer).toMatchObject({ __typename: 'Refused', code: 'TARGET_UNAVAILABLE' });
    for (const app of members()) await app.setStatus('AVAILABLE');
  }, 60_000);

  it('nothing went wrong in the apps', () => expect(world.problems).toEqual([]));
});
