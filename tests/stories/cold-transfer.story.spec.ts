import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

interface Record {
  readonly id: string;
  readonly conversationId: string;
  readonly outcome: string | null;
  readonly agent: { readonly id: string } | null;
  readonly line: { readonly id: string } | null;
  readonly entryNumber: { readonly id: string } | null;
}
const HISTORY = '{ callHistory { edges { node { id conversationId outcome agent { id } line { id } entryNumber { id } } } } }';
const history = async (app: AgentApp): Promise<readonly Record[]> =>
  (await app.get<{ callHistory: { edges: { node: Record }[] } }>(HISTORY)).callHistory.edges.map(({ node }) => node);

describe('the story of a cold transfer', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, dan: AgentApp, sam: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob, carol, dan } = await world.people('alice', 'bob', 'carol', 'dan'));
    sam = await world.agent('sam');
    await carol.setStatus('UNAVAILABLE');
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  /** A caller dials Number main; all of team sales are rung; alice takes the call. */
  const aliceTakesACall = async (): Promise<{ callerLeg: string; callId: string }> => {
    const callerLeg = await world.call(CALLER, MAIN);
    const [offer, other] = await Promise.all([alice.rung('DIRECT'), dan.rung('DIRECT')]);
    expect([offer.displayNumber, other.displayNumber]).toEqual([CALLER, CALLER]);
    const { acceptOffer } = await alice.accept(offer.id);
    expect(acceptOffer).toMatchObject({ __typename: 'Call', state: 'IN_PROGRESS', agent: { id: 'alice' } });
    await world.together(callerLeg, 'alice');
    await eventually(
      () => dan.offers.at(-1),
      (event) => event?.outcome === 'ANSWERED_ELSEWHERE',
    );
    return { callerLeg, callId: acceptOffer.id };
  };

  it('bob accepts: he and the caller hear each other, alice is available, two linked calls remain', async () => {
    const before = { alice: bob.steps('alice').length, bob: alice.steps('bob').length };
    const { callerLeg, callId } = await aliceTakesACall();

    const { transferTargets } = await alice.get<{ transferTargets: { edges: { node: { kind: string; agent: { id: string } | null } }[] } }>(
      'query($id: ID!) { transferTargets(callId: $id) { edges { node { kind label available agent { id } team { id } } } } }',
      { id: callId },
    );
    const agents = transferTargets.edges.flatMap(({ node }) => node.agent?.id ?? []);
    expect(agents).toContain('bob');
    expect(agents).not.toContain('carol');

    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' }, note: 'wants a refund' });
    expect(startTransfer).toMatchObject({ __typename: 'Transfer', status: 'RINGING', target: { label: 'Bob' } });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(offer).toMatchObject({ displayNumber: CALLER, caller: CALLER, callId, transferor: { id: 'alice', name: 'Alice' } });

    const { acceptOffer } = await bob.accept(offer.id);
    expect(acceptOffer).toMatchObject({ __typename: 'Call', state: 'IN_PROGRESS', agent: { id: 'bob' } });
    await world.together(callerLeg, 'bob');
    const { transfer, me } = await alice.get<{ transfer: object; me: object }>(
      'query($id: ID!) { transfer(id: $id) { status endReason newCallId connectedAt offers { agent { id } outcome } } me { presence { availability } currentCalls { id } } }',
      { id: startTransfer.id },
    );
    expect(transfer).toMatchObject({
      status: 'COMPLETED',
      endReason: null,
      newCallId: acceptOffer.id,
      offers: [{ agent: { id: 'bob' }, outcome: 'ACCEPTED' }],
    });
    expect(me).toEqual({ presence: { availability: 'AVAILABLE' }, currentCalls: [] });

    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    const rows = await eventually(
      () => history(sam),
      (found) => found.length === 2 && found.every((row) => row.outcome !== null),
    );
    expect(rows).toMatchObject([
      { id: acceptOffer.id, agent: { id: 'bob' }, outcome: 'ANSWERED', line: { id: 'main' }, entryNumber: null },
      { id: callId, agent: { id: 'alice' }, outcome: 'TRANSFERRED', line: { id: 'main' }, entryNumber: { id: 'main' } },
    ]);
    expect(new Set(rows.map((row) => row.conversationId)).size).toBe(1);

    // every app saw every step of everybody, once and in order
    await eventually(() => [alice, bob, carol, dan].every((app) => app.steps('bob').at(-1) === 'WRAP_UP'));
    for (const app of [alice, bob, carol, dan]) {
      expect({ app: app.id, steps: app.steps('alice').slice(-3) }).toEqual({ app: app.id, steps: ['RINGING', 'IN_CALL', 'AVAILABLE'] });
      expect({ app: app.id, steps: app.steps('bob').slice(-3) }).toEqual({ app: app.id, steps: ['RINGING', 'IN_CALL', 'WRAP_UP'] });
      const versions = app.presence.filter((seen) => seen.id === 'alice').map((seen) => seen.version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(versions.length);
    }
    expect({ alice: bob.steps('alice').length - before.alice, bob: alice.steps('bob').length - before.bob }).toEqual({ alice: 3, bob: 3 });
    expect(alice.calls.filter((call) => call.id === callId).map((call) => call.transfer?.status)).toEqual(
      expect.arrayContaining(['RINGING', 'COMPLETED']),
    );
    expect(world.problems).toEqual([]);
  }, 60_000);

  it('bob rejects: the call comes back to alice', async () => {
    await bob.get('mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id: (await history(sam))[0]?.id });
    const { callerLeg, callId } = await aliceTakesACall();
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
    const { rejectOffer } = await bob.reject((await bob.rung('COLD_TRANSFER')).id);
    expect(rejectOffer).toMatchObject({ __typename: 'Offer', outcome: 'REJECTED' });

    const back = await alice.rung('TRANSFER_RETURN');
    expect(back).toMatchObject({ callId, displayNumber: CALLER });
    expect((await alice.accept(back.id)).acceptOffer).toMatchObject({ id: callId, agent: { id: 'alice' }, state: 'IN_PROGRESS' });
    await world.together(callerLeg, 'alice');
    const { transfer } = await alice.get<{ transfer: object }>(
      'query($id: ID!) { transfer(id: $id) { status endReason offers { agent { id } outcome } } }',
      { id: startTransfer.id },
    );
    expect(transfer).toMatchObject({
      status: 'RETURNED',
      endReason: 'REJECTED',
      offers: [
        { agent: { id: 'bob' }, outcome: 'REJECTED' },
        { agent: { id: 'alice' }, outcome: 'ACCEPTED' },
      ],
    });

    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(() => alice.steps('alice').at(-1) === 'WRAP_UP');
    expect(
      await eventually(
        () => world.legs(),
        (legs) => legs.length === 0,
      ),
    ).toEqual([]);
    expect(world.problems).toEqual([]);
  }, 60_000);
});
