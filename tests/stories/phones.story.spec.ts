import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from './people.ts';

let world: World, alice: AgentApp, bob: AgentApp;

beforeAll(async () => {
  world = await World.begin();
  await Promise.all(['alice', 'bob'].map((agent) => world.simulator('POST', `/phones/${agent}`)));
  ({ alice, bob } = await world.people('alice', 'bob'));
}, 120_000);
afterAll(() => world?.end());

interface Device {
  readonly id: string;
  readonly state: string;
  readonly lostAt: string | null;
}
const phoneOf = async (agent: string): Promise<Device | undefined> => {
  const { agent: found } = await alice.get<{ agent: { devices: (Device & { kind: string })[] } }>(
    'query($id: ID!) { agent(id: $id) { devices { id kind state lostAt } } }',
    { id: agent },
  );
  return found.devices.find(({ kind }) => kind === 'PHONE');
};
const does = (agent: string, state: string): Promise<unknown> =>
  eventually(
    async () => (await phoneOf(agent))?.state,
    (seen) => seen === state,
  );

it('a phone is a device of its agent, and shows what it does', async () => {
  await does('alice', 'IDLE');
  expect(await phoneOf('alice')).toEqual({ id: 'sip:alice', kind: 'PHONE', state: 'IDLE', lostAt: null });
  const { callId } = await world.talking(alice);
  await does('alice', 'BUSY');
  const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } });
  await does('bob', 'RINGING');
  await alice.settle('cancelTransfer($id)', startTransfer.id);
  await does('bob', 'IDLE');
  await world.allQuiet(alice, bob);
  await does('alice', 'IDLE');
});

it('whose phone is unplugged is OFFLINE, and nobody waits for them', async () => {
  const { callId } = await world.talking(alice);
  const steps = alice.steps('bob').length;
  await world.simulator('DELETE', '/phones/bob');
  await does('bob', 'UNREACHABLE');
  await eventually(() => alice.steps('bob').slice(steps).includes('OFFLINE'));
  const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
  expect(startTransfer).toMatchObject({ __typename: 'Refused', code: 'TARGET_UNAVAILABLE' });
  expect(await phoneOf('bob')).toMatchObject({ lostAt: expect.any(String) });
  await world.simulator('POST', '/phones/bob');
  await eventually(() => alice.steps('bob').at(-1) === 'AVAILABLE');
  expect((await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } })).startTransfer.__typename).toBe('Transfer');
  await bob.rung('COLD_TRANSFER');
  await world.allQuiet(alice, bob);
});
