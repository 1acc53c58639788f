import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

const CALL = '__typename ... on Call { id state hold agent { id } } ... on Refused { code }';

describe('the story of a call', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, dan: AgentApp, sam: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    [alice, bob, dan, sam] = (await Promise.all(['alice', 'bob', 'dan', 'sam'].map((id) => world.agent(id)))) as [
      AgentApp,
      AgentApp,
      AgentApp,
      AgentApp,
    ];
    for (const app of [alice, bob, dan]) await app.open();
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  /** Everybody's calls have ended, and so has the wrap-up after them, which begins a moment after a call ends. */
  const over = async (): Promise<void> => {
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    await eventually(async () => {
      for (const app of [alice, bob, dan]) await app.endWrapUp();
      const standings = await Promise.all([alice, bob, dan].map((app) => app.standing()));
      return standings.every(({ availability }) => availability === 'AVAILABLE');
    });
  };
  const act = (app: AgentApp, mutation: string, callId: string) =>
    app.get<Record<string, { state: string; hold: boolean; code: string }>>(`mutation($id: ID!) { ${mutation}(callId: $id) { ${CALL} } }`, {
      id: callId,
    });

  it('on hold the caller hears music, back they hear alice, and hanging up ends it for both', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
    expect((await act(alice, 'holdCall', callId))['holdCall']).toMatchObject({ state: 'IN_PROGRESS', hold: true });
    const held = { held: true, hears: ['music'], message: { name: 'music', id: null } };
    expect((await world.legs()).find((leg) => leg.id === callerLeg)).toMatchObject({ ...held, callId });
    expect((await world.legs()).find((leg) => leg.party === 'alice')).toMatchObject({ held: false, message: null, callId });
    expect((await act(alice, 'resumeCall', callId))['resumeCall']).toMatchObject({ hold: false });
    await world.together(callerLeg, 'alice');
    expect((await act(alice, 'hangUp', callId))['hangUp']).toMatchObject({ state: 'ENDED' });
    expect((await act(alice, 'hangUp', callId))['hangUp']).toMatchObject({ code: 'ALREADY_ENDED' });
    await over();
  });

  it.each([
    ['POST', '/calls', { from: CALLER }, 400, /^to is missing/],
    ['POST', '/script', { address: 'bob', onRing: 'sing' }, 400, /^onRing is to be one of answer, reject/],
    ['POST', '/legs/none/dtmf', { digits: '1' }, 404, /^There is no live leg none/],
    ['GET', '/nothing', undefined, 404, /^There is no GET \/nothing here/],
  ])('the control API of the phones refuses %s %s in the same words, whatever the engine', async (method, path, body, status, words) => {
    const answer = await fetch(`${world.stack.simulatorUrl}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.stringMatching(words) as string }]);
  });

  it('a desk phone that is picked up takes the call like an app', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    await dan.rung('DIRECT');
    const deskPhone = await eventually(async () => (await world.legs()).find((leg) => leg.party === 'dan'));
    await world.simulator('POST', `/legs/${deskPhone?.id}/answer`);
    await world.together(callerLeg, 'dan');
    await eventually(
      () => alice.offers.at(-1),
      (event) => event?.outcome === 'ANSWERED_ELSEWHERE',
    );
    await world.simulator('POST', `/legs/${deskPhone?.id}/hangup`);
    await over();
  });

  it('everybody rejects: the caller is let go, and history tells that nobody answered', async () => {
    await world.call(CALLER, MAIN);
    const offers = await Promise.all([alice.rung('DIRECT'), dan.rung('DIRECT')]);
    await alice.reject(offers[0].id);
    await dan.reject(offers[1].id);
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    const { callHistory } = await sam.get<{ callHistory: { edges: { node: object }[] } }>(
      '{ callHistory(first: 1) { edges { node { id outcome talkSeconds } } } }',
    );
    expect(callHistory.edges[0]?.node).toMatchObject({ id: offers[0].callId, outcome: 'MISSED', talkSeconds: 0 });
  });

  it('a status chosen while rung withdraws the offer before it is answered', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    await Promise.all([alice.rung('DIRECT'), dan.rung('DIRECT')]);
    await alice.setStatus('BUSY');
    await eventually(
      () => alice.offers.at(-1),
      (event) => event?.outcome === 'RESCINDED',
    );
    await alice.setStatus('AVAILABLE');
    expect((await alice.get<{ me: { presence: object } }>('{ me { presence { availability } } }')).me.presence).toEqual({
      availability: 'AVAILABLE',
    });
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    await eventually(
      () => dan.offers.at(-1),
      (event) => event?.outcome === 'RESCINDED',
    );
  });

  it('the current call need not be named, and where an agent has several they are asked which', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
    expect((await act(alice, 'holdCall', 'current'))['holdCall']).toMatchObject({ hold: true });
    expect((await act(alice, 'resumeCall', 'current'))['resumeCall']).toMatchObject({ hold: false });
    const handOver = { callId: 'current', mode: 'COLD', target: { agentId: 'bob' }, idempotencyKey: 'once' };
    const { startTransfer: first } = await alice.transfer(handOver);
    expect(first).toMatchObject({ __typename: 'Transfer' });
    const toBob = await bob.rung('COLD_TRANSFER');
    const { dial } = await eventually(
      () =>
        alice.get<{ dial: { __typename: string; id: string } }>(
          'mutation { dial(to: "+33611223344") { __typename ... on Call { id } ... on Refused { code } } }',
        ),
      (answer) => answer.dial.__typename === 'Call',
    );
    const { holdCall } = await alice.get<{ holdCall: { code: string; message: string; remedy: string } }>(
      'mutation { holdCall(callId: "current") { ... on Refused { code message remedy } } }',
    );
    expect(holdCall).toMatchObject({ code: 'AMBIGUOUS_CALL', message: expect.stringContaining(`${callId} (${CALLER})`) as string });
    expect(holdCall.message).toContain(dial.id);
    const { errors } = await alice.ask('{ transferTargets(callId: "current") { edges { cursor } } }');
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      refused: 'AMBIGUOUS_CALL',
      remedy: 'Name the one that you mean by its id.',
    });
    expect((await alice.transfer({ ...handOver, idempotencyKey: 'other' })).startTransfer).toMatchObject({ code: 'AMBIGUOUS_CALL' });
    expect((await alice.transfer(handOver)).startTransfer).toMatchObject({ id: first.id });
    expect((await act(alice, 'hangUp', dial.id))['hangUp']).toMatchObject({ state: 'ENDED' });
    await bob.accept(toBob.id);
    await world.together(callerLeg, 'bob');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await over();
    expect((await act(alice, 'hangUp', 'current'))['hangUp']).toMatchObject({ code: 'ALREADY_ENDED' });
  });

  it('a team is a target while one of its members is available', async () => {
    const callerLeg = await world.call(CALLER, MAIN);
    const { id: callId } = (await alice.accept((await alice.rung('DIRECT')).id)).acceptOffer;
    await eventually(
      () => dan.steps('dan').at(-1),
      (is) => is === 'AVAILABLE',
    );
    expect((await alice.transfer({ callId, mode: 'COLD', target: { teamId: 'support' } })).startTransfer).toMatchObject({
      __typename: 'Transfer',
      target: { kind: 'TEAM', label: 'Support' },
    });
    const [toBob] = await Promise.all([bob.rung('COLD_TRANSFER'), dan.rung('COLD_TRANSFER')]);
    await bob.accept(toBob.id);
    await world.together(callerLeg, 'bob');
    await eventually(
      () => dan.offers.at(-1),
      (event) => event?.outcome === 'ANSWERED_ELSEWHERE',
    );
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await over();
    expect(world.problems).toEqual([]);
  });
});
