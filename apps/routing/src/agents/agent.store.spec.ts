import { hindranceFor } from '@cordboard/domain-presence';
import { testDatabase, type TestDatabase } from '@cordboard/testing';
import { openDatabase, type RoutingDatabase } from '../database.store.ts';
import { AgentStore, whoMayBeRung } from './agent.store.ts';

let testDb: TestDatabase, database: RoutingDatabase, agents: AgentStore;
beforeAll(async () => {
  testDb = await testDatabase();
  database = await openDatabase(testDb.url);
  agents = new AgentStore(database);
});
afterAll(async () => {
  await database.close();
  await testDb.drop();
});

const only = async (id: string) => {
  const [agent] = await agents.find('demo', [id]);
  if (!agent) throw new Error(`no agent ${id}`);
  return agent;
};

it('S3 the index of those who can be offered holds exactly those whom the rule offers, whatever their standing', async () => {
  const rows = await database.query<{ id: string; offerable: boolean }>(
    `INSERT INTO agent (id, account, name, search, status, reachable, in_wrap_up, engaged_by, engaged_as, reserved_by, settling_conversation, active)
     SELECT 'every-' || row_number() OVER (), 'demo', '', '', status, reachable, in_wrap_up, CASE WHEN engaged IS NULL THEN NULL ELSE 'k1' END, engaged, reserved::text[], settling, active
     FROM unnest('{AVAILABLE,TRANSFERS_ONLY,BUSY,UNAVAILABLE}'::text[]) AS s(status), unnest('{t,f}'::boolean[]) AS r(reachable), unnest('{t,f}'::boolean[]) AS w(in_wrap_up),
       unnest(ARRAY[NULL, 'RINGING', 'IN_CALL']) AS e(engaged), unnest(ARRAY['{}', '{k2}']) AS v(reserved), unnest(ARRAY[NULL, 'k3']) AS t(settling), unnest('{t,f}'::boolean[]) AS x(active)
     RETURNING id, offerable`,
  );
  const known = await agents.find(
    'demo',
    rows.map(({ id }) => id),
  );
  expect(known).toHaveLength(4 * 2 * 2 * 3 * 2 * 2 * 2);
  const told = rows.map(({ id, offerable }) => ({ ...known.find((agent) => agent.id === id)?.standing, offerable }));
  const ruled = known.map(({ standing }) => ({ ...standing, offerable: hindranceFor('TRANSFER', standing) === null }));
  expect(told).toEqual(ruled);
  expect(ruled.filter(({ offerable }) => offerable)).toHaveLength(4); // so that neither says no to all
});

describe('what is known of an agent', () => {
  const entry = {
    id: 'ann',
    name: 'Ann',
    extension: '7',
    role: 'AGENT',
    defaultNumberId: 'n1',
    dedicatedNumberId: 'n2',
    forwarding: '+33611223344',
    mayDialOut: true,
  } as const;

  it('is what the directory told last, and what presence did, whichever came first', async () => {
    await agents.told(database, 'demo', {
      agentId: 'ann',
      rev: 1,
      status: 'AVAILABLE',
      reachable: true,
      inWrapUp: false,
      wrapUpCallId: null,
      seen: null,
    });
    expect(await only('ann')).toMatchObject({ name: 'ann', mayDialOut: false, forwarding: null });
    await agents.save(database, 'demo', entry);
    const ann = await only('ann');
    expect(ann).toMatchObject({
      name: 'Ann',
      extension: '7',
      mayDialOut: true,
      defaultNumberId: 'n1',
      dedicatedNumberId: 'n2',
      forwarding: '+33611223344',
    });
    expect(whoMayBeRung('CALL', [ann]).candidates).toEqual([{ agentId: 'ann', forwardedTo: '+33611223344' }]);
  });

  it('who had a call has been idle since it ended; who was merely rung, since before', async () => {
    await agents.save(database, 'demo', { ...entry, id: 'ida' });
    const began = await only('ida');
    expect(began).toMatchObject({ idleSince: expect.any(String), lastOfferedAt: null });

    await commit(1, 'RINGING', '2030-01-01T10:00:00.000Z');
    await commit(2, null, '2030-01-01T10:00:20.000Z'); // nobody answered
    expect(await only('ida')).toMatchObject({ idleSince: began.idleSince, lastOfferedAt: '2030-01-01T10:00:00.000Z' });

    await commit(3, 'RINGING', '2030-01-01T10:01:00.000Z');
    await commit(4, 'IN_CALL', '2030-01-01T10:01:05.000Z');
    expect(await only('ida')).toMatchObject({ idleSince: began.idleSince });
    await commit(5, null, '2030-01-01T10:09:00.000Z');
    expect(await only('ida')).toMatchObject({ idleSince: '2030-01-01T10:09:00.000Z', lastOfferedAt: '2030-01-01T10:01:00.000Z' });
  });

  /** The conversation's `version`th commit holds Ida so, or lets her go. */
  async function commit(version: number, engagedAs: 'RINGING' | 'IN_CALL' | null, at: string): Promise<void> {
    const change = { version, told: 0, live: true, state: {}, events: [], timers: { set: [], end: [] } };
    const agent = { id: 'ida', rev: null, engagedAs, reserved: false, settle: false };
    const [row] = await database.query<{ answer: { outcome: string } }>(
      'SELECT save_conversation($1::jsonb) AS answer',
      JSON.stringify({ id: 'idle', account: 'demo', expected: version - 1, at, ...change, agents: [agent] }),
    );
    expect(row?.answer.outcome).toBe('saved');
  }
});
