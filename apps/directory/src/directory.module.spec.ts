import { ADA, RunningDirectory, type Who } from './directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await RunningDirectory.start();
});
afterAll(() => directory?.stop());
const cursorOf = (...place: readonly string[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

const data = (query: string, who?: Who): Promise<unknown> => directory.data(query, who);
const codes = (query: string, who?: Who): Promise<unknown> => directory.codes(query, who);

describe('the demo account', () => {
  it('has its people, teams and Numbers', async () => {
    expect(
      await data(
        '{ agents { edges { node { id extension role defaultNumber { id } dedicatedNumber { id } teams { id } } } } teams { id members { id } dedicatedNumber { id } } }',
      ),
    ).toEqual({
      agents: {
        edges: [
          ['ada', '202', 'ADMIN', null, null, []],
          ['alice', '101', 'AGENT', 'main', null, ['sales']],
          ['bob', '102', 'AGENT', 'bob', 'bob', ['support']],
          ['carol', '103', 'AGENT', 'quiet', 'quiet', ['support']],
          ['dan', '104', 'AGENT', 'main', null, ['sales', 'support']],
          ['sam', '201', 'SUPERVISOR', null, null, []],
        ].map(([id, extension, role, own, dedicated, teams]) => ({
          node: {
            id,
            extension,
            role,
            defaultNumber: own && { id: own },
            dedicatedNumber: dedicated && { id: dedicated },
            teams: (teams as string[]).map((team) => ({ id: team })),
          },
        })),
      },
      teams: [
        { id: 'sales', members: [{ id: 'alice' }, { id: 'dan' }], dedicatedNumber: null },
        { id: 'support', members: [{ id: 'bob' }, { id: 'carol' }, { id: 'dan' }], dedicatedNumber: { id: 'support' } },
      ],
    });
    expect(
      await data(
        '{ numbers { id e164 voicemail unavailabilityMessage dedicatedAgent { id } dedicatedTeam { id } } contacts { edges { node { id name number line { id } } } } }',
      ),
    ).toEqual({
      numbers: [
        {
          id: 'bob',
          e164: '+33187000003',
          voicemail: true,
          unavailabilityMessage: null,
          dedicatedAgent: { id: 'bob' },
          dedicatedTeam: null,
        },
        { id: 'main', e164: '+33187000001', voicemail: false, unavailabilityMessage: null, dedicatedAgent: null, dedicatedTeam: null },
        {
          id: 'quiet',
          e164: '+33187000004',
          voicemail: false,
          unavailabilityMessage: expect.any(String),
          dedicatedAgent: { id: 'carol' },
          dedicatedTeam: null,
        },
        {
          id: 'support',
          e164: '+33187000002',
          voicemail: true,
          unavailabilityMessage: null,
          dedicatedAgent: null,
          dedicatedTeam: { id: 'support' },
        },
      ],
      contacts: { edges: [{ node: { id: 'bob-direct', name: 'Bob (direct)', number: '+33187000003', line: { id: 'bob' } } }] },
    });
  });

  it('is told whole, once, however often the service starts', async () => {
    await directory.restart();
    const events = await directory.told();
    const seeded = events.filter((event) => event.type !== 'contact.saved');
    expect(seeded.map(({ type }) => type).toSorted()).toEqual([
      ...Array<string>(6).fill('agent.saved'),
      ...Array<string>(4).fill('number.saved'),
      'policy.saved',
      'team.saved',
      'team.saved',
    ]);
    expect(events).toContainEqual({
      type: 'contact.saved',
      contact: { id: 'bob-direct', name: 'Bob (direct)', e164: '+33187000003', numberId: 'bob' },
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'agent.saved',
        agent: expect.objectContaining({ id: 'carol', defaultNumberId: 'quiet', dedicatedNumberId: 'quiet' }),
      }),
    );
    expect(events).toContainEqual({
      type: 'policy.saved',
      policy: {
        ringSeconds: 30,
        wrapUpSeconds: 30,
        tagRequired: false,
        allowedCountries: [],
        blockedNumbers: [],
        recording: 'ON_DEMAND',
        tags: [],
        consultationsRecorded: false,
        recordingDays: null,
        historyDays: null,
        timeZone: 'UTC',
        busyAfterColdSeconds: 0,
        allowedTariffs: [],
        shortNumbersAllowed: false,
      },
    });
  });
});

describe('who sees what', () => {
  it('knows the agent behind the token, and nobody without one', async () => {
    expect(await data('{ me { id name } }', { sub: 'dan' })).toEqual({ me: { id: 'dan', name: 'Dan' } });
    expect(await codes('{ me { id } }', { sub: 'alice', expiresIn: -10 })).toEqual(['UNAUTHENTICATED']);
  });

  it('answers NOT_FOUND for what does not exist and for what another account has', async () => {
    const all =
      '{ agent(id: "alice") { id } }|{ team(id: "support") { id } }|{ number(id: "main") { id } }|mutation { deleteContact(id: "bob-direct") { __typename } }|{ me { id } }'.split(
        '|',
      );
    for (const query of all) expect(await codes(query, { sub: 'alice', account: 'other', role: 'ADMIN' })).toEqual(['NOT_FOUND']);
    expect(await codes('{ agent(id: "nobody") { id } }')).toEqual(['NOT_FOUND']);
    expect(await codes('mutation { updateContact(id: "nothing", name: "x") { __typename } }')).toEqual(['NOT_FOUND']);
  });

  it('gives entities by reference, in the asker’s account alone', async () => {
    const query =
      '{ _entities(representations: [{ __typename: "Agent", id: "bob" }, { __typename: "Number", id: "main" }, { __typename: "Team", id: "nobody" }, { __typename: "Contact", id: "bob-direct" }]) { __typename ... on Agent { name } ... on Number { label } ... on Contact { name } } }';
    expect(await data(query)).toEqual({
      _entities: [
        { __typename: 'Agent', name: 'Bob' },
        { __typename: 'Number', label: 'Main' },
        null,
        { __typename: 'Contact', name: 'Bob (direct)' },
      ],
    });
    expect(await data(query, { sub: 'alice', account: 'other' })).toEqual({ _entities: [null, null, null, null] });
  });

  it('shows a Number’s distribution to supervisors and administrators', async () => {
    const query = '{ number(id: "main") { distribution { team { id } agent { id } order ringSeconds } } }';
    expect(await data(query, ADA)).toEqual({
      number: { distribution: [{ team: { id: 'sales' }, agent: null, order: 'ALL_AT_ONCE', ringSeconds: null }] },
    });
    expect(await data(query)).toEqual({ number: { distribution: null } });
  });

  it('S22 tells an agent and a team without a dedicated Number so, with what to do', async () => {
    expect(
      await data(
        '{ agent(id: "alice") { noDedicatedNumber { code remedy } } team(id: "sales") { noDedicatedNumber { code message } } bob: agent(id: "bob") { noDedicatedNumber { code } } }',
      ),
    ).toEqual({
      agent: { noDedicatedNumber: { code: 'NO_DEDICATED_NUMBER', remedy: expect.stringContaining('administrator') } },
      team: { noDedicatedNumber: { code: 'NO_DEDICATED_NUMBER', message: 'The team Sales has no dedicated Number.' } },
      bob: { noDedicatedNumber: null },
    });
  });
});

describe('lists', () => {
  const found = async (args: string): Promise<unknown> =>
    ((await data(`{ agents(${args}) { edges { node { id } } } }`)) as { agents: { edges: { node: { id: string } }[] } }).agents.edges.map(
      ({ node }) => node.id,
    );

  it.each([
    ['search: "ÀL"', ['alice']],
    ['search: "103"', ['carol']],
    ['search: "01 87 00 00 03"', ['bob']],
    ['search: "%"', []],
    ['search: "_"', []],
    ['search: "\\\\"', []],
    ['teamId: "support"', ['bob', 'carol', 'dan']],
    ['teamId: "support", search: "a"', ['carol', 'dan']],
    ['teamId: "nothing"', []],
  ])('finds agents by %s', async (args, ids) => {
    expect(await found(args)).toEqual(ids);
  });

  it('gives pages that join without overlap', async () => {
    const seen: string[] = [];
    let after = '';
    for (let more = true; more;) {
      const page = (await data(`{ agents(first: 4 ${after}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`)) as {
        agents: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      seen.push(...page.agents.edges.map(({ node }) => node.id));
      more = page.agents.pageInfo.hasNextPage;
      after = `, after: "${page.agents.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual(['ada', 'alice', 'bob', 'carol', 'dan', 'sam']);
    for (const after of ['nonsense', cursorOf('x'), cursorOf('x', '\0')])
      for (const list of ['agents', 'contacts'])
        expect(await codes(`{ ${list}(after: "${after}") { edges { cursor } } }`)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('contacts', () => {
  const made = async (name: string, number: string, who?: Who): Promise<{ id: string }> =>
    (
      (await data(
        `mutation { createContact(name: "${name}", number: "${number}") { __typename ... on Contact { id name number line { id } } ... on Refused { code remedy } } }`,
        who,
      )) as { createContact: { id: string } }
    ).createContact;

  it('S23 S24 are created one by one and found by every agent of the account, by name or number', async () => {
    const zoe = await made('  Zoé Dupont', '+33612345678');
    expect(zoe).toEqual({ __typename: 'Contact', id: expect.any(String), name: 'Zoé Dupont', number: '+33612345678', line: null });
    for (const search of ['zoe', 'DUPONT', '06 12 34 56'])
      expect(await data(`{ contacts(search: "${search}") { edges { node { id } } } }`, { sub: 'dan' })).toEqual({
        contacts: { edges: [{ node: { id: zoe.id } }] },
      });
    expect(await data('{ contacts(search: "zoe") { edges { node { id } } } }', { sub: 'dan', account: 'other' })).toEqual({
      contacts: { edges: [] },
    });
  });

  it('S23 stand for the account’s Number that their phone number is, also after a change of it', async () => {
    const quiet = await made('Carol (direct)', '+33187000004');
    expect(quiet).toMatchObject({ line: { id: 'quiet' } });
    expect(
      await data(`mutation { updateContact(id: "${quiet.id}", number: "+33187000002") { ... on Contact { name line { id } } } }`, {
        sub: 'dan',
      }),
    ).toEqual({
      updateContact: { name: 'Carol (direct)', line: { id: 'support' } },
    });
  });

  it('S23 refuse an empty name and a number that cannot exist', async () => {
    expect(await made(' ', '+33187000004')).toMatchObject({ __typename: 'Refused', code: 'INVALID_NAME' });
    for (const number of ['+3300000', '12', '0612345678', ''])
      expect(await made('Nobody', number)).toMatchObject({ __typename: 'Refused', code: 'INVALID_NUMBER', remedy: expect.any(String) });
  });

  it('are told as they are saved, changed and deleted, numbered without a gap', async () => {
    const { id } = await made('Tom', '+33612345679');
    await data(`mutation { updateContact(id: "${id}", name: "Thomas") { __typename } }`);
    expect(await data(`mutation { deleteContact(id: "${id}") { ... on Contact { id name } } }`)).toEqual({
      deleteContact: { id, name: 'Thomas' },
    });
    expect(await codes(`mutation { deleteContact(id: "${id}") { __typename } }`)).toEqual(['NOT_FOUND']);
    expect(
      (await directory.told()).filter((event) => ('contact' in event ? event.contact.id : 'contactId' in event && event.contactId) === id),
    ).toEqual([
      { type: 'contact.saved', contact: { id, name: 'Tom', e164: '+33612345679', numberId: null } },
      { type: 'contact.saved', contact: { id, name: 'Thomas', e164: '+33612345679', numberId: null } },
      { type: 'contact.deleted', contactId: id },
    ]);
  });
});

it('says when it is ready', async () => {
  expect(await (await fetch(`${directory.url}/health/ready`)).json()).toEqual({ status: 'ready' });
});

it('a contact is found by its id, in its account alone', async () => {
  expect(await directory.data('{ contact(id: "bob-direct") { name number line { id } } }')).toEqual({
    contact: { name: 'Bob (direct)', number: '+33187000003', line: { id: 'bob' } },
  });
  expect(await directory.codes('{ contact(id: "bob-direct") { id } }', { sub: 'eve', account: 'other' })).toEqual(['NOT_FOUND']);
  expect(await directory.codes('{ contact(id: "nobody") { id } }')).toEqual(['NOT_FOUND']);
});
