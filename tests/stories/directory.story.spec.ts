import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

/** A mutation's answer, whatever it is. */
type Said = Readonly<Record<string, unknown>>;

describe('the story of an account', () => {
  let world: World;
  let alice: AgentApp, bob: AgentApp, dan: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice, bob, dan } = await world.people('alice', 'bob', 'dan'));
    ada = await world.agent('ada');
  }, 120_000);

  afterAll(() => world?.end(), 60_000);

  const contacts = async (app: AgentApp, search: string): Promise<readonly Said[]> =>
    (
      await app.get<{ contacts: { edges: { node: Said }[] } }>(
        'query($search: String) { contacts(search: $search) { edges { node { name number line { id } } } } }',
        { search },
      )
    ).contacts.edges.map(({ node }) => node);
  const change = async (app: AgentApp, mutation: string, fields: string): Promise<Said> =>
    (await app.get<{ said: Said }>(`mutation { said: ${mutation} { __typename ${fields} ... on Refused { code remedy } } }`)).said;

  it('S23 S24 a file that alice brings in is there for dan, who may type it as he likes', async () => {
    const csv = '\uFEFFNom;Téléphone\r\n"Martin, Élise";06 39 98 12 34\r\nSans numéro;\r\nBob en direct;01 87 00 00 03\r\n';
    const said = await alice.get(
      'mutation($csv: String!) { importContacts(csv: $csv) { __typename ... on ContactImport { created updated unchanged rejected { line reason } } } }',
      { csv },
    );
    expect(said).toEqual({
      importContacts: {
        __typename: 'ContactImport',
        created: 1,
        updated: 1,
        unchanged: 0,
        rejected: [{ line: 3, reason: 'There is no phone number.' }],
      },
    });
    const elise = { name: 'Martin, Élise', number: '+33639981234', line: null };
    for (const search of ['elise', 'eli MART', '06 39 98', '+33 (0)6 39', 'martin 06'])
      expect(await contacts(dan, search)).toEqual([elise]);
    expect(await contacts(dan, 'direct')).toEqual([{ name: 'Bob en direct', number: '+33187000003', line: { id: 'bob' } }]);
    expect(
      (await alice.get<{ importContacts: Said }>('mutation { importContacts(csv: "a,b") { ... on Refused { code remedy } } }'))
        .importContacts,
    ).toEqual({ code: 'INVALID_CSV', remedy: expect.stringContaining('téléphone') });
  });

  it('S24 a contact that dan makes is found by bob', async () => {
    await change(dan, 'createContact(name: "Clinique du Parc", number: "+33142345678")', '... on Contact { id }');
    expect(await contacts(bob, 'parc cli')).toEqual([{ name: 'Clinique du Parc', number: '+33142345678', line: null }]);
  });

  it('S24 a contact is found by its id', async () => {
    expect(await dan.get('{ contact(id: "bob-direct") { number line { id } } }')).toEqual({
      contact: { number: '+33187000003', line: { id: 'bob' } },
    });
    expect((await dan.ask('{ contact(id: "nobody") { id } }')).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('what ada changes of a team holds for the next call, and shows at once', async () => {
    expect(
      await change(ada, 'updateTeam(id: "sales", memberIds: ["bob"])', '... on Team { members { id } availableMembers { id } }'),
    ).toEqual({
      __typename: 'Team',
      members: [{ id: 'bob' }],
      availableMembers: [{ id: 'bob' }],
    });
    const callerLeg = await world.call(CALLER, MAIN);
    expect((await bob.accept((await bob.rung('DIRECT')).id)).acceptOffer).toMatchObject({ agent: { id: 'bob' } });
    await world.together(callerLeg, 'bob');
    expect(alice.offers).toEqual([]);
    await world.allQuiet(bob);
  });

  it('S22 ada gives alice a Number of her own; nobody else may, and nobody gets two', async () => {
    const FIELDS = '... on Number { greeting openingHours { timeZone } dedicatedAgent { id dedicatedNumber { id } } }';
    const asked =
      'createNumber(id: "alice", label: "Alice", e164: "+33187000005", dedicatedAgentId: "alice", distribution: [{ agentId: "alice" }], greeting: "Bonjour", openingHours: { timeZone: "Europe/Paris", spans: [] })';
    expect((await alice.ask(`mutation { ${asked} { __typename } }`)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await change(ada, asked, FIELDS)).toEqual({
      __typename: 'Number',
      greeting: 'Bonjour',
      openingHours: { timeZone: 'Europe/Paris' },
      dedicatedAgent: { id: 'alice', dedicatedNumber: { id: 'alice' } },
    });
    expect(await change(ada, 'updateNumber(id: "alice", greeting: null, openingHours: null)', FIELDS)).toMatchObject({
      greeting: null,
      openingHours: null,
    });
    expect(await change(ada, 'updateNumber(id: "main", dedicatedAgentId: "alice")', FIELDS)).toMatchObject({ code: 'ALREADY_DEDICATED' });
    await world.call(CALLER, '+33187000005');
    await alice.reject((await alice.rung('DIRECT')).id);
    expect(world.problems).toEqual([]);
  });

  it('an account without wrap-up time gives none after the next call', async () => {
    expect(await change(ada, 'updatePolicy(wrapUpSeconds: 0)', '... on Policy { ringSeconds wrapUpSeconds }')).toEqual({
      __typename: 'Policy',
      ringSeconds: 30,
      wrapUpSeconds: 0,
    });
    const before = bob.steps('bob').length;
    const { callerLeg } = await world.talking(bob);
    await world.simulator('POST', `/legs/${callerLeg}/hangup`);
    await eventually(
      () => bob.steps('bob').slice(before),
      (steps) => steps.includes('IN_CALL') && steps.at(-1) === 'AVAILABLE',
    );
    expect(bob.steps('bob').slice(before)).not.toContain('WRAP_UP');
  });
});
