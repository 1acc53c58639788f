import { ADA, RunningDirectory, SAM, type Who } from './directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await RunningDirectory.start();
});
afterAll(() => directory?.stop());
beforeEach(() => {
  directory.needed = [];
});

/** Every mutation that removes or brings back, of somebody or something of the demo account. */
const REMOVALS = ['deactivateAgent(id: "dan")', 'reactivateAgent(id: "dan")', 'deleteTeam(id: "sales")', 'deleteNumber(id: "main")'];
/** What is asked of the answer: of an agent, a team or a Number, as the mutation's name says. */
const fieldsOf = (mutation: string): string => {
  const [, type = ''] = /^\w+(Agent|Team|Number)\(/.exec(mutation) ?? [];
  return `__typename ... on ${type} { id ${type === 'Agent' ? 'deactivatedAt' : 'deletedAt'} } ... on Refused { code message remedy }`;
};
const change = async (mutation: string, who: Who = ADA): Promise<unknown> =>
  ((await directory.data(`mutation { done: ${mutation} { ${fieldsOf(mutation)} } }`, who)) as { done: unknown }).done;
const ids = (nodes: readonly { id: string }[]): string[] => nodes.map(({ id }) => id);
const listed = async (search = ''): Promise<{ agents: string[]; teams: string[]; numbers: string[] }> => {
  const query = 'query($search: String) { agents(search: $search) { edges { node { id } } } teams { id } numbers { id } }';
  const { agents, teams, numbers } = (await directory.data(query, undefined, { search })) as {
    agents: { edges: { node: { id: string } }[] };
    teams: { id: string }[];
    numbers: { id: string }[];
  };
  return { agents: ids(agents.edges.map(({ node }) => node)), teams: ids(teams), numbers: ids(numbers) };
};
/** What was told of it, in order. */
const types = async (id: string): Promise<string[]> =>
  (await directory.told())
    .filter((event) => [event].flatMap(Object.values).some((value) => value === id || (value as { id?: unknown }).id === id))
    .map(({ type }) => type);

describe('D21 who may remove', () => {
  it.each(REMOVALS)('%s: administrators of the account alone; others see nothing', async (mutation) => {
    const asked = `mutation { ${mutation} { __typename } }`;
    for (const who of [undefined, SAM]) expect(await directory.codes(asked, who)).toEqual(['FORBIDDEN']);
    expect(await directory.codes(asked, { sub: 'eve', account: 'other', role: 'ADMIN' })).toEqual(['NOT_FOUND']);
    expect(await directory.codes(asked.replace(/id: "\w+"/, 'id: "nobody"'), ADA)).toEqual(['NOT_FOUND']);
  });
});

describe('D21 what is needed is not removed', () => {
  it.each([
    ['IN_LIVE_CALL', 'deactivateAgent(id: "dan")', 'AGENT dan', 'A live call needs Dan.'],
    ['IN_LIVE_CALL', 'deleteTeam(id: "sales")', 'TEAM sales', 'A live call needs Sales.'],
    ['IN_LIVE_CALL', 'deleteNumber(id: "main")', 'NUMBER main', 'A live call needs Main.'],
    ['IN_DISTRIBUTION', 'deactivateAgent(id: "bob")', '', 'Bob is rung by Bob.'],
    ['IN_DISTRIBUTION', 'deleteTeam(id: "sales")', '', 'Sales is rung by Main.'],
    ['DEDICATED_NUMBER', 'deleteNumber(id: "bob")', '', 'Bob is dedicated to Bob.'],
    ['DEDICATED_NUMBER', 'deleteNumber(id: "support")', '', 'Support is dedicated to Support.'],
    ['ONESELF', 'deactivateAgent(id: "ada")', '', 'You cannot deactivate yourself.'],
  ])('%s: %s', async (code, mutation, needed, message) => {
    directory.needed = [needed];
    const before = (await directory.told()).length;
    expect(await change(mutation)).toEqual({ __typename: 'Refused', code, message, remedy: expect.any(String) });
    expect(await directory.told()).toHaveLength(before);
  });

  it('DEDICATED_NUMBER: an agent or a team whose own Number rings others', async () => {
    await directory.data('mutation { updateNumber(id: "quiet", distribution: []) { __typename } }', ADA);
    await directory.data('mutation { updateNumber(id: "support", distribution: []) { __typename } }', ADA);
    for (const mutation of ['deactivateAgent(id: "carol")', 'deleteTeam(id: "support")'])
      expect(await change(mutation)).toMatchObject({ code: 'DEDICATED_NUMBER' });
  });
});

describe('D21 an agent who is deactivated', () => {
  it('is in no list and no search, keeps name, teams and extension, and comes back whole; each twice is once', async () => {
    const gone = await change('deactivateAgent(id: "dan")');
    expect(gone).toEqual({ __typename: 'Agent', id: 'dan', deactivatedAt: expect.any(String) });
    expect(await change('deactivateAgent(id: "dan")')).toEqual(gone);
    expect([(await listed()).agents, (await listed('dan')).agents, (await listed('104')).agents]).toEqual([
      ['ada', 'alice', 'bob', 'carol', 'sam'],
      [],
      [],
    ]);
    expect(await directory.data('{ agent(id: "dan") { name extension } team(id: "sales") { members { id } } }')).toEqual({
      agent: { name: 'Dan', extension: '104' },
      team: { members: [{ id: 'alice' }] },
    });
    expect(await change('createAgent(name: "Daniela", extension: "104")')).toMatchObject({ code: 'EXTENSION_TAKEN' });
    expect(await change('updateAgent(id: "dan", name: "Daniel")')).toMatchObject({ code: 'DEACTIVATED' });
    for (const pointed of [
      'createTeam(name: "Night", memberIds: ["dan"])',
      'updateNumber(id: "main", distribution: [{ agentId: "dan" }])',
      'updateNumber(id: "main", dedicatedAgentId: "dan")',
    ])
      expect(await directory.codes(`mutation { ${pointed} { __typename } }`, ADA)).toEqual(['NOT_FOUND']);
    await change('updateTeam(id: "sales", memberIds: ["alice", "bob"])');

    const back = { __typename: 'Agent', id: 'dan', deactivatedAt: null };
    expect([await change('reactivateAgent(id: "dan")'), await change('reactivateAgent(id: "dan")')]).toEqual([back, back]);
    expect((await listed('dan')).agents).toEqual(['dan']);
    expect(await directory.data('{ team(id: "sales") { members { id } } }')).toEqual({
      team: { members: [{ id: 'alice' }, { id: 'bob' }, { id: 'dan' }] },
    });
    expect(await types('dan')).toEqual(['agent.saved', 'agent.deactivated', 'agent.saved']);
  });
});

describe('D21 a team that is deleted', () => {
  it('is in no list, keeps its name where it is named, and its id; twice is once', async () => {
    await change('createTeam(id: "night", name: "Night", memberIds: ["bob"])');
    const gone = await change('deleteTeam(id: "night")');
    expect(gone).toEqual({ __typename: 'Team', id: 'night', deletedAt: expect.any(String) });
    expect(await change('deleteTeam(id: "night")')).toEqual(gone);
    expect((await listed()).teams).not.toContain('night');
    expect(await directory.data('{ agent(id: "bob") { teams { id } } agents(teamId: "night") { edges { node { id } } } }')).toEqual({
      agent: { teams: [{ id: 'sales' }, { id: 'support' }] },
      agents: { edges: [] },
    });
    expect(await directory.codes('{ team(id: "night") { id } }')).toEqual(['NOT_FOUND']);
    expect(await directory.codes('mutation { updateTeam(id: "night", name: "Day") { __typename } }', ADA)).toEqual(['NOT_FOUND']);
    expect(await change('createTeam(id: "night", name: "Night")')).toMatchObject({ code: 'ID_TAKEN' });
    const named = 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Team { name members { id } deletedAt } } }';
    expect(await directory.data(named, undefined, { of: [{ __typename: 'Team', id: 'night' }] })).toEqual({
      _entities: [{ name: 'Night', members: [], deletedAt: expect.any(String) }],
    });
    expect(await types('night')).toEqual(['team.saved', 'team.deleted']);
  });
});

