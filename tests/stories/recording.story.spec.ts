import { eventually } from '@cordboard/testing';
import { heardIn } from './audio.ts';
import { World, type AgentApp } from './people.ts';

interface Switched {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly recording: { readonly state: string; readonly control: string; readonly lockedBecause: string | null };
}
interface Recorded {
  readonly id: string;
  readonly url: string;
  readonly seconds: number;
  readonly agent: { readonly id: string; readonly name: string };
  readonly number: { readonly id: string };
  readonly segments: readonly {
    readonly url: string;
    readonly seconds: number;
    readonly heard: readonly { readonly agent: { readonly id: string } | null; readonly number: string | null }[];
  }[];
}

describe('the story of a recording', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, sam: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob, carol } = await world.people('alice', 'bob', 'carol'));
    [sam, ada] = [await world.agent('sam'), await world.agent('ada')];
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice, bob, carol), 30_000);

  const CALL = '__typename ... on Call { recording { state control lockedBecause } } ... on Refused { code message remedy }';
  const change = async (app: AgentApp, how: 'start' | 'stop' | 'pause' | 'resume', callId: string): Promise<Switched> =>
    (await app.get<{ done: Switched }>(`mutation($id: ID!) { done: ${how}Recording(callId: $id) { ${CALL} } }`, { id: callId })).done;
  const state = async (app: AgentApp, callId: string) =>
    (await app.get<{ call: Switched }>('query($id: ID!) { call(id: $id) { recording { state control lockedBecause } } }', { id: callId }))
      .call.recording;
  /** So much is said. */
  const talk = (seconds: number): Promise<unknown> => {
    const since = performance.now();
    return eventually(
      () => performance.now() - since,
      (ms) => ms >= seconds * 1_000,
    );
  };
  const tones = async (callerLeg: string): Promise<Record<string, number>> =>
    Object.fromEntries((await world.legs()).map((leg) => [leg.id === callerLeg ? 'caller' : leg.party, leg.tone]));
  const FIELDS = 'id url seconds agent { id name } number { id } segments { url seconds heard { agent { id } number } }';
  const recorded = async (app: AgentApp, callId: string): Promise<Recorded | undefined> =>
    (
      await app.get<{ recordings: { edges: { node: Recorded }[] } }>(
        `query($id: ID!) { recordings(filter: { callId: $id }) { edges { node { ${FIELDS} } } } }`,
        { id: callId },
      )
    ).recordings.edges[0]?.node;
  const ofSegments = async (app: AgentApp, callId: string, count: number): Promise<Recorded> =>
    (await eventually(
      () => recorded(app, callId),
      (found) => found?.segments.length === count,
    )) as Recorded;
  const listen = async (url: string, names: Record<string, number>) => {
    const response = await fetch(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    return heardIn(new Uint8Array(await response.arrayBuffer()), names);
  };
  /** Who was heard for half a second or more, one after the other. */
  const voices = async (url: string, names: Record<string, number>): Promise<string[]> =>
    (await listen(url, names))
      .filter(({ seconds }) => seconds >= 0.5)
      .map(({ who }) => who)
      .filter((who, i, all) => who !== all[i - 1]); // where two segments meet, neither's tone is whole
  const cold = async (callId: string, callerLeg: string): Promise<string> => {
    const { id } = (await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } })).startTransfer;
    const { id: newCallId } = (await bob.accept((await bob.rung('COLD_TRANSFER')).id)).acceptOffer;
    await world.together(callerLeg, 'bob');
    expect(await alice.settle('cancelTransfer($id)', id)).toMatchObject({ code: 'ALREADY_ENDED' });
    return newCallId;
  };
  const LOCKED = { control: 'LOCKED_BY_COLD_TRANSFER', lockedBecause: expect.stringMatching(/transferred cold/) };
  const FREE = { control: 'ALLOWED', lockedBecause: null };
  const shownLive = (app: AgentApp, id: string) => app.calls.findLast((call) => call.id === id) as unknown as Switched | undefined;

  it('alice records, pauses and resumes: both are heard, the pause is a hole, and her app is told', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const names = await tones(callerLeg);
    expect(await state(alice, callId)).toEqual({ state: 'OFF', ...FREE });
    expect(await change(alice, 'pause', callId)).toMatchObject({ code: 'NOT_RECORDING' });
    const now = (): number => performance.now() / 1_000;
    const began = now();
    expect((await change(alice, 'start', callId)).recording).toEqual({ state: 'RECORDING', ...FREE });
    expect((await change(alice, 'start', callId)).recording).toMatchObject({ state: 'RECORDING' });
    await eventually(() => shownLive(alice, callId)?.recording.state === 'RECORDING');
    await talk(0.8);
    expect((await change(alice, 'pause', callId)).recording).toMatchObject({ state: 'PAUSED' });
    const paused = now();
    await eventually(() => shownLive(alice, callId)?.recording.state === 'PAUSED');
    await talk(1);
    const resumed = now();
    expect((await change(alice, 'resume', callId)).recording).toMatchObject({ state: 'RECORDING' });
    await talk(1.3); // the engine begins a little after it was told to, and ends a little after
    expect((await change(alice, 'stop', callId)).recording).toMatchObject({ state: 'OFF' });
    const stopped = now();

    const { url, seconds, segments, agent, number } = await ofSegments(alice, callId, 2);
    expect({ agent, number }).toEqual({ agent: { id: 'alice', name: 'Alice' }, number: { id: 'main' } });
    expect(segments.map(({ heard }) => heard.map((party) => party.agent?.id ?? party.number).sort())).toEqual([
      ['+33611111111', 'alice'],
      ['+33611111111', 'alice'],
    ]);
    expect(await voices(url, names)).toEqual(['caller+alice']);
    expect(seconds).toBeGreaterThan(1.6);
    expect(seconds).toBeLessThan(paused - began + stopped - resumed + 0.5); // the pause, of a second and more, is not in it
    for (const segment of segments) expect(await voices(segment.url, names)).toEqual(['caller+alice']);
    const part = await fetch(url, { headers: { range: 'bytes=40-47' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 8]);

    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(async () => (await change(alice, 'start', callId)).code === 'ALREADY_ENDED');
    expect(world.problems).toEqual([]);
  }, 30_000);

  it('S26 S27 what was on goes on after a cold transfer with bob’s voice, and nobody can switch it', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await change(alice, 'start', callId);
    await talk(0.8);
    const first = await tones(callerLeg);
    const newCallId = await cold(callId, callerLeg);
    const names = { ...first, ...(await tones(callerLeg)) };
    expect(await state(bob, newCallId)).toEqual({ state: 'RECORDING', ...LOCKED });
    for (const how of ['start', 'stop', 'pause', 'resume'] as const)
      expect(await change(bob, how, newCallId)).toMatchObject({ code: 'RECORDING_LOCKED', remedy: expect.stringMatching(/warm/) });
    expect((await change(sam, 'pause', newCallId)).message).toMatch(/cannot be paused/);
    await eventually(() => shownLive(bob, newCallId)?.recording.control === 'LOCKED_BY_COLD_TRANSFER');
    await talk(0.8);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    expect(await voices((await ofSegments(bob, newCallId, 1)).url, names)).toEqual(['caller+bob']);
    expect(await voices((await ofSegments(alice, callId, 1)).url, names)).toEqual(['caller+alice']);
  }, 30_000);

  it('S26 what was off stays off after a cold transfer', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const newCallId = await cold(callId, callerLeg);
    expect(await change(bob, 'start', newCallId)).toMatchObject({
      code: 'RECORDING_LOCKED',
      message: expect.stringMatching(/neither on nor off/),
    });
    expect(await state(bob, newCallId)).toEqual({ state: 'OFF', ...LOCKED });
  });

  it('S28 after a warm transfer bob switches it; the consultation is not in it', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await change(alice, 'start', callId);
    await talk(0.8);
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    await bob.accept((await bob.rung('WARM_TRANSFER')).id);
    expect(await state(alice, callId)).toEqual({ state: 'RECORDING', ...FREE });
    const names = await tones(callerLeg);
    await talk(1);
    await alice.settle('switchParty($id, to: CALLER)', transferId);
    await talk(0.8);
    const { newCallId } = await alice.settle('completeTransfer($id)', transferId);
    await world.together(callerLeg, 'bob');
    await talk(0.8);
    expect(await state(bob, newCallId ?? '')).toEqual({ state: 'RECORDING', ...FREE });
    expect((await change(bob, 'stop', newCallId ?? '')).recording).toMatchObject({ state: 'OFF' });
    await talk(0.7);
    expect((await change(bob, 'start', newCallId ?? '')).recording).toMatchObject({ state: 'RECORDING' });
    await talk(0.7);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);

    const hers = await ofSegments(alice, callId, 2);
    expect((await listen(hers.url, names)).filter(({ who }) => who.includes('bob'))).toEqual([]);
    expect(await voices(hers.url, names)).toEqual(['caller+alice']);
    expect(await voices((await ofSegments(bob, newCallId ?? '', 2)).url, names)).toEqual(['caller+bob']);
  }, 30_000);

  it('D8 what was on goes on when a transfer comes back, and can be paused again', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await change(alice, 'start', callId);
    await talk(0.7);
    const names = await tones(callerLeg);
    await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(await change(alice, 'pause', callId)).toMatchObject({ code: 'RECORDING_LOCKED' });
    await bob.reject(offer.id);
    await alice.accept((await alice.rung('TRANSFER_RETURN')).id);
    await world.together(callerLeg, 'alice');
    await talk(0.7);
    expect((await change(alice, 'pause', callId)).recording).toEqual({ state: 'PAUSED', ...FREE });
    expect(await voices((await ofSegments(alice, callId, 2)).url, names)).toEqual(['caller+alice']);
  }, 30_000);

  it('S29 S30 D9 alice hears her part, bob his, carol none, sam all, and every address is noted', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await change(alice, 'start', callId);
    await talk(0.8);
    const newCallId = await cold(callId, callerLeg);
    await talk(0.8);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    const [hers, his] = [await ofSegments(sam, callId, 1), await ofSegments(sam, newCallId, 1)];
    const code = async (app: AgentApp, id: string) =>
      (await app.ask('query($id: ID!) { recording(id: $id) { id url } }', { id })).errors?.[0]?.extensions.code ?? 'HEARD';
    const all = async (app: AgentApp) => Promise.all([hers.id, his.id].map((id) => code(app, id)));
    expect(await all(alice)).toEqual(['HEARD', 'NOT_FOUND']);
    expect(await all(bob)).toEqual(['NOT_FOUND', 'HEARD']);
    expect(await all(carol)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(await all(sam)).toEqual(['HEARD', 'HEARD']);
    const lists = async (app: AgentApp): Promise<string[]> =>
      (await app.get<{ recordings: { edges: { node: { id: string } }[] } }>('{ recordings { edges { node { id } } } }')).recordings.edges
        .map(({ node }) => node.id)
        .filter((id) => [hers.id, his.id].includes(id));
    expect([await lists(alice), await lists(bob), await lists(carol), await lists(sam)]).toEqual([
      [hers.id],
      [his.id],
      [],
      [his.id, hers.id],
    ]);
    const ofCall = 'query($id: ID!) { call(id: $id) { recordings { id } } }';
    expect(await sam.get(ofCall, { id: newCallId })).toEqual({ call: { recordings: [{ id: his.id }] } });
    expect(await alice.get(ofCall, { id: callId })).toEqual({ call: { recordings: [{ id: hers.id }] } });
    expect((await fetch(hers.url)).status).toBe(200);

    const accesses = 'query($id: ID!) { recordingAccess(recordingId: $id) { edges { node { what agent { id } } } } }';
    expect((await sam.ask(accesses, { id: his.id })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const { recordingAccess } = await ada.get<{ recordingAccess: { edges: { node: { what: string; agent: { id: string } } }[] } }>(
      accesses,
      {
        id: his.id,
      },
    );
    const who = recordingAccess.edges.map(({ node }) => `${node.what} ${node.agent.id}`);
    expect(who).toEqual(expect.arrayContaining(['URL_GIVEN bob', 'URL_GIVEN sam']));
    expect(who.join()).not.toMatch(/alice|carol/);
  }, 30_000);

  it('ada holds a recording, then deletes it: its audio is gone, and what was done stays', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    await change(alice, 'start', callId);
    await talk(0.8);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    const { id, url } = await ofSegments(alice, callId, 1);
    const hold = 'mutation($id: ID!, $on: Boolean!) { setLegalHold(recordingId: $id, on: $on) { ... on Recording { legalHold } } }';
    const remove =
      'mutation($id: ID!) { deleteRecording(recordingId: $id) { __typename ... on DeletedRecording { id call { id } } ... on Refused { code } } }';
    expect((await sam.ask(remove, { id })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await ada.get(hold, { id, on: true })).toEqual({ setLegalHold: { legalHold: true } });
    expect(await ada.get(remove, { id })).toMatchObject({ deleteRecording: { code: 'LEGAL_HOLD' } });
    await ada.get(hold, { id, on: false });
    expect(await ada.get(remove, { id })).toEqual({ deleteRecording: { __typename: 'DeletedRecording', id, call: { id: callId } } });
    expect((await fetch(url)).status).toBe(404);
    expect(await recorded(sam, callId)).toBeUndefined();
    const { recordingAccess } = await ada.get<{ recordingAccess: { edges: { node: { what: string } }[] } }>(
      'query($id: ID!) { recordingAccess(recordingId: $id, first: 3) { edges { node { what } } } }',
      { id },
    );
    expect(recordingAccess.edges.map(({ node }) => node.what)).toEqual(['DELETED', 'HOLD_LIFTED', 'HOLD_SET']);
  }, 30_000);

  it('policy: ALWAYS records from the answer on, NEVER refuses, and consultations are in it where the account wants that', async () => {
    const policy = (recording: string, consultations: boolean) =>
      ada.get('mutation($r: RecordingPolicy, $c: Boolean) { updatePolicy(recording: $r, consultationsRecorded: $c) { __typename } }', {
        r: recording,
        c: consultations,
      });
    await policy('ALWAYS', true);
    const { callerLeg, callId } = await world.talking(alice);
    await eventually(async () => (await state(alice, callId)).state === 'RECORDING');
    await talk(0.8);
    const { id: transferId } = (await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } })).startTransfer;
    await bob.accept((await bob.rung('WARM_TRANSFER')).id);
    const names = await tones(callerLeg);
    await talk(0.8);
    await alice.settle('cancelTransfer($id)', transferId);
    await world.together(callerLeg, 'alice');
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    const { url } = (await eventually(
      () => recorded(alice, callId),
      (found) => (found?.segments.length ?? 0) >= 2,
    )) as Recorded;
    expect((await voices(url, names)).slice(0, 2)).toEqual(['caller+alice', 'alice+bob']);
    await world.allQuiet(alice, bob);

    await policy('NEVER', false);
    const next = await world.talking(alice);
    expect(await change(alice, 'start', next.callId)).toMatchObject({
      code: 'RECORDING_LOCKED',
      message: expect.stringMatching(/never recorded/),
    });
    expect(await state(alice, next.callId)).toMatchObject({ state: 'OFF', control: 'LOCKED_BY_POLICY' });
    await policy('ON_DEMAND', false);
  }, 40_000);
});
