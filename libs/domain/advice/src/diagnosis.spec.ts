import {
  told,
  whyItCameBack,
  whyNotNow,
  whyNotOffered,
  whyNoWrapUp,
  whyTheWrongLine,
  type Diagnosis,
  type DeviceFacts,
  type LineFacts,
  type NotOfferedFacts,
  type NotNow,
  type OfferFacts,
  type TransferFacts,
  type WrapUpFacts,
} from './index.ts';

const at = '2026-01-05T10:00:00.000Z';
const device: DeviceFacts = { id: 'laptop', lostAt: null, appVersion: null, rttMs: null, jitterMs: null, packetLoss: null, reportedAt: at };
const connection = { name: 'Alice', devices: [device], minimumAppVersion: null, at };
const codes = (diagnoses: readonly Diagnosis[]) => diagnoses.map(({ code }) => code);
const inFrench = (diagnoses: readonly Diagnosis[]) => diagnoses.map((diagnosis) => told('fr', diagnosis));
const inEnglish = (diagnoses: readonly Diagnosis[]) => diagnoses.map((diagnosis) => told('en', diagnosis));

describe('why transferring is not possible right now', () => {
  const refusal = (code: NotNow, message: string, remedy: string | null = null) => ({ code, message, remedy });

  it.each<[NotNow, string]>([
    ['NOT_READY', 'The call is not connected yet.'],
    ['INTERNAL_CALL', 'A call between colleagues cannot be transferred.'],
    ['TRANSFER_IN_PROGRESS', 'The call is already being transferred.'],
    ['HOP_LIMIT', 'The call was transferred 10 times already.'],
  ])('S39 %s', (code, message) => expect(codes(whyNotNow({ refusal: refusal(code, message), transferor: connection }))).toEqual([code]));

  it.each<[string, Partial<DeviceFacts>]>([
    ['UNSTABLE_CONNECTION', { packetLoss: 0.2 }],
    ['NETWORK_INSTABILITY', { rttMs: 900 }],
    ['BLOCKED_TRAFFIC', { packetLoss: 1 }],
    ['OUTDATED_APP', { appVersion: '1.0' }],
    ['DEVICE_LOST', { lostAt: at }],
  ])('S39 %s, from what the device reported', (code, reported) =>
    expect(
      codes(whyNotNow({ refusal: null, transferor: { ...connection, devices: [{ ...device, ...reported }], minimumAppVersion: '2' } })),
    ).toEqual([code]),
  );

  it('S39 nothing where nothing is wrong, and nothing of devices where the call has ended', () => {
    expect(whyNotNow({ refusal: null, transferor: connection })).toEqual([]);
    expect(
      codes(whyNotNow({ refusal: refusal('ALREADY_ENDED', 'The call has ended.'), transferor: { ...connection, devices: [] } })),
    ).toEqual(['ALREADY_ENDED']);
  });

  it('S39 with what to do, in both languages', () => {
    const unstable = whyNotNow({ refusal: null, transferor: { ...connection, devices: [{ ...device, packetLoss: 0.2 }] } });
    expect(inEnglish(unstable)[0]?.remedies).toEqual([
      "Run the app's network diagnostic.",
      'Test the internet connection, or try another network.',
      'Restart the device.',
      'Look at the status page for incidents.',
      'Check the network requirements, or ask support.',
    ]);
    expect(
      inFrench(whyNotNow({ refusal: refusal('INTERNAL_CALL', 'A call between colleagues cannot be transferred.'), transferor: null })),
    ).toEqual([
      {
        code: 'INTERNAL_CALL',
        message: 'Un appel entre collègues ne peut pas être transféré.',
        causes: ['Les deux parties sont des agents du compte : il n’y a pas d’appelant à transférer.'],
        remedies: [],
      },
    ]);
  });
});

const bobRang: OfferFacts = { name: 'Bob', isReturn: false, isAgent: true, end: { outcome: 'TIMED_OUT', reason: 'NO_ANSWER' } };
const aliceRang: OfferFacts = { ...bobRang, name: 'Alice', isReturn: true };
const dedicated = { e164: '+33187000003', voicemail: true, contact: 'Bob (direct)' };
const cold: TransferFacts = {
  status: 'RETURNED',
  reason: 'NO_ANSWER',
  mode: 'COLD',
  convertedFrom: null,
  transferor: 'Alice',
  target: { kind: 'AGENT', name: 'Bob', dedicated },
  offers: [bobRang, { ...aliceRang, end: { outcome: 'ACCEPTED', reason: null } }],
};

