import { usualPolicy, type DirectoryEvent, type PolicyEntry, noFiles } from '@cordboard/contracts';
import { testDatabase, type TestDatabase } from '@cordboard/testing';
import { AgentStore } from '../agents/agent.store.ts';
import { DirectoryStore } from '../agents/directory.store.ts';
import { openDatabase, type RoutingDatabase } from '../database.store.ts';
import { TargetHandler, type ListedTarget, type TargetSearch } from './target.handler.ts';
import { TargetStore } from './target.store.ts';

let testDb: TestDatabase, database: RoutingDatabase, agents: AgentStore, directory: DirectoryStore, targets: TargetHandler;
beforeAll(async () => {
  testDb = await testDatabase();
  database = await openDatabase(testDb.url);
  agents = new AgentStore(database);
  directory = new DirectoryStore(database, agents);
  targets = new TargetHandler(new TargetStore(database), directory);
});
afterAll(async () => {
  await database.close();
  await testDb.drop();
});

/** An account of this test's own; `asks` is who transfers. */
let account: string;
let accounts = 0;
beforeEach(() => (account = `account-${(accounts += 1)}`));

const told = async (...events: DirectoryEvent[]): Promise<void> => {
  for (const event of events) await directory.apply(database, account, event);
};
let rev = 0;
const stands = (agentId: string, status: 'AVAILABLE' | 'TRANSFERS_ONLY' | 'BUSY' | 'UNAVAILABLE') =>
  agents.told(database, account, {
    agentId: at(agentId),
    rev: (rev += 1),
    status,
    reachable: true,
    inWrapUp: false,
    wrapUpCallId: null,
    seen: null,
  });
/** Ids are unique in the installation. */
const at = (id: string): string => `${account}-${id}`;

const agent = (name: string, also: { dedicatedNumberId?: string; mayDialOut?: boolean } = {}): DirectoryEvent => ({
  type: 'agent.saved',
  agent: {
    id: at(name),
    name,
    extension: '',
    role: 'AGENT',
    defaultNumberId: null,
    dedicatedNumberId: null,
    forwarding: null,
    mayDialOut: true,
    ...also,
  },
});
const team = (name: string, memberIds: string[], dedicatedNumberId: string | null = null): DirectoryEvent => ({
  type: 'team.saved',
  team: { id: at(name), name, memberIds: memberIds.map(at), dedicatedNumberId },
});
const number = (label: string, e164: string, voicemail = true): DirectoryEvent => ({
  type: 'number.saved',
  number: {
    id: at(label),
    label,
    e164,
    distribution: [],
    greeting: null,
    voicemailMessage: null,
    language: null,
    files: noFiles,
    openingHours: null,
    dedicatedAgentId: null,
    dedicatedTeamId: null,
    voicemail,
    recording: null,
    unavailabilityMessage: null,
  },
});
const contact = (name: string, e164: string, numberId: string | null = null): DirectoryEvent => ({
  type: 'contact.saved',
  contact: { id: at(name), name, e164, numberId: numberId && at(numberId) },
});
const policy = (also: Partial<PolicyEntry>): DirectoryEvent => ({
  type: 'policy.saved',
  policy: { ...usualPolicy, ...also },
});

const list = (o: Partial<TargetSearch> = {}): Promise<readonly ListedTarget[]> =>
  targets.list({
    account,
    agentId: at('asks'),
    lineId: null,
    search: '',
    kinds: null,
    includeUnavailable: false,
    after: null,
    limit: 100,
    ...o,
  });
const named = (listed: readonly ListedTarget[]) => listed.map(({ kind, label }) => `${kind} ${label}`);
const because = async (label: string, o: Partial<TargetSearch> = {}) => {
  const found = (await list({ includeUnavailable: true, ...o })).find((target) => target.label === label);
  return found?.choice.available === false ? found.choice.because : found?.choice;
};

/** Someone of every kind, Ann and Support reachable, Zoë and Sales not. */
async function company(): Promise<void> {
  await told(
    ...['asks', 'Ann', 'Bob'].map((name) => agent(name)),
    agent('Zoë Martin', { dedicatedNumberId: at('zoe') }),
    team('Support', ['Ann', 'asks']),
    team('Sales', ['Zoë Martin', 'asks']),
    number('main', '+33187000001'),
    number('zoe', '+33187000003', false),
    contact('Zoë (direct)', '+33187000003', 'zoe'),
    contact('Plumber', '+33611223344'),
    contact('Nowhere', '+33999'),
  );
  await stands('asks', 'AVAILABLE');
  await stands('Ann', 'TRANSFERS_ONLY');
  await stands('Bob', 'BUSY');
  await stands('Zoë Martin', 'UNAVAILABLE');
}

