import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from '../stories/people.ts';

const { ENGINE } = globalThis;
/** With an engine that lives by itself, telephony is a part like others; the others are killed on the simulator. */
const PARTS = ENGINE === 'asterisk' ? (['telephony'] as const) : (['routing', 'presence', 'history', 'nats', 'postgres'] as const);

describe('any part is killed in the middle of a transfer, and the transfer goes on', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp;

  beforeAll(async () => {
    world = await World.begin({ durable: true });
    [alice, bob] = (await Promise.all(['alice', 'bob'].map((id) => world.agent(id)))) as [AgentApp, AgentApp];
    for (const app of [alice, bob]) await app.open();
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  const endWrapUp = (app: AgentApp, callId: string) =>
    eventually(
      async () =>
        (
          await app.ask<{ endWrapUp: { __typename: string } | null }>('mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', {
            id: callId,
          })
        ).data?.endWrapUp?.__typename,
      (is) => is === 'Agent',
      30_000,
    );
  const status = async (id: string) =>
    (
      await alice.ask<{ transfer: { status: string; endReason: string | null } } | null>(
        'query($id: ID!) { transfer(id: $id) { status endReason } }',
        { id },
      )
    ).data?.transfer;

  it.each(PARTS)(
    '%s',
    async (part) => {
      const callerLeg = await world.call(CALLER, MAIN);
      const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
      const { id: transferId } = (await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } })).startTransfer;
      const offer = await bob.rung('COLD_TRANSFER');

      await world.stack.kill(part);
      await world.stack.restart(part);

      const accepted = await eventually(
        () =>
          bob.ask<{ acceptOffer: { __typename: string; id: string } | null }>(
            'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename ... on Call { id } } }',
            { id: offer.id },
          ),
        ({ data }) => data?.acceptOffer?.__typename === 'Call',
        30_000,
      );
      await world.together(callerLeg, 'bob');
      expect(await status(transferId)).toEqual({ status: 'COMPLETED', endReason: null });
      await world.simulator('POST', `/legs/${callerLeg}/hangup`);
      await endWrapUp(bob, accepted.data.acceptOffer?.id ?? '');
    },
    90_000,
  );

  const onSimulator = ENGINE === 'asterisk' ? it.skip : it;
  onSimulator(
    'telephony: its simulated network dies with it, so the call is lost, and nobody is left in it',
    async () => {
      await world.call(CALLER, MAIN);
      const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
      const { id: transferId } = (await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } })).startTransfer;
      await bob.rung('COLD_TRANSFER');
      await world.stack.kill('telephony');
      await world.stack.restart('telephony');
      await eventually(
        () => status(transferId),
        (is) => is?.status === 'ABANDONED',
        30_000,
      );
      await eventually(
        async () =>
          (await alice.get<{ agent: { presence: { availability: string } } }>('{ agent(id: "bob") { presence { availability } } }')).agent
            .presence.availability,
        (is) => is === 'AVAILABLE',
      );
      expect((await alice.get<{ call: { state: string } }>('query($id: ID!) { call(id: $id) { state } }', { id: callId })).call.state).toBe(
        'ENDED',
      );
    },
    60_000,
  );
});
