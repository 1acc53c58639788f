import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from './people.ts';

interface Diagnosis {
  readonly code: string;
  readonly message: string;
  readonly causes: readonly string[];
  readonly remedies: readonly string[];
}
const DIAGNOSE =
  'query($callId: ID, $transferId: ID, $agentId: ID) { diagnose(callId: $callId, transferId: $transferId, agentId: $agentId) { code message causes remedies } }';

/** What is said of it, in both languages. */
async function diagnose(app: AgentApp, what: { callId?: string; transferId?: string; agentId?: string }) {
  const [en, fr] = await Promise.all(
    ['en', 'fr-FR, fr;q=0.9, en;q=0.8'].map(
      async (language) => (await app.get<{ diagnose: Diagnosis[] }>(DIAGNOSE, what, language)).diagnose,
    ),
  );
  if (!en || !fr) throw new Error('both were asked');
  expect(fr.map(({ code }) => code)).toEqual(en.map(({ code }) => code));
  for (const [n, english] of en.entries()) {
    expect(fr[n]?.message).not.toBe(english.message);
    expect(fr[n]?.causes).toHaveLength(english.causes.length);
    expect(fr[n]?.remedies).toHaveLength(english.remedies.length);
  }
  return { codes: en.map(({ code }) => code), en, fr };
}

