import { ADA, RunningDirectory, SAM, type Who } from './directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await RunningDirectory.start();
});
afterAll(() => directory?.stop());

const REFUSED = '... on Refused { code message remedy }';
/** What a mutation answers, asked by an administrator. */
const change = async (mutation: string, fields: string, who: Who = ADA): Promise<unknown> =>
  Object.values((await directory.data(`mutation { ${mutation} { __typename ${fields} ${REFUSED} } }`, who)) as object)[0];
const agent = (mutation: string) =>
  change(mutation, '... on Agent { id name extension role defaultNumber { id } forwarding mayDialOut teams { id } }');
const team = (mutation: string) => change(mutation, '... on Team { id name members { id } dedicatedNumber { id } }');
const number = (mutation: string) =>
  change(
    mutation,
    '... on Number { id label e164 greeting voicemail recording unavailabilityMessage openingHours { timeZone spans { day from to } } dedicatedAgent { id dedicatedNumber { id } } dedicatedTeam { id } distribution { agent { id } team { id } order ringSeconds } }',
  );
const policy = (mutation: string) =>
  change(
    mutation,
    '... on Policy { ringSeconds wrapUpSeconds tagRequired allowedCountries blockedNumbers recording tags consultationsRecorded recordingDays historyDays timeZone busyAfterColdSeconds allowedTariffs shortNumbersAllowed }',
  );

describe('who may', () => {
  it('change an account: administrators alone', async () => {
    const before = await directory.told();
    for (const mutation of [
      'createAgent(name: "Eve", extension: "105") { __typename }',
      'updateAgent(id: "alice", name: "Eve") { __typename }',
      'createTeam(name: "Night") { __typename }',
      'updateTeam(id: "sales", memberIds: []) { __typename }',
      'createNumber(label: "Night", e164: "+33187000009") { __typename }',
      'updateNumber(id: "main", voicemail: true) { __typename }',
      'updatePolicy(ringSeconds: 5) { __typename }',
    ])
      for (const who of [undefined, SAM]) expect(await directory.codes(`mutation { ${mutation} }`, who)).toEqual(['FORBIDDEN']);
    expect(await directory.told()).toHaveLength(before.length);
  });

  it('what another account has, or nobody, is not found', async () => {
    for (const mutation of [
      'updateAgent(id: "alice", name: "Eve") { __typename }',
      'updateTeam(id: "sales", name: "Eve") { __typename }',
      'updateNumber(id: "main", voicemail: true) { __typename }',
      'createTeam(name: "Night", memberIds: ["alice"]) { __typename }',
      'createAgent(name: "Eve", extension: "105", defaultNumberId: "main") { __typename }',
      'createNumber(label: "Night", e164: "+33187000009", dedicatedAgentId: "bob") { __typename }',
      'createNumber(label: "Night", e164: "+33187000009", distribution: [{ teamId: "sales" }]) { __typename }',
    ])
      expect(await directory.codes(`mutation { ${mutation} }`, { sub: 'eve', account: 'other', role: 'ADMIN' })).toEqual(['NOT_FOUND']);
  });

  it('the policy is seen by those who see all', async () => {
    expect(await directory.data('{ policy { ringSeconds } }', SAM)).toEqual({ policy: { ringSeconds: 30 } });
    expect(await directory.data('{ policy { ringSeconds } }', { ...SAM, account: 'other' })).toEqual({ policy: { ringSeconds: 30 } });
    expect(await directory.codes('{ policy { ringSeconds } }')).toEqual(['FORBIDDEN']);
  });
});

