import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from './people.ts';

let world: World, alice: AgentApp, bob: AgentApp;

beforeAll(async () => {
  world = await World.begin();
  ({ alice, bob } = await world.people('alice', 'bob'));
}, 120_000);
afterAll(() => world?.end());
afterEach(() => world.allQuiet(alice, bob));

const legOf = async (agent: string) => (await world.legs()).find(({ party }) => party === agent);
/** Somebody presses a key of their own phone. */
const press = async (agent: string, key: 'hold' | 'resume' | 'transfer', body = {}): Promise<void> =>
  void (await world.simulator('POST', `/legs/${(await legOf(agent))?.id}/${key}`, body));
const onHold = async (callId: string): Promise<boolean> =>
  (await alice.get<{ call: { hold: boolean } }>('query($id: ID!) { call(id: $id) { hold } }', { id: callId })).call.hold;

describe('the keys of an agent’s own phone', () => {
  it('hold holds the call, and takes it back', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await press('alice', 'hold');
    await eventually(async () => (await onHold(callId)) && (await world.hears(callerLeg))['caller']?.join() === 'music');
    await press('alice', 'resume');
    await world.together(callerLeg, 'alice');
    expect(await onHold(callId)).toBe(false);
  });

  it('transfer to an extension is a cold transfer to that colleague', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await press('alice', 'transfer', { to: '102' });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(offer).toMatchObject({ callId, transferor: { id: 'alice', name: 'Alice' } });
    await eventually(async () => (await legOf('alice')) === undefined);
    await bob.accept(offer.id);
    await world.together(callerLeg, 'bob');
    expect(await alice.get('query($id: ID!) { call(id: $id) { transfer { mode status target { label } } } }', { id: callId })).toEqual({
      call: { transfer: { mode: 'COLD', status: 'COMPLETED', target: { label: 'Bob' } } },
    });
  });

  it('transfer to nobody is declined, and the call goes on', async () => {
    const { callerLeg } = await world.talking(alice);
    await press('alice', 'transfer', { to: '999' });
    await eventually(async () => (await legOf('alice'))?.transfer === 'declined');
    await world.together(callerLeg, 'alice');
    await bob.setStatus('UNAVAILABLE');
    await press('alice', 'transfer', { to: '102' });
    await eventually(async () => (await legOf('alice'))?.transfer === 'declined');
    await world.together(callerLeg, 'alice');
    await bob.setStatus('AVAILABLE');
  });

  it('hold during a consultation is refused: the caller stays with music', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } });
    await bob.accept((await bob.rung('WARM_TRANSFER')).id);
    await eventually(async () => (await world.hears(callerLeg))['bob']?.join() === 'alice');
    await press('alice', 'hold');
    await press('alice', 'resume');
    await eventually(async () => {
      const { caller, alice: transferor, bob: target } = await world.hears(callerLeg);
      return [caller, transferor, target].join() === 'music,bob,alice';
    });
    await alice.settle('cancelTransfer($id)', startTransfer.id);
    await world.together(callerLeg, 'alice');
  });
});