describe('D21 a Number that is deleted', () => {
  it('is in no list and nobody’s default; its contacts lead outside; its phone number may become a Number again', async () => {
    await directory.data('mutation { createContact(name: "The late shift", number: "+33187000020") { __typename } }');
    await change('createNumber(id: "late", label: "Late", e164: "+33187000020", distribution: [{ agentId: "bob" }])');
    await change('updateAgent(id: "alice", defaultNumberId: "late")');
    const before = (await directory.told()).length;
    const gone = await change('deleteNumber(id: "late")');
    expect(gone).toEqual({ __typename: 'Number', id: 'late', deletedAt: expect.any(String) });
    expect(await change('deleteNumber(id: "late")')).toEqual(gone);
    const told = (await directory.told()).slice(before);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { type: 'number.deleted', numberId: 'late' },
        { type: 'contact.saved', contact: expect.objectContaining({ e164: '+33187000020', numberId: null }) },
        { type: 'agent.saved', agent: expect.objectContaining({ id: 'alice', defaultNumberId: null }) },
      ]),
    );
    expect((await listed()).numbers).not.toContain('late');
    expect(await directory.codes('{ number(id: "late") { id } }')).toEqual(['NOT_FOUND']);
    expect(await directory.data('{ contacts(search: "late shift") { edges { node { line { id } } } } }')).toEqual({
      contacts: { edges: [{ node: { line: null } }] },
    });
    expect(await change('createNumber(id: "late", label: "Late", e164: "+33187000020")')).toMatchObject({ code: 'ID_TAKEN' });
    expect(await change('createNumber(id: "early", label: "Early", e164: "+33187000020")')).toMatchObject({ id: 'early' });
    expect(await change('createNumber(label: "Once more", e164: "+33187000020")')).toMatchObject({ code: 'NUMBER_TAKEN' });
  });

  it('rings nobody, so that whom it rang can be deactivated', async () => {
    await change('createNumber(id: "sam", label: "Sam", e164: "+33187000021", distribution: [{ agentId: "sam" }])');
    expect(await change('deactivateAgent(id: "sam")')).toMatchObject({ code: 'IN_DISTRIBUTION' });
    await change('deleteNumber(id: "sam")');
    expect(await change('deactivateAgent(id: "sam")')).toMatchObject({ id: 'sam' });
    expect(await change('reactivateAgent(id: "sam")')).toMatchObject({ id: 'sam' });
  });
});

it('nothing is removed while it cannot be found out whether a live call needs it', async () => {
  await directory.routingGoes();
  for (const mutation of REMOVALS.filter((one) => !one.startsWith('reactivate')))
    expect(await directory.codes(`mutation { ${mutation} { __typename } }`, ADA)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect((await listed()).teams).toContain('sales');
});