describe('agents', () => {
  it('are made, changed, and told of; what is left out stays, null takes away', async () => {
    const eve = { id: 'eve', name: 'Ève Martin', extension: '105', role: 'AGENT', forwarding: '+33612345678', mayDialOut: true, teams: [] };
    expect(
      await agent('createAgent(id: "eve", name: " Ève  Martin", extension: "105", defaultNumberId: "main", forwarding: "+33612345678")'),
    ).toEqual({ __typename: 'Agent', ...eve, defaultNumber: { id: 'main' } });
    expect(await agent('updateAgent(id: "eve", mayDialOut: false, forwarding: null, role: SUPERVISOR)')).toEqual({
      __typename: 'Agent',
      ...eve,
      role: 'SUPERVISOR',
      forwarding: null,
      mayDialOut: false,
      defaultNumber: { id: 'main' },
    });
    expect(await agent('updateAgent(id: "eve", mayDialOut: false)')).toMatchObject({ id: 'eve' });
    const revoked = (await directory.told()).filter((event) => event.type === 'agent.tokensRevoked');
    expect(revoked).toEqual([{ type: 'agent.tokensRevoked', agentId: 'eve' }]); // with the role, and not with the rest
    const told = (await directory.told()).filter((event) => event.type === 'agent.saved' && event.agent.id === 'eve');
    expect(told).toMatchObject([
      { agent: { forwarding: '+33612345678', mayDialOut: true, defaultNumberId: 'main' } },
      { agent: { forwarding: null, mayDialOut: false, role: 'SUPERVISOR' } },
    ]);
    expect(await directory.data('{ agents(search: "mar ev") { edges { node { id } } } }')).toEqual({
      agents: { edges: [{ node: { id: 'eve' } }] },
    });
  });

  it.each([
    ['ID_TAKEN', 'createAgent(id: "bob", name: "Bob", extension: "199")'],
    ['INVALID_ID', 'createAgent(id: "b o b", name: "Bob", extension: "199")'],
    ['EXTENSION_TAKEN', 'createAgent(name: "Bob", extension: "102")'],
    ['EXTENSION_TAKEN', 'updateAgent(id: "alice", extension: "102")'],
    ['INVALID_EXTENSION', 'updateAgent(id: "alice", extension: "x")'],
    ['INVALID_FORWARDING', 'updateAgent(id: "alice", forwarding: "+33187000003")'],
    ['INVALID_FORWARDING', 'updateAgent(id: "alice", forwarding: "+33000000000")'],
    ['INVALID_NAME', 'updateAgent(id: "alice", name: "")'],
  ])('%s: %s', async (code, mutation) => {
    expect(await agent(mutation)).toEqual({ __typename: 'Refused', code, message: expect.any(String), remedy: expect.any(String) });
  });

  it('may have the extension of somebody of another account', async () => {
    expect(
      await change('createAgent(id: "fay", name: "Fay", extension: "101")', '... on Agent { id }', {
        sub: 'x',
        account: 'other',
        role: 'ADMIN',
      }),
    ).toEqual({ __typename: 'Agent', id: 'fay' });
  });
});

describe('teams', () => {
  it('are made, changed, and told of with their members', async () => {
    expect(await team('createTeam(id: "night", name: "Night", memberIds: ["dan", "bob", "dan"])')).toEqual({
      __typename: 'Team',
      id: 'night',
      name: 'Night',
      members: [{ id: 'bob' }, { id: 'dan' }],
      dedicatedNumber: null,
    });
    expect(await team('updateTeam(id: "night", memberIds: ["carol"])')).toMatchObject({ name: 'Night', members: [{ id: 'carol' }] });
    expect(await directory.data('{ agent(id: "dan") { teams { id } } }')).toEqual({
      agent: { teams: [{ id: 'sales' }, { id: 'support' }] },
    });
    const told = (await directory.told()).filter((event) => event.type === 'team.saved' && event.team.id === 'night');
    expect(told).toMatchObject([{ team: { memberIds: ['bob', 'dan'] } }, { team: { memberIds: ['carol'] } }]);
    expect(await team('createTeam(id: "night", name: "Night")')).toMatchObject({ code: 'ID_TAKEN' });
    expect(await team('updateTeam(id: "night", name: " ")')).toMatchObject({ code: 'INVALID_NAME' });
    expect(await directory.codes('mutation { updateTeam(id: "night", memberIds: ["nobody"]) { __typename } }', ADA)).toEqual(['NOT_FOUND']);
  });
});

