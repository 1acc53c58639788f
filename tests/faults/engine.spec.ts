import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from '../stories/people.ts';

/** The connection to the call engine is lost while a transfer is pending; its calls live on, and what happened meanwhile is found out. */
describe('the call engine goes away in the middle of a transfer and comes back', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob } = await world.people('alice', 'bob'));
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice, bob), 30_000);

  const ringsBob = async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
    await bob.rung('COLD_TRANSFER');
    const bobsLeg = (await eventually(async () => (await world.legs()).find((leg) => leg.party === 'bob')))?.id;
    await world.simulator('DELETE', '/engine');
    return { callerLeg, callId, transferId: startTransfer.id, bobsLeg };
  };
  const ends = (id: string, wanted: { status: string; endReason: string | null }) =>
    eventually(
      () => alice.get<{ transfer: object }>('query($id: ID!) { transfer(id: $id) { status endReason } }', { id }),
      ({ transfer }) => JSON.stringify(transfer) === JSON.stringify(wanted),
      20_000,
    );

  it('bob’s phone is picked up by hand meanwhile: he has the caller', async () => {
    const { callerLeg, transferId, bobsLeg } = await ringsBob();
    await world.simulator('POST', `/legs/${bobsLeg}/answer`);
    await world.simulator('POST', '/engine');
    await world.together(callerLeg, 'bob');
    await ends(transferId, { status: 'COMPLETED', endReason: null });
  }, 60_000);

  it('the caller leaves meanwhile: the transfer is abandoned, and bob is free', async () => {
    const { callerLeg, transferId } = await ringsBob();
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await world.simulator('POST', '/engine');
    await ends(transferId, { status: 'ABANDONED', endReason: 'CALLER_HUNG_UP' });
    await eventually(
      () => bob.steps('bob').at(-1),
      (is) => is === 'AVAILABLE',
    );
  }, 60_000);

  it('bob turns it down in his app meanwhile: it comes back to alice once the engine is there', async () => {
    const { callerLeg, transferId } = await ringsBob();
    await bob.reject((await bob.rung('COLD_TRANSFER')).id);
    await alice.rung('TRANSFER_RETURN');
    await world.simulator('POST', '/engine');
    await alice.accept((await alice.rung('TRANSFER_RETURN')).id);
    await world.together(callerLeg, 'alice');
    await ends(transferId, { status: 'RETURNED', endReason: 'REJECTED' });
  }, 60_000);

  it('the engine dies with its calls: the transfer ends, and nobody is left in it', async () => {
    const { transferId } = await ringsBob();
    await world.simulator('POST', '/engine/restart');
    await ends(transferId, { status: 'ABANDONED', endReason: 'CALLER_HUNG_UP' });
    for (const app of [alice, bob])
      await eventually(
        async () => (await app.get<{ myCalls: { state: string }[] }>('{ myCalls { state } }')).myCalls,
        (calls) => calls.every((call) => call.state === 'ENDED'),
      );
  }, 60_000);
});