describe('what is offered', () => {
  beforeEach(company);

  it('S3 is what can be chosen now, of every kind, in order of name', async () =>
    expect(named(await list())).toEqual([
      'AGENT Ann',
      'NUMBER main',
      'CONTACT Plumber',
      'TEAM Support',
      'NUMBER zoe',
      'CONTACT Zoë (direct)',
    ]));

  it('S3 everything, where one asks for what is unavailable too: who asks is not among it', async () =>
    expect(named(await list({ includeUnavailable: true }))).toEqual([
      'AGENT Ann',
      'AGENT Bob',
      'NUMBER main',
      'CONTACT Nowhere',
      'CONTACT Plumber',
      'TEAM Sales',
      'TEAM Support',
      'NUMBER zoe',
      'CONTACT Zoë (direct)',
      'AGENT Zoë Martin',
    ]));

  it('is of the kinds that are asked for', async () => {
    expect(named(await list({ kinds: ['TEAM', 'NUMBER'] }))).toEqual(['NUMBER main', 'TEAM Support', 'NUMBER zoe']);
    expect(await list({ kinds: [] })).toEqual([]);
  });

  it('S3 a team goes with its last available member, who asks does not count', async () => {
    await stands('Ann', 'UNAVAILABLE');
    expect(named(await list({ kinds: ['TEAM'] }))).toEqual([]);
  });

  it('S18 S25 a contact is found by its name and can be chosen although the colleague behind it cannot', async () => {
    expect(await list({ search: 'zoe dir' })).toMatchObject([
      {
        kind: 'CONTACT',
        choice: { available: true },
        numberId: at('zoe'),
        phoneNumber: '+33187000003',
        preview: { cold: { comesBack: false }, warm: { comesBack: false } },
      },
    ]);
  });

  it.each([
    '+33 06 11 22 33 44',
    "'+33611223344",
    '="+33611223344"',
    'tel:+33-6-11-22-33-44',
    '\u202A+33611223344\u202C',
    '(0)6.11.22.33.44',
  ])('S25 a contact is found by its number in the writing %j', async (search) => {
    expect(named(await list({ search, kinds: ['CONTACT'] }))).toEqual(['CONTACT Plumber']);
  });

  it('is of one account', async () => {
    account = 'another';
    expect(await list({ includeUnavailable: true })).toEqual([]);
  });
});

describe('why something cannot be chosen', () => {
  beforeEach(company);

  it('names the reason and the contact that always works', async () => {
    expect(await because('Zoë Martin')).toEqual({
      code: 'UNAVAILABLE',
      message: 'Zoë Martin is unavailable.',
      remedy:
        'Transfer to the contact "Zoë (direct)": it can always be reached and falls to its unavailability message. Or ask them to become available.',
    });
  });
  it('S22 says who lacks a dedicated Number', async () => {
    expect(await because('Bob')).toMatchObject({ code: 'BUSY', remedy: expect.stringContaining('Bob has no dedicated Number.') });
    expect(await because('Sales')).toMatchObject({
      code: 'UNAVAILABLE',
      remedy: expect.stringContaining('The team Sales has no dedicated Number.'),
    });
  });
  it('D2 a contact whose number cannot exist', async () => expect(await because('Nowhere')).toMatchObject({ code: 'INVALID_DESTINATION' }));
  it('D2 a contact whose number must not be dialled', async () => {
    await told(policy({ blockedNumbers: ['+33611223344'] }));
    expect(await because('Plumber')).toMatchObject({ code: 'FORBIDDEN_DESTINATION' });
  });
});

describe('search', () => {
  const rows: [string, string, string[]][] = [
    ['words in any order, without accents', 'martin ZOE', ['AGENT Zoë Martin']],
    ['the beginning of a word', 'su', ['TEAM Support']],
    ['an international number', '+33 1 87 00 00 03', ['NUMBER zoe', 'CONTACT Zoë (direct)']],
    ['a part of a national number', '01 87 00', ['NUMBER main', 'NUMBER zoe', 'CONTACT Zoë (direct)']],
    ['nothing that is there', 'xylophone', []],
    ['what is no word', '%', []],
    ['a word with signs of SQL in it', `zoe' OR '%_`, []],
  ];
  it.each(rows)('%s', async (_, search, found) => {
    await company();
    expect(named(await list({ search, includeUnavailable: true }))).toEqual(found);
  });
});