describe('Numbers', () => {
  it('S22 are made for somebody, whose contacts and colleagues are told', async () => {
    await directory.data('mutation { createContact(name: "Dan (mobile)", number: "+33187000010") { __typename } }');
    const settings =
      'distribution: [{ agentId: "dan" }, { teamId: "sales", order: LONGEST_IDLE, ringSeconds: 20 }], greeting: " Bonjour. ", voicemail: true, recording: ALWAYS, dedicatedAgentId: "dan", openingHours: { timeZone: "Europe/Paris", spans: [{ day: 1, from: "08:00", to: "24:00" }] }';
    const dan = {
      __typename: 'Number',
      id: 'dan',
      label: 'Dan',
      e164: '+33187000010',
      greeting: 'Bonjour.',
      voicemail: true,
      recording: 'ALWAYS',
      unavailabilityMessage: null,
      openingHours: { timeZone: 'Europe/Paris', spans: [{ day: 1, from: '08:00', to: '24:00' }] },
      dedicatedAgent: { id: 'dan', dedicatedNumber: { id: 'dan' } },
      dedicatedTeam: null,
      distribution: [
        { agent: { id: 'dan' }, team: null, order: 'ALL_AT_ONCE', ringSeconds: null },
        { agent: null, team: { id: 'sales' }, order: 'LONGEST_IDLE', ringSeconds: 20 },
      ],
    };
    expect(await number(`createNumber(id: "dan", label: "Dan", e164: "+33187000010", ${settings})`)).toEqual(dan);
    expect(await directory.data('{ contacts(search: "dan mobile") { edges { node { line { id } } } } }')).toEqual({
      contacts: { edges: [{ node: { line: { id: 'dan' } } }] },
    });
    expect(await number('updateNumber(id: "dan", dedicatedTeamId: "sales", openingHours: null, greeting: null, recording: null)')).toEqual({
      ...dan,
      greeting: null,
      recording: null,
      openingHours: null,
      dedicatedAgent: null,
      dedicatedTeam: { id: 'sales' },
    });
    const told = (await directory.told()).slice(-5);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'contact.saved', contact: expect.objectContaining({ e164: '+33187000010', numberId: 'dan' }) }),
        expect.objectContaining({ type: 'agent.saved', agent: expect.objectContaining({ id: 'dan', dedicatedNumberId: null }) }),
        expect.objectContaining({ type: 'team.saved', team: expect.objectContaining({ id: 'sales', dedicatedNumberId: 'dan' }) }),
        expect.objectContaining({
          type: 'number.saved',
          number: expect.objectContaining({
            id: 'dan',
            dedicatedAgentId: null,
            dedicatedTeamId: 'sales',
            openingHours: null,
            recording: null,
          }),
        }),
      ]),
    );
  });

  const open = (zone: string, day: number, from: string, to: string) =>
    `updateNumber(id: "main", openingHours: { timeZone: "${zone}", spans: [{ day: ${day}, from: "${from}", to: "${to}" }] })`;
  it.each([
    ['ALREADY_DEDICATED', 'updateNumber(id: "main", dedicatedAgentId: "bob")'],
    ['ALREADY_DEDICATED', 'updateNumber(id: "main", dedicatedTeamId: "support")'],
    ['TWO_HOLDERS', 'updateNumber(id: "main", dedicatedAgentId: "alice", dedicatedTeamId: "sales")'],
    ['NUMBER_TAKEN', 'createNumber(label: "Again", e164: "+33187000001")'],
    ['INVALID_NUMBER', 'createNumber(label: "None", e164: "+33000000000")'],
    ['INVALID_OPENING_HOURS', open('Europe/Nowhere', 1, '08:00', '09:00')],
    ['INVALID_OPENING_HOURS', open('+01:00', 1, '08:00', '09:00')],
    ['INVALID_OPENING_HOURS', open('Europe/Paris', 8, '08:00', '09:00')],
    ['INVALID_OPENING_HOURS', open('Europe/Paris', 1, '22:00', '02:00')],
    ['INVALID_DISTRIBUTION', 'updateNumber(id: "main", distribution: [{}])'],
    ['INVALID_TEXT', 'updateNumber(id: "main", greeting: "\\u0000")'],
  ])('S22 %s: %s', async (code, mutation) => {
    expect(await number(mutation)).toEqual({ __typename: 'Refused', code, message: expect.any(String), remedy: expect.any(String) });
    expect(await directory.data('{ number(id: "main") { dedicatedAgent { id } dedicatedTeam { id } openingHours { timeZone } } }')).toEqual(
      {
        number: { dedicatedAgent: null, dedicatedTeam: null, openingHours: null },
      },
    );
  });

  it('S22 two of one holder, asked for at the same time, are one', async () => {
    const answers = (await Promise.all(
      [11, 12, 13].map((n) => number(`createNumber(label: "Sam ${n}", e164: "+331870000${n}", dedicatedAgentId: "sam")`)),
    )) as { __typename: string; code?: string }[];
    expect(answers.map(({ __typename, code }) => code ?? __typename).toSorted()).toEqual([
      'ALREADY_DEDICATED',
      'ALREADY_DEDICATED',
      'Number',
    ]);
  });
});