describe('why a call came back', () => {
  it.each<[string, Partial<TransferFacts>, readonly string[]]>([
    ['it is coming back', { status: 'RETURNING' }, ['CAME_BACK']],
    ['it came back', {}, ['CAME_BACK']],
    ['it could not come back', { status: 'FAILED', reason: 'TRANSFEROR_UNAVAILABLE', offers: [bobRang] }, ['RETURN_IMPOSSIBLE']],
    ['it came back in vain', { status: 'FAILED', offers: [bobRang, aliceRang] }, ['RETURN_NOT_TAKEN']],
    ['a warm one was not taken', { status: 'FAILED', mode: 'WARM', offers: [bobRang] }, ['NOT_TAKEN']],
    ['the target left', { status: 'CANCELLED', reason: 'TARGET_HUNG_UP', mode: 'WARM' }, ['TARGET_LEFT']],
    ['it was taken back on purpose', { status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR' }, []],
    ['it was completed', { status: 'COMPLETED' }, []],
    ['the caller left', { status: 'ABANDONED' }, []],
  ])('S40 %s', (_, facts, expected) => expect(codes(whyItCameBack({ ...cold, ...facts }))).toEqual(expected));

  it.each<[string, OfferFacts['end'], boolean, readonly string[]]>([
    ['no answer', { outcome: 'TIMED_OUT', reason: 'NO_ANSWER' }, true, ['Bob was available and did not answer.']],
    ['rejected', { outcome: 'REJECTED', reason: 'REJECTED' }, true, ['Bob was available and turned the call down.']],
    ['busy', { outcome: 'REJECTED', reason: 'BUSY' }, true, ['The phone was busy: Bob.']],
    [
      'no more available',
      { outcome: 'RESCINDED', reason: 'TARGET_UNAVAILABLE' },
      true,
      ['Bob was rung and stopped being available meanwhile.'],
    ],
    ['engine', { outcome: 'RESCINDED', reason: 'TELEPHONY_ERROR' }, true, ['The call engine failed to ring Bob.']],
    [
      'lost while connecting',
      { outcome: 'ACCEPTED', reason: null },
      true,
      ['Bob took the call and was gone before the caller could be heard.'],
    ],
    ['a colleague was quicker', { outcome: 'ANSWERED_ELSEWHERE', reason: null }, true, []],
    ['outside: no answer', { outcome: 'TIMED_OUT', reason: 'NO_ANSWER' }, false, ['Nobody answered: Bob.']],
    ['outside: no such number', { outcome: 'RESCINDED', reason: 'INVALID_DESTINATION' }, false, ['This number cannot be reached: Bob.']],
    ['rings', null, true, []],
  ])('S40 each offer with its outcome: %s', (_, end, isAgent, causes) =>
    expect(inEnglish(whyItCameBack({ ...cold, offers: [{ ...bobRang, end, isAgent }] }))[0]?.causes.slice(0, -1)).toEqual(causes),
  );

  it('S40 with the contact of the dedicated Number, by name', () =>
    expect(inFrench(whyItCameBack(cold))).toEqual([
      {
        code: 'CAME_BACK',
        message: 'Personne n’a pris l’appel transféré vers Bob ; il est donc revenu à Alice.',
        causes: ['Bob était disponible et n’a pas répondu.', 'Un transfert que personne ne prend revient à qui l’a fait : Alice.'],
        remedies: [
          'Transférez vers le contact « Bob (direct) », qui correspond au numéro dédié +33187000003, et non vers le collègue ou l’équipe : Bob.',
          'Un numéro dédié est toujours joignable : ce à quoi personne ne répond aboutit à sa messagerie vocale et ne revient jamais.',
        ],
      },
    ]));

  it.each<[string, TransferFacts['target']['dedicated'], RegExp]>([
    ['no dedicated Number', null, /^Have an administrator dedicate a Number/],
    ['no contact', { ...dedicated, contact: null }, /^There is a dedicated Number, \+33187000003, and no contact/],
    ['a contact', dedicated, /^Transfer to the contact "Bob \(direct\)"/],
  ])('S40 what to do where there is %s', (_, is, remedy) =>
    expect(inEnglish(whyItCameBack({ ...cold, target: { ...cold.target, dedicated: is } }))[0]?.remedies[0]).toMatch(remedy),
  );
});

describe('why an agent is not offered', () => {
  const idle = { status: 'AVAILABLE', reachable: true, inWrapUp: false, engagements: [] } as const;
  it.each<[string, Parameters<typeof whyNotOffered>[0]['standing'], readonly string[]]>([
    ['available', idle, []],
    ['takes transfers only', { ...idle, status: 'TRANSFERS_ONLY' }, []],
    ['unavailable', { ...idle, status: 'UNAVAILABLE' }, ['UNAVAILABLE']],
    ['offline', { ...idle, reachable: false }, ['OFFLINE']],
    ['in a call', { ...idle, engagements: ['IN_CALL'] }, ['IN_CALL']],
    ['in wrap-up', { ...idle, inWrapUp: true }, ['WRAP_UP']],
    ['busy', { ...idle, status: 'BUSY' }, ['BUSY']],
    ['rung', { ...idle, engagements: ['RINGING'] }, ['RINGING']],
  ])('S41 %s', (_, standing, expected) => expect(codes(whyNotOffered({ name: 'Bob', standing, dedicated }))).toEqual(expected));

  it.each<[Partial<NotOfferedFacts['standing']>, string]>([
    [{ engagements: ['IN_CALL'] }, 'Qui est en communication n’est pas proposé comme destinataire.'],
    [{ inWrapUp: true }, 'Qui est en temps de clôture n’est pas proposé avant la fin de celui-ci.'],
    [{ status: 'UNAVAILABLE' }, 'Qui a choisi le statut indisponible n’est pas proposé comme destinataire.'],
    [{ status: 'BUSY' }, 'Qui a choisi le statut occupé n’est pas proposé comme destinataire.'],
    [{ engagements: ['RINGING'] }, 'Qui est en train d’être appelé n’est pas proposé entre-temps.'],
  ])('S41 the cause is theirs: %j', (more, cause) =>
    expect(inFrench(whyNotOffered({ name: 'Bob', standing: { ...idle, ...more }, dedicated }))[0]?.causes).toEqual([cause]),
  );

  it('S41 have them go available, or use what can always be reached', () =>
    expect(inFrench(whyNotOffered({ name: 'Zoé', standing: { ...idle, reachable: false }, dedicated: null }))).toEqual([
      {
        code: 'OFFLINE',
        message: 'Zoé est hors ligne.',
        causes: ['Qui n’a aucune application connectée ne peut pas être appelé.', 'Il n’y a pas de numéro dédié : Zoé.'],
        remedies: [
          'Demandez de passer au statut disponible : Zoé.',
          expect.stringContaining('Faites attribuer par un administrateur un numéro dédié'),
          expect.stringContaining('sa messagerie vocale ou à son message d’indisponibilité'),
        ],
      },
    ]));
});

describe('why transfers land on the wrong line', () => {
  const right: LineFacts = {
    ...connection,
    name: 'Bob',
    defaultNumber: { e164: dedicated.e164, belongsTo: null },
    dedicated,
    forwarding: null,
  };
  it.each<[string, Partial<LineFacts>, readonly string[]]>([
    ['all is right', {}, []],
    ['no Number of their own', { dedicated: null }, []],
    ["the default is somebody else's", { defaultNumber: { e164: '+33187000004', belongsTo: 'Carol' } }, ['WRONG_DEFAULT_NUMBER']],
    ['the default is not their own', { defaultNumber: { e164: '+33187000001', belongsTo: null } }, ['WRONG_DEFAULT_NUMBER']],
    ['there is no default', { defaultNumber: null }, ['WRONG_DEFAULT_NUMBER']],
    ['neither default nor own', { defaultNumber: null, dedicated: null }, []],
    ['forwarded', { forwarding: '+33611111111' }, ['FORWARDED']],
    ['two devices', { devices: [device, { ...device, id: 'phone' }] }, ['SEVERAL_DEVICES']],
    ['a device that was lost is not signed in', { devices: [device, { ...device, id: 'phone', lostAt: at }] }, ['DEVICE_LOST']],
    ['no device: they are not offered at all (S41)', { devices: [] }, []],
    ['connection trouble', { devices: [{ ...device, jitterMs: 200 }] }, ['NETWORK_INSTABILITY']],
    [
      'all at once',
      { forwarding: '+33611111111', devices: [device, device], defaultNumber: null },
      ['WRONG_DEFAULT_NUMBER', 'FORWARDED', 'SEVERAL_DEVICES'],
    ],
  ])('S42 %s', (_, facts, expected) => expect(codes(whyTheWrongLine({ ...right, ...facts }))).toEqual(expected));

  it('S42 with what to do', () =>
    expect(inFrench(whyTheWrongLine({ ...right, devices: [device, device], dedicated: null }))[0]).toEqual({
      code: 'SEVERAL_DEVICES',
      message: 'Connexion sur plusieurs appareils : Bob.',
      causes: ['2 appareils sonnent en même temps, et le premier qui répond prend l’appel.'],
      remedies: [
        'Déconnectez tous les appareils, puis reconnectez-vous sur un seul.',
        expect.stringContaining('numéro dédié'),
        expect.stringContaining('toujours joignable'),
        'Si le problème persiste, contactez le support.',
      ],
    }));
});

describe('why no wrap-up appeared', () => {
  const account = { wrapUpSeconds: 30, tagRequired: false, busyAfterColdSeconds: 0 };
  const facts = (more: Partial<WrapUpFacts>): WrapUpFacts => ({ ...cold, ...account, status: 'COMPLETED', ...more });
  const to = (kind: TransferFacts['target']['kind']): Partial<WrapUpFacts> => ({ target: { ...cold.target, kind } });
  it.each<[string, Partial<WrapUpFacts>, readonly string[]]>([
    ['cold, to a colleague', {}, ['NO_WRAP_UP_AFTER_COLD']],
    ['cold, to a team', to('TEAM'), ['NO_WRAP_UP_AFTER_COLD']],
    ['begun warm and turned cold', { convertedFrom: 'WARM' }, ['NO_WRAP_UP_TURNED_COLD']],
    ['warm: there was one', { mode: 'WARM' }, []],
    ['cold, to a Number: there was one', to('NUMBER'), []],
    ['cold, to an outside number: there was one', to('EXTERNAL'), []],
    ['warm, and the account gives none', { mode: 'WARM', wrapUpSeconds: 0 }, ['NO_WRAP_UP_TIME']],
    ['warm, and it had to be tagged', { mode: 'WARM', wrapUpSeconds: 0, tagRequired: true }, []],
    ['to an outside number, which is always tagged', { ...to('EXTERNAL'), wrapUpSeconds: 0 }, []],
    ['it was not completed', { status: 'RETURNED' }, []],
  ])('S43 %s', (_, more, expected) => expect(codes(whyNoWrapUp(facts(more)))).toEqual(expected));

  it('S43 with the ways to take notes all the same', () => {
    const [turned] = inFrench(whyNoWrapUp(facts({ convertedFrom: 'WARM' })));
    expect(turned?.message).toBe(
      'Le transfert vers Bob a commencé avec accompagnement et est devenu un transfert à froid : il n’est pas suivi d’un temps de clôture.',
    );
    expect(turned?.causes[0]).toMatch(/pendant que le destinataire sonnait encore/);
    expect(turned?.remedies).toEqual([
      expect.stringMatching(/avec accompagnement/),
      expect.stringMatching(/en attente avant de le transférer/),
      expect.stringMatching(/occupé ou indisponible/),
      expect.stringMatching(/webhook call\.transferred/),
      expect.stringMatching(/administrateur/),
    ]);
    expect(inEnglish(whyNoWrapUp(facts({ busyAfterColdSeconds: 60 })))[0]?.remedies).toHaveLength(4);
  });
});