describe('S2 S3 an outside number is offered while it can be dialled', () => {
  beforeEach(company);
  const outside = (search: string, o: Partial<TargetSearch> = {}) => list({ search, ...o });

  it('D2 as it is written for people, whoever typed it how', async () => {
    const typed = ['+33 6 22 33 44 55', '0033622334455', '06 22 33 44 55', '+33 (0)6 22 33 44 55'];
    for (const search of typed)
      expect(await outside(search)).toMatchObject([
        {
          kind: 'EXTERNAL',
          label: '+33 6 22 33 44 55',
          phoneNumber: '+33622334455',
          choice: { available: true },
          preview: { cold: { tagRequired: true } },
        },
      ]);
  });
  it('D2 beside the contact with that number, before it', async () =>
    expect(named(await outside('+33611223344'))).toEqual(['EXTERNAL +33 6 11 22 33 44', 'CONTACT Plumber']));
  it('D2 one of the account is that Number', async () => expect(named(await outside('+33187000001'))).toEqual(['NUMBER main']));
  it('D2 not a part of one', async () => expect(await outside('0622')).toEqual([]));
  it('D2 not one that cannot exist; why, where one asks', async () => {
    expect(await outside('+33 0 22 33 44 55')).toEqual([]);
    expect(await outside('+33 0 22 33 44 55', { includeUnavailable: true })).toMatchObject([
      { choice: { because: { code: 'INVALID_DESTINATION' } } },
    ]);
  });
  it('D2 not of a country that the account does not dial', async () => {
    await told(policy({ allowedCountries: ['BE'] }));
    expect(await outside('+33622334455')).toEqual([]);
    expect(named(await outside('+32 2 511 11 11'))).toEqual(['EXTERNAL +32 2 511 11 11']);
  });
  it('D2 not to who may not dial out', async () => {
    await told(agent('asks', { mayDialOut: false }));
    expect(await outside('+33622334455')).toEqual([]);
    expect(named(await list({ kinds: ['CONTACT'] }))).toEqual(['CONTACT Zoë (direct)']);
  });
});

it('D2 the contacts that are offered are those that the rule lets one dial, whatever the policy', async () => {
  const numbers = { Paris: '+33611223344', Brussels: '+3225111111', Satellite: '+881612345678', Nowhere: '+33999', Main: '+33187000001' };
  await told(
    number('main', numbers.Main),
    ...Object.entries(numbers).map(([name, e164]) => contact(name, e164, name === 'Main' ? 'main' : null)),
  );
  for (const allowedCountries of [[], ['FR'], ['BE', 'FR'], ['DE']])
    for (const blockedNumbers of [[], [numbers.Paris]])
      for (const mayDialOut of [true, false]) {
        await told(policy({ allowedCountries, blockedNumbers }), agent('asks', { mayDialOut }));
        const all = await list({ kinds: ['CONTACT'], includeUnavailable: true });
        expect(all).toHaveLength(5);
        expect(named(await list({ kinds: ['CONTACT'] }))).toEqual(named(all.filter(({ choice }) => choice.available)));
      }
});

describe('pages', () => {
  /** All pages, one after another; `between` happens after each. */
  async function pages(size: number, o: Partial<TargetSearch>, between: () => Promise<unknown> = () => Promise.resolve()) {
    const seen: ListedTarget[] = [];
    for (;;) {
      const rows = await list({ ...o, limit: size, after: seen.at(-1)?.place ?? null });
      seen.push(...rows);
      if (seen.length > 200) throw new Error('the pages do not come to an end');
      if (rows.length < size) return named(seen);
      await between();
    }
  }

  it('are together the whole list, of whatever size, namesakes of every kind included', async () => {
    await company();
    await told(
      agent('Twin'),
      team('Twin', ['Ann']),
      number('Twin', '+33187000009'),
      contact('Twin', '+33611223344'),
      contact('Twin 2', '+33611223355'),
    );
    await stands('Twin', 'AVAILABLE');
    for (const o of [{}, { includeUnavailable: true }, { search: 'twin' }, { search: '+33611223344' }] satisfies Partial<TargetSearch>[]) {
      const whole = named(await list(o));
      expect(whole.length).toBeGreaterThan(1);
      for (const size of [1, 2, 3]) expect(await pages(size, o)).toEqual(whole);
    }
  });

  it('show nobody twice and miss nobody who stays available, while others come and go', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `agent ${String(i).padStart(2, '0')}`);
    await told(...names.map((name) => agent(name)));
    for (const name of names) await stands(name, 'AVAILABLE');
    const restless = names.filter((_, i) => i % 3 === 0);
    let away = false;
    const seen = await pages(4, { kinds: ['AGENT'] }, async () => {
      away = !away;
      for (const name of restless) await stands(name, away ? 'UNAVAILABLE' : 'AVAILABLE');
    });
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toEqual(expect.arrayContaining(names.filter((_, i) => i % 3 !== 0).map((name) => `AGENT ${name}`)));
  });
});