describe('the policy', () => {
  it('is changed in part, and told whole', async () => {
    const changed = {
      ringSeconds: 5,
      wrapUpSeconds: 600,
      tagRequired: true,
      allowedCountries: ['FR'],
      blockedNumbers: ['+33899000000'],
      recording: 'ALWAYS',
      tags: ['Sale', 'Not now'],
      consultationsRecorded: true,
      recordingDays: null,
      historyDays: 400,
      timeZone: 'Europe/Paris',
      busyAfterColdSeconds: 20,
      allowedTariffs: ['SATELLITE', 'PREMIUM_RATE'],
      shortNumbersAllowed: true,
    };
    expect(
      await policy('updatePolicy(ringSeconds: 5, tagRequired: true, recordingDays: 30, blockedNumbers: ["+33899000000"])'),
    ).toMatchObject({
      wrapUpSeconds: 30,
      recordingDays: 30,
      timeZone: 'UTC',
    });
    const more =
      'recording: ALWAYS, tags: ["Sale ", "sale", "Not  now"], consultationsRecorded: true, recordingDays: null, historyDays: 400, timeZone: "Europe/Paris", busyAfterColdSeconds: 20, allowedTariffs: [SATELLITE, PREMIUM_RATE, SATELLITE], shortNumbersAllowed: true';
    expect(await policy(`updatePolicy(wrapUpSeconds: 600, allowedCountries: ["FR", "FR"], ${more})`)).toEqual({
      __typename: 'Policy',
      ...changed,
    });
    expect((await directory.told()).filter((event) => event.type === 'policy.saved').at(-1)).toEqual({
      type: 'policy.saved',
      policy: changed,
    });
  });

  it.each([
    ['INVALID_RING_SECONDS', 'ringSeconds: 121'],
    ['INVALID_WRAP_UP_SECONDS', 'wrapUpSeconds: -1'],
    ['INVALID_COUNTRY', 'allowedCountries: ["FR", "Atlantis"]'],
    ['INVALID_BUSY_SECONDS', 'busyAfterColdSeconds: -1'],
    ['INVALID_DAYS', 'historyDays: 0'],
    ['INVALID_TIME_ZONE', 'timeZone: "Europe/Nowhere"'],
    ['INVALID_TIME_ZONE', 'timeZone: "+01:00"'],
    ['INVALID_TAG', `tags: ["${'x'.repeat(51)}"]`],
  ])('%s: %s', async (code, args) => {
    expect(await policy(`updatePolicy(${args})`)).toMatchObject({ __typename: 'Refused', code });
  });
});
