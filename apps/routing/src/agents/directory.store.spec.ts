import { noFiles } from '@cordboard/contracts';
import type { DirectoryEvent, NumberEntry } from '@cordboard/contracts';
import { testDatabase, type TestDatabase } from '@cordboard/testing';
import { openDatabase, type RoutingDatabase } from '../database.store.ts';
import { AgentStore } from './agent.store.ts';
import { DirectoryStore } from './directory.store.ts';

let testDb: TestDatabase, database: RoutingDatabase, directory: DirectoryStore;
beforeAll(async () => {
  testDb = await testDatabase();
  database = await openDatabase(testDb.url);
  directory = new DirectoryStore(database, new AgentStore(database));
});
afterAll(async () => {
  await database.close();
  await testDb.drop();
});

const told = async (...events: DirectoryEvent[]): Promise<void> => {
  for (const event of events) await directory.apply(database, 'demo', event);
};
const agent = (id: string): DirectoryEvent => ({
  type: 'agent.saved',
  agent: { id, name: id, extension: id, role: 'AGENT', defaultNumberId: null, dedicatedNumberId: null, forwarding: null, mayDialOut: true },
});
const team = (id: string, ...memberIds: string[]): DirectoryEvent => ({
  type: 'team.saved',
  team: { id, name: id, memberIds, dedicatedNumberId: null },
});
const number = (id: string, e164: string, distribution: NumberEntry['distribution']): DirectoryEvent => ({
  type: 'number.saved',
  number: {
    id,
    label: id,
    e164,
    distribution,
    greeting: null,
    voicemailMessage: null,
    language: null,
    files: noFiles,
    openingHours: null,
    dedicatedAgentId: null,
    dedicatedTeamId: null,
    recording: null,
    voicemail: true,
    unavailabilityMessage: null,
  },
});
const ids = (agents: readonly { id: string }[] | undefined) => agents?.map(({ id }) => id);

describe('a Number with all that a call to it is decided on', () => {
  const first = { agentId: 'a', teamId: null, how: 'ALL_AT_ONCE', ringSeconds: 10 } as const;
  const second = { agentId: null, teamId: 't', how: 'ROUND_ROBIN', ringSeconds: null } as const;

  it('has its steps in order, each with its people', async () => {
    await told(agent('a'), agent('b'), agent('c'), team('t', 'c', 'b'), number('n', '+33187000101', [first, second]));
    const found = await directory.distributionOf('demo', 'n');
    expect(found?.steps.map(({ step, agents }) => [step.how, ids(agents)])).toEqual([
      ['ALL_AT_ONCE', ['a']],
      ['ROUND_ROBIN', ['b', 'c']],
    ]);
    expect(found).toMatchObject({ number: { id: 'n', voicemail: true }, policy: { ringSeconds: 30 } });
    expect(await directory.distributionDialled('demo', '+33187000101')).toEqual(found);
  });

  it('may have no steps, or a team that nobody is in', async () => {
    await told(team('empty'), number('bare', '+33187000102', []), number('lonely', '+33187000103', [{ ...second, teamId: 'empty' }]));
    expect((await directory.distributionOf('demo', 'bare'))?.steps).toEqual([]);
    expect((await directory.distributionOf('demo', 'lonely'))?.steps.map(({ agents }) => agents)).toEqual([[]]);
  });

  it('is of one account', async () => {
    expect(await directory.distributionOf('another', 'n')).toBeNull();
    expect(await directory.membersOf('another', 't')).toEqual([]);
    expect(await directory.number('another', 'n')).toBeNull();
  });
});

it('a team has those members whom the directory told last', async () => {
  await told(agent('m1'), agent('m2'), agent('m3'), team('changing', 'm1', 'm2'));
  await told(team('changing', 'm2', 'm3'));
  expect(ids(await directory.membersOf('demo', 'changing'))).toEqual(['m2', 'm3']);
});

it('a contact stands for the Number with its phone number, whichever of the two was told first', async () => {
  const contact = (id: string, e164: string): DirectoryEvent => ({
    type: 'contact.saved',
    contact: { id, name: id, e164, numberId: null },
  });
  await told(
    contact('early', '+33187000200'),
    contact('other', '+33187000201'),
    number('late', '+33187000200', []),
    contact('after', '+33187000200'),
  );
  const numberOf = async (id: string) => (await directory.contact('demo', id))?.numberId;
  expect([await numberOf('early'), await numberOf('other'), await numberOf('after')]).toEqual(['late', null, 'late']);
});