describe('the story of finding out what is the matter', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, carol: AgentApp, dan: AgentApp, sam: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin({ env: { MINIMUM_APP_VERSION: '2.10' } });
    ({ alice, bob, carol, dan } = await world.people('alice', 'bob', 'carol', 'dan'));
    [sam, ada] = await Promise.all([world.agent('sam'), world.agent('ada')]);
    await ada.get('mutation { updatePolicy(ringSeconds: 5) { __typename } }');
  }, 120_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice, bob, carol, dan), 30_000);

  const reports = async (app: AgentApp, report: string): Promise<void> => {
    const { me } = await app.get<{ me: { devices: { id: string }[] } }>('{ me { devices { id } } }');
    await app.get(`mutation($id: ID!) { reportConnection(deviceId: $id, ${report}) { __typename } }`, { id: me.devices[0]?.id });
  };
  const toBob = async (mode: 'COLD' | 'WARM') => {
    const { callId, callerLeg } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode, target: { agentId: 'bob' } });
    return { callId, callerLeg, transferId: startTransfer.id, offer: await bob.rung(`${mode}_TRANSFER`) };
  };

  it('S39 says what the app of the agent reports of its connection', async () => {
    const { callId } = await world.talking(alice);
    expect((await diagnose(alice, { callId })).codes).toEqual([]);
    await reports(alice, 'appVersion: "2.9.1", rttMs: 40, jitterMs: 5, packetLoss: 0.125');
    const { codes, en, fr } = await diagnose(alice, { callId });
    expect(codes).toEqual(['UNSTABLE_CONNECTION', 'OUTDATED_APP']);
    expect(en[0]?.causes[0]).toMatch(/loses 12\.5 % of its packets/);
    expect(fr[0]?.causes[0]).toMatch(/perd 12,5 % de ses paquets/);
    expect(en[0]?.remedies[0]).toBe("Run the app's network diagnostic.");
    expect(fr[1]).toMatchObject({
      message: 'L’application n’est pas à jour : Alice.',
      remedies: ['Mettez l’application à jour.', 'Redémarrez l’appareil.'],
    });
    await reports(alice, 'appVersion: "2.10.0", rttMs: 40, jitterMs: 5, packetLoss: 0');
    expect((await diagnose(alice, { callId })).codes).toEqual([]);
  }, 60_000);

  it('S39 says that a call between colleagues cannot be transferred, nor one that is being transferred', async () => {
    await bob.get('mutation { callAgent(agentId: "dan") { __typename } }');
    const { callId } = await dan.rung('DIRECT');
    const internal = await diagnose(dan, { callId });
    expect(internal.codes).toContain('INTERNAL_CALL');
    expect(internal.fr[0]?.message).toBe('Un appel entre collègues ne peut pas être transféré.');
    await world.allQuiet(bob, dan);

    const { callId: pending } = await toBob('COLD');
    expect((await diagnose(alice, { callId: pending })).fr[0]).toMatchObject({
      code: 'TRANSFER_IN_PROGRESS',
      message: 'L’appel est déjà en cours de transfert.',
      remedies: ['Attendez la fin de ce transfert, ou annulez-le d’abord.'],
    });
  }, 60_000);

  it('S40 says who did not answer, and names the contact that never sends a call back', async () => {
    const { transferId, callerLeg } = await toBob('COLD');
    const back = await alice.rung('TRANSFER_RETURN');
    const { codes, en, fr } = await diagnose(alice, { transferId });
    expect(codes).toEqual(['CAME_BACK']);
    expect(en[0]).toEqual({
      code: 'CAME_BACK',
      message: 'Nobody took the call that was transferred to Bob, so it came back to Alice.',
      causes: ['Bob was available and did not answer.', 'A transfer that nobody takes comes back to who made it: Alice.'],
      remedies: [
        'Transfer to the contact "Bob (direct)", which stands for the dedicated Number +33187000003, and not to the colleague or the team: Bob.',
        'A dedicated Number can always be reached: what nobody answers goes to its voicemail and never comes back.',
      ],
    });
    expect(fr[0]?.causes[0]).toBe('Bob était disponible et n’a pas répondu.');
    await alice.accept(back.id);
    await world.together(callerLeg, 'alice');
    expect((await diagnose(sam, { transferId })).codes).toEqual(['CAME_BACK']);
  }, 60_000);

  it('S41 says why a colleague is not offered, and no more than that to a colleague', async () => {
    await carol.setStatus('UNAVAILABLE');
    const { codes, en, fr } = await diagnose(alice, { agentId: 'carol' });
    expect(codes).toEqual(['UNAVAILABLE']);
    expect([en[0]?.message, fr[0]?.message]).toEqual(['Carol is unavailable.', 'Carol a le statut indisponible.']);
    expect(en[0]?.remedies).toEqual([
      'Ask them to become available: Carol.',
      'There is a dedicated Number, +33187000004, and no contact for it: make one, and transfer to the contact instead: Carol.',
      'A dedicated Number can always be reached: what nobody answers gets its unavailability message and never comes back.',
    ]);
    await carol.setStatus('AVAILABLE');
    expect((await diagnose(alice, { agentId: 'carol' })).codes).toEqual([]);
  });

  it('S42 says what leads transfers to the wrong line: to the agent, to supervisors, and of a transfer that landed there', async () => {
    const phone = await world.agent('bob');
    await phone.open();
    await ada.get('mutation { updateAgent(id: "bob", forwarding: "+33611223344", defaultNumberId: "main") { __typename } }');
    const { codes, en, fr } = await diagnose(sam, { agentId: 'bob' });
    expect(codes).toEqual(['WRONG_DEFAULT_NUMBER', 'FORWARDED', 'SEVERAL_DEVICES']);
    expect(en[0]?.causes).toEqual(['The default Number is +33187000001, the dedicated Number is +33187000003.']);
    expect(fr[1]?.causes).toEqual(['C’est le +33611223344 qui sonne, et non l’application.']);
    expect(fr[2]?.remedies[0]).toBe('Déconnectez tous les appareils, puis reconnectez-vous sur un seul.');
    expect((await diagnose(bob, { agentId: 'bob' })).codes).toEqual(codes);
    expect((await diagnose(alice, { agentId: 'bob' })).codes).toEqual([]);

    const { transferId } = await toBob('COLD');
    await phone.close();
    await ada.get('mutation { updateAgent(id: "bob", forwarding: null, defaultNumberId: "bob") { __typename } }');
    // two languages are two questions: they are compared once nothing changes in between any more
    await eventually(async () => (await bob.get<{ diagnose: readonly object[] }>(DIAGNOSE, { agentId: 'bob' })).diagnose.length === 0);
    expect((await diagnose(bob, { agentId: 'bob' })).codes).toEqual([]);
    expect((await diagnose(alice, { transferId })).codes).toContain('FORWARDED'); // as it was then, whatever has been changed since
  }, 60_000);

  it('S43 says that the transfer was cold, or was made cold while the target still rang', async () => {
    const cold = await toBob('COLD');
    await bob.accept(cold.offer.id);
    await world.together(cold.callerLeg, 'bob');
    const { codes, en, fr } = await diagnose(alice, { transferId: cold.transferId });
    expect(codes).toEqual(['NO_WRAP_UP_AFTER_COLD']);
    expect(en[0]?.remedies).toHaveLength(5);
    expect(fr[0]?.remedies[0]).toMatch(/^Faites un transfert avec accompagnement/);
    expect((await diagnose(alice, { callId: cold.callId })).codes).toEqual(['ALREADY_ENDED', 'NO_WRAP_UP_AFTER_COLD']);
    await world.allQuiet(alice, bob);

    const warm = await toBob('WARM');
    await alice.settle('completeTransfer($id)', warm.transferId);
    await bob.accept((await bob.rung('COLD_TRANSFER')).id);
    await world.together(warm.callerLeg, 'bob');
    expect((await diagnose(alice, { transferId: warm.transferId })).codes).toEqual(['NO_WRAP_UP_TURNED_COLD']);
  }, 60_000);

  it('asks for something that one may see', async () => {
    const { callId } = await world.talking(alice);
    const code = async (app: AgentApp, what: object) => (await app.ask(DIAGNOSE, what)).errors?.[0]?.extensions.code;
    expect(await code(alice, {})).toBe('BAD_USER_INPUT');
    expect(await code(carol, { callId })).toBe('NOT_FOUND');
    expect(await code(alice, { agentId: 'nobody' })).toBe('NOT_FOUND');
    expect(await code(alice, { transferId: callId.replace('-c1', '-t1') })).toBe('NOT_FOUND');
  });

  it('says refusals, hindrances and previews in the language that is asked for, live events too', async () => {
    await carol.setStatus('UNAVAILABLE');
    const { callId } = await world.talking(alice);
    const heard = { en: [] as string[], fr: [] as string[] };
    const sockets = (['en', 'fr'] as const).map((acceptLanguage) => {
      const socket = createClient({
        url: world.stack.wsUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${alice.token}`, acceptLanguage },
      });
      socket.subscribe<{ calls: { call: { transferability: { because: { message: string } | null } } } }>(
        { query: 'subscription { calls { call { transferability { because { message } } } } }' },
        {
          next: ({ data }) => heard[acceptLanguage].push(data?.calls.call.transferability.because?.message ?? 'nothing'),
          error: () => undefined,
          complete: () => undefined,
        },
      );
      return socket;
    });
    await eventually(() => heard.en.length > 0 && heard.fr.length > 0);

    const { transferTargets } = await alice.get<{
      transferTargets: {
        edges: { node: { unavailableBecause: { message: string; remedy: string }; preview: { cold: { says: string } } } }[];
      };
    }>(
      'query($id: ID!) { transferTargets(callId: $id, search: "carol", kinds: [AGENT], includeUnavailable: true) { edges { node { unavailableBecause { message remedy } preview { cold { says } } } } } }',
      { id: callId },
      'fr',
    );
    expect(transferTargets.edges.map(({ node }) => node)).toEqual([
      {
        unavailableBecause: {
          message: 'Carol a le statut indisponible.',
          remedy: expect.stringContaining('créez un contact pour leur numéro dédié'),
        },
        preview: {
          cold: {
            says: 'L’appel part immédiatement. Si personne ne répond, l’appelant vous revient. Vous n’avez pas de temps de clôture. L’enregistrement ne pourra ensuite être ni activé ni désactivé.',
          },
        },
      },
    ]);
    const START =
      'mutation($input: StartTransferInput!) { startTransfer(input: $input) { ... on Transfer { id } ... on Refused { code message remedy } } }';
    const start = async (target: object, language?: string) =>
      (await alice.get<{ startTransfer: object }>(START, { input: { callId, mode: 'COLD', target } }, language)).startTransfer;
    expect(await start({ agentId: 'carol' }, 'fr')).toEqual({
      code: 'TARGET_UNAVAILABLE',
      message: 'Carol a le statut indisponible.',
      remedy: 'Choisissez quelqu’un de disponible.',
    });
    expect(await start({ agentId: 'carol' }, 'de')).toMatchObject({ message: 'Carol is unavailable.' });
    expect(await start({ phoneNumber: '+33000' }, 'fr-CA')).toMatchObject({
      code: 'INVALID_DESTINATION',
      message: '+33000 n’est pas un numéro de téléphone existant.',
    });

    await start({ agentId: 'bob' });
    const { call } = await alice.get<{ call: { transferability: object } }>(
      'query($id: ID!) { call(id: $id) { transferability { because { code message remedy } } } }',
      { id: callId },
      'fr',
    );
    expect(call.transferability).toEqual({
      because: {
        code: 'TRANSFER_IN_PROGRESS',
        message: 'L’appel est déjà en cours de transfert.',
        remedy: 'Attendez la fin de ce transfert, ou annulez-le d’abord.',
      },
    });
    await eventually(
      () => heard.en.includes('The call is already being transferred.') && heard.fr.includes('L’appel est déjà en cours de transfert.'),
    );
    expect(heard.en.some((message) => heard.fr.includes(message) && message !== 'nothing')).toBe(false);
    for (const socket of sockets) await socket.dispose();
    await carol.setStatus('AVAILABLE');
  }, 60_000);
});
