import { eventually } from '@cordboard/testing';
import { CALLER, World, type AgentApp } from './people.ts';

interface Row {
  readonly id: string;
  readonly outcome: string | null;
  readonly agent: { readonly id: string } | null;
  readonly line: { readonly id: string };
  readonly entryNumber: { readonly id: string } | null;
  readonly transfers: readonly { readonly target: { readonly kind: string; readonly label: string } }[];
}

describe('the story of a transfer through a contact', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, sam: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob, carol } = await world.people('alice', 'bob', 'carol'));
    [sam, ada] = [await world.agent('sam'), await world.agent('ada')];
    await ada.get('mutation { createContact(name: "Support desk", number: "+33187000002") { __typename } }');
    await ada.get('mutation { createContact(name: "Carol (direct)", number: "+33187000004") { __typename } }');
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(async () => {
    for (const app of [bob, carol]) await app.setStatus('AVAILABLE');
    await world.allQuiet(alice, bob, carol);
  }, 30_000);

  interface Listed {
    readonly kind: string;
    readonly label: string;
    readonly available: boolean;
    readonly contact: { readonly id: string } | null;
    readonly number: { readonly id: string } | null;
    readonly unavailableBecause: { readonly code: string; readonly remedy: string } | null;
  }
  const targets = async (callId: string, search: string): Promise<readonly Listed[]> =>
    (
      await alice.get<{ transferTargets: { edges: { node: Listed }[] } }>(
        'query($id: ID!, $search: String) { transferTargets(callId: $id, search: $search, includeUnavailable: true) { edges { node { kind label available contact { id } number { id } unavailableBecause { code remedy } } } } }',
        { id: callId, search },
      )
    ).transferTargets.edges.map(({ node }) => node);
  const contact = async (callId: string, search: string): Promise<string> => {
    const found = (await targets(callId, search)).find((target) => target.kind === 'CONTACT');
    if (!found?.contact) throw new Error(`no contact for ${search}`);
    return found.contact.id;
  };
  const transfer = (id: string) =>
    alice.get<{ transfer: { status: string; mode: string; convertedFrom: string | null; endReason: string | null; newCallId: string } }>(
      'query($id: ID!) { transfer(id: $id) { status mode convertedFrom endReason newCallId target { kind label contact { id } number { id } } } }',
      { id },
    );
  const completed = async (id: string) =>
    (
      await eventually(
        () => transfer(id),
        ({ transfer: { status } }) => status === 'COMPLETED',
      )
    ).transfer;
  const rows = async (callId: string): Promise<readonly Row[]> => {
    const { call } = await sam.get<{ call: { conversationId: string } }>('query($id: ID!) { call(id: $id) { conversationId } }', {
      id: callId,
    });
    const { callHistory } = await sam.get<{ callHistory: { edges: { node: Row }[] } }>(
      'query($of: ID!) { callHistory(filter: { conversationId: $of }) { edges { node { id outcome agent { id } line { id } entryNumber { id } transfers { target { kind label } } } } } }',
      { of: call.conversationId },
    );
    return callHistory.edges.map(({ node }) => node);
  };

  it('S18 S20 S25 bob is away: alice searches his contact, sends the call, and the caller leaves a message', async () => {
    await bob.setStatus('UNAVAILABLE');
    const { callerLeg, callId } = await world.talking(alice);
    const found = await targets(callId, 'bob');
    expect(found.find((target) => target.kind === 'AGENT')).toMatchObject({
      available: false,
      unavailableBecause: { code: 'UNAVAILABLE', remedy: expect.stringContaining('Bob (direct)') },
    });
    expect(found.find((target) => target.kind === 'CONTACT')).toMatchObject({ label: 'Bob (direct)', available: true });

    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { contactId: await contact(callId, 'direct bob') } });
    expect(startTransfer).toMatchObject({ __typename: 'Transfer' });
    await eventually(
      () => world.hears(callerLeg),
      (hears) => hears['caller']?.join() === 'voicemail',
    );
    const done = await completed(startTransfer.id);
    expect(done).toMatchObject({ endReason: null, target: { kind: 'CONTACT', label: 'Bob (direct)', number: { id: 'bob' } } });
    const began = performance.now();
    await eventually(() => performance.now() - began > 2_000); // words, beep, and then the caller speaks
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);

    const records = await eventually(
      () => rows(callId),
      (all) => all.length === 2 && all.every((row) => row.outcome !== null),
    );
    expect(records).toMatchObject([
      { id: done.newCallId, outcome: 'VOICEMAIL', agent: null, line: { id: 'bob' }, entryNumber: null },
      { id: callId, outcome: 'TRANSFERRED', agent: { id: 'alice' }, line: { id: 'main' }, entryNumber: { id: 'main' } },
    ]);
  }, 60_000);

  it('S20 the message can be listened to by bob and by supervisors, and by nobody else', async () => {
    const VOICEMAILS = '{ voicemails(numberId: "bob") { edges { node { from seconds number { id } url } } } }';
    interface Left {
      readonly voicemails: { readonly edges: readonly { readonly node: { readonly from: string; readonly url: string } }[] };
    }
    const [first] = (
      await eventually(
        () => bob.get<Left>(VOICEMAILS),
        ({ voicemails }) => voicemails.edges.length > 0,
      )
    ).voicemails.edges;
    expect(first?.node).toMatchObject({ from: CALLER, number: { id: 'bob' } });
    const audio = await fetch(first?.node.url ?? '');
    expect([audio.status, audio.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(
      Buffer.from(await audio.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('RIFF');
    expect((await sam.get<Left>(VOICEMAILS)).voicemails.edges).toHaveLength(1);
    expect((await carol.ask<Left>(VOICEMAILS)).data?.voicemails?.edges ?? []).toEqual([]);
  }, 60_000);

  it('S15 S17 the members behind the Number are rung, and the call is the Number’s from then on', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { contactId: await contact(callId, 'support') } });
    const [offer] = await Promise.all([bob.rung('COLD_TRANSFER'), carol.rung('COLD_TRANSFER')]);
    expect(offer).toMatchObject({ displayNumber: CALLER, transferor: { id: 'alice' } });
    const { acceptOffer } = await bob.accept(offer.id);
    await world.together(callerLeg, 'bob');
    expect((await transfer(startTransfer.id)).transfer).toMatchObject({ status: 'COMPLETED', newCallId: acceptOffer.id });
    expect((await rows(callId)).map((row) => row.line.id)).toEqual(['support', 'main']);
    const { me } = await alice.get<{ me: { presence: { availability: string } } }>('{ me { presence { availability } } }');
    expect(me.presence.availability).toBe('WRAP_UP'); // S33
  }, 60_000);

  it('S19 S20 carol turns it down: it does not come back, and the caller hears the Number’s message', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { contactId: await contact(callId, 'carol direct') } });
    await carol.reject((await carol.rung('COLD_TRANSFER')).id);
    await eventually(
      () => world.hears(callerLeg),
      (hears) => hears['caller']?.join() === 'unavailable-message',
    );
    await eventually(
      () => world.legs(),
      (legs) => legs.length === 0,
    );
    expect((await transfer(startTransfer.id)).transfer).toMatchObject({ status: 'COMPLETED' });
    expect((await rows(callId)).map((row) => row.outcome)).toEqual(['MISSED', 'TRANSFERRED']);
    expect(alice.offers.filter((event) => event.offer?.kind === 'TRANSFER_RETURN')).toEqual([]);
  }, 60_000);

  it('S2 S25 talk first: alice and carol consult, and carol takes over', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { contactId: await contact(callId, 'carol direct') } });
    const offer = await carol.rung('WARM_TRANSFER');
    expect(offer).toMatchObject({ displayNumber: '101' });
    await carol.accept(offer.id);
    await world.untilHears(callerLeg, { caller: ['music'], alice: ['carol'], carol: ['alice'] });
    expect(await alice.settle('completeTransfer($id)', startTransfer.id)).toMatchObject({ status: 'COMPLETED', mode: 'WARM' });
    await world.together(callerLeg, 'carol');
    expect((await rows(callId)).map((row) => row.line.id)).toEqual(['quiet', 'main']);
  }, 60_000);

  it('S19 S20 talk first, and nobody is there: the caller gets the voicemail, not alice', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { numberId: 'bob' } });
    await bob.reject((await bob.rung('WARM_TRANSFER')).id);
    await eventually(
      () => world.hears(callerLeg),
      (hears) => hears['caller']?.join() === 'voicemail' && hears['alice'] === undefined,
    );
    expect(await completed(startTransfer.id)).toMatchObject({ mode: 'COLD', convertedFrom: 'WARM' });
  }, 60_000);

  it('S21 the Number greets first, rings one after another, and is closed at night', async () => {
    const steps = '[{ agentId: "carol", order: ALL_AT_ONCE, ringSeconds: 5 }, { teamId: "support", order: LONGEST_IDLE }]';
    await ada.get(
      `mutation { updateNumber(id: "support", greeting: "Welcome.", distribution: ${steps}) { __typename ... on Refused { code message } } }`,
    );
    const { callerLeg, callId } = await world.talking(alice);
    await alice.transfer({ callId, mode: 'COLD', target: { phoneNumber: '+33187000002' } });
    await eventually(
      () => world.hears(callerLeg),
      (hears) => hears['caller']?.join() === 'greeting',
    );
    await carol.reject((await carol.rung('COLD_TRANSFER')).id);
    await bob.accept((await bob.rung('COLD_TRANSFER')).id);
    await world.together(callerLeg, 'bob');
    await world.allQuiet(alice, bob, carol);

    await ada.get(
      'mutation { updateNumber(id: "support", openingHours: { timeZone: "Europe/Paris", spans: [] }) { __typename ... on Refused { code message } } }',
    );
    const night = await world.call(CALLER, '+33187000002');
    await eventually(
      () => world.hears(night),
      (hears) => hears['caller']?.join() === 'voicemail',
    );
  }, 60_000);

  it('nothing went wrong in the apps', () => expect(world.problems).toEqual([]));
});
