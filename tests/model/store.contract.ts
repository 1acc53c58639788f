import { noConversation } from '@cordboard/domain-transfer';
import { directory } from './cast.ts';
import type { Commit, Saved } from './routing.ts';
import type { Tables } from './system.ts';

type Change = NonNullable<Commit['change']>;
type AgentChange = Change['agents'][number];
const AT = '2026-01-05T10:00:00.000Z';
const noTimers = { set: [], end: [] };

/** What every keeper of routing's tables must do: the model runs over one, the product over another. */
export function storeContract(make: () => Promise<Tables>): void {
  let tables: Tables;
  beforeEach(async () => {
    tables = await make();
    for (const event of directory) await tables.directory.apply(tables.sql, 'demo', event);
  });

  const commit = (more: Partial<Omit<Commit, 'change'>> & { change?: Partial<Change> | null } = {}): Commit => {
    const { change, ...rest } = more;
    const id = rest.id ?? 'k1';
    const state = { ...noConversation, id, announced: (rest.expected ?? 0) + 1 };
    const told = change?.told ?? (rest.expected ?? 0) + 1;
    const body = {
      source: 'routing',
      account: 'demo',
      key: id,
      from: told,
      seq: told,
      at: AT,
      events: [{ type: 'agent.freed', agentId: 'bob' }],
    } as const;
    const full: Change = {
      state,
      live: true,
      events: [],
      agents: [],
      timers: noTimers,
      told,
      outbox: { subject: `s.${id}`, body },
      ...change,
    };
    return { id, account: 'demo', expected: 0, at: AT, cursor: null, once: null, ...rest, change: change === null ? null : full };
  };
  const save = async (more: Parameters<typeof commit>[0] = {}): Promise<Saved> => tables.conversations.save(commit(more));
  const outcome = async (more: Parameters<typeof commit>[0] = {}): Promise<string> => (await save(more)).outcome;
  const holds = (id: string, engagedAs: AgentChange['engagedAs'], more: Partial<AgentChange> = {}): AgentChange => ({
    id,
    engagedAs,
    rev: null,
    reserved: false,
    settle: false,
    ...more,
  });
  const agent = async (id: string) => {
    const row = (await tables.rows()).find((one) => one.id === id);
    if (!row) throw new Error(`no agent ${id}`);
    return row;
  };
  const stands = (agentId: string, rev: number, more: object = {}) =>
    tables.agents.told(tables.sql, 'demo', {
      agentId,
      rev,
      status: 'AVAILABLE',
      reachable: true,
      inWrapUp: false,
      wrapUpCallId: null,
      seen: null,
      ...more,
    });

  describe('a conversation', () => {
    it('is what was saved last, and nothing before that', async () => {
      expect(await tables.conversations.load('k1')).toBeNull();
      expect(await save()).toMatchObject({ outcome: 'saved', row: { key: 'k1', seq: 1, subject: 's.k1', body: { from: 1, seq: 1 } } });
      expect(await tables.conversations.load('k1')).toEqual({ state: { ...noConversation, id: 'k1', announced: 1 }, version: 1, told: 1 });
      expect(await save({ expected: 1, change: { told: 1, outbox: null } })).toEqual({ outcome: 'saved', row: null });
      expect(await tables.conversations.load('k1')).toMatchObject({ state: { announced: 2 }, version: 2, told: 1 });
    });
    it('is not what its reader makes of it', async () => {
      await save();
      Object.assign((await tables.conversations.load('k1'))?.state ?? {}, { announced: 99 });
      expect(await tables.conversations.load('k1')).toMatchObject({ state: { announced: 1 } });
    });
    it.each([0, 1, 3])('has one writer: who expects version %s of one that is at 2 has lost', async (expected) => {
      await save();
      await save({ expected: 1 });
      expect(await outcome({ expected })).toBe('conflict');
      expect(await tables.conversations.load('k1')).toMatchObject({ version: 2 });
    });
    it('is begun by one of two', async () => {
      const both = await Promise.all([outcome(), outcome()]);
      expect(both.sort()).toEqual(['conflict', 'saved']);
    });
  });

  describe('a fact', () => {
    const cursor = (from: number, seq = from) => ({ source: 'telephony', key: 'leg', from, seq });
    it('is taken once, and not before the one that it follows', async () => {
      expect(await outcome({ cursor: cursor(2) })).toBe('gap');
      expect(await outcome({ cursor: cursor(1) })).toBe('saved');
      expect(await outcome({ cursor: cursor(1), expected: 1 })).toBe('duplicate');
      expect(await outcome({ cursor: cursor(2, 4), expected: 1, change: null })).toBe('saved');
      expect(await outcome({ cursor: cursor(4), expected: 1 })).toBe('duplicate');
      expect(await outcome({ cursor: cursor(5), expected: 1 })).toBe('saved');
    });
    it('that lost against another commit is taken when it comes again', async () => {
      await save();
      expect(await outcome({ cursor: cursor(1) })).toBe('conflict');
      expect(await outcome({ cursor: cursor(1), expected: 1 })).toBe('saved');
    });
    it('has a place for each leg', async () => {
      await save({ cursor: cursor(1) });
      expect(await outcome({ cursor: { ...cursor(1), key: 'other' }, expected: 1 })).toBe('saved');
    });
  });

  describe('an idempotency key', () => {
    const once = { agentId: 'alice', key: 'a', hash: 'h', result: 'k1-t1' };
    it('stands for one command of one agent, whatever the versions are by then', async () => {
      await save({ once });
      expect(await save({ once: { ...once, hash: 'other' } })).toEqual({ outcome: 'repeated', hash: 'h', result: 'k1-t1' });
      expect(await tables.conversations.repeated('demo', 'alice', 'a')).toEqual({ hash: 'h', result: 'k1-t1' });
      expect(await tables.conversations.repeated('demo', 'bob', 'a')).toBeNull();
      expect(await tables.conversations.repeated('other', 'alice', 'a')).toBeNull();
      expect(await outcome({ once: { ...once, agentId: 'bob' }, expected: 1 })).toBe('saved');
    });
    it('is free where its command lost', async () => {
      await save();
      expect(await outcome({ once })).toBe('conflict');
      expect(await tables.conversations.repeated('demo', 'alice', 'a')).toBeNull();
    });
  });

  describe('an agent’s row', () => {
    it('is held, kept and let go with the conversation', async () => {
      await save({ change: { agents: [holds('bob', 'RINGING')] } });
      expect(await agent('bob')).toMatchObject({ engaged_as: 'RINGING', engaged_by: 'k1', last_offered_at: new Date(AT), rev: 1 });
      await save({ expected: 1, change: { agents: [holds('bob', 'IN_CALL')] } });
      expect(await agent('bob')).toMatchObject({ engaged_as: 'IN_CALL', engaged_by: 'k1', rev: 2 });
      await save({ expected: 2, at: '2026-01-05T11:00:00.000Z', change: { agents: [holds('bob', null, { reserved: true })] } });
      expect(await agent('bob')).toMatchObject({
        engaged_as: null,
        engaged_by: null,
        reserved_by: ['k1'],
        idle_since: new Date('2026-01-05T11:00:00Z'),
      });
      await save({ expected: 3, change: { told: 7, agents: [holds('bob', null, { settle: true })] } });
      expect(await agent('bob')).toMatchObject({ reserved_by: [], settling_conversation: 'k1', rev: 4 });
    });
    it('is not let go by another conversation than the one that holds it', async () => {
      await save({ change: { agents: [holds('bob', 'IN_CALL')] } });
      await save({ id: 'k2', change: { agents: [holds('bob', null, { reserved: true })] } });
      expect(await agent('bob')).toMatchObject({ engaged_as: 'IN_CALL', engaged_by: 'k1', reserved_by: ['k2'] });
      const held = await tables.conversations.holding('demo', 'bob');
      expect(held.map(({ state }) => state.id).sort()).toEqual(['k1', 'k2']);
      expect(await tables.conversations.holding('other', 'bob')).toEqual([]);
    });
    it('is as it was when it was decided on, or nothing is saved', async () => {
      await stands('bob', 1);
      const { rev } = await agent('bob');
      await stands('bob', 2);
      expect(await outcome({ change: { agents: [holds('carol', 'RINGING'), holds('bob', 'RINGING', { rev })] } })).toBe('agents');
      expect(await tables.conversations.load('k1')).toBeNull();
      expect(await agent('carol')).toMatchObject({ engaged_as: null });
      expect(await outcome({ change: { agents: [holds('bob', 'RINGING', { rev: rev + 1 })] } })).toBe('saved');
    });
    it('is there, and of the account', async () => {
      expect(await outcome({ change: { agents: [holds('nobody', 'RINGING')] } })).toBe('agents');
      expect(await outcome({ account: 'other', change: { agents: [holds('bob', 'RINGING')] } })).toBe('agents');
    });
    it('tells what presence said last, and which conversation rings meanwhile', async () => {
      expect(await stands('bob', 2, { status: 'BUSY' })).toEqual({ rescindIn: null });
      await save({ change: { agents: [holds('bob', 'RINGING')] } });
      expect(await stands('bob', 1)).toEqual({ rescindIn: 'k1' }); // old news changes nothing, but its effect may not have come about
      expect(await agent('bob')).toMatchObject({ status: 'BUSY' });
      expect(await stands('bob', 3, { reachable: false, inWrapUp: true })).toEqual({ rescindIn: 'k1' });
      expect(await agent('bob')).toMatchObject({ status: 'AVAILABLE', reachable: false, in_wrap_up: true });
    });
    it('settles until presence has seen the end of the call', async () => {
      await save({ change: { told: 7, agents: [holds('bob', null, { settle: true })] } });
      await stands('bob', 1, { seen: { conversationId: 'k1', seq: 6 } });
      await stands('bob', 2, { seen: { conversationId: 'k2', seq: 9 } });
      const [bob] = await tables.agents.find('demo', ['bob']);
      expect(bob?.standing.engagements).toEqual(['IN_CALL']);
      await stands('bob', 3, { seen: { conversationId: 'k1', seq: 7 } });
      expect((await tables.agents.find('demo', ['bob']))[0]?.standing.engagements).toEqual([]);
    });
    it('settles by old news too, where that alone has seen the end of the call', async () => {
      await save({ change: { told: 7, agents: [holds('bob', null, { settle: true })] } });
      await stands('bob', 9, { seen: { conversationId: 'k2', seq: 1 } });
      await stands('bob', 8, { seen: { conversationId: 'k1', seq: 7 } });
      expect((await tables.agents.find('demo', ['bob']))[0]?.standing.engagements).toEqual([]);
    });
    it('is told of one whom the directory did not name yet', async () => {
      await stands('zoe', 4);
      expect(await tables.agents.find('demo', ['zoe', 'nobody'])).toMatchObject([
        { id: 'zoe', name: 'zoe', standing: { reachable: true } },
      ]);
      expect(await tables.agents.find('other', ['zoe'])).toEqual([]);
    });
  });

  describe('ring times', () => {
    const timer = (group: number) => ({ id: `t${group}`, dueAt: AT, body: { group } });
    it('are there as long as the conversation asks for them', async () => {
      await save({ change: { timers: { set: [timer(1), timer(2)], end: [] } } });
      await save({ expected: 1, change: { timers: { set: [timer(3)], end: ['t1', 'nothing'] } } });
      const known = await tables.timers();
      expect([...known].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 't2', subject: 'k1', body: { group: 2 } },
        { id: 't3', subject: 'k1', body: { group: 3 } },
      ]);
    });
  });

  describe('the directory', () => {
    it('names who is behind an agent and a team', async () => {
      const team = await tables.agents.behind('demo', 'alice', { teamId: 'sales' });
      expect(team).toMatchObject({ label: 'sales', policy: { ringSeconds: 30 }, transferor: { number: '101', name: 'alice' } });
      expect(team?.members.map(({ id }) => id)).toEqual(['alice', 'bob', 'carol']);
      expect(await tables.agents.behind('demo', 'alice', { agentId: 'fred' })).toMatchObject({
        label: 'fred',
        members: [{ forwarding: '+33611223344' }],
      });
      expect(await tables.agents.behind('demo', 'alice', { teamId: 'none' })).toBeNull();
      expect(await tables.agents.behind('demo', 'alice', { agentId: 'none' })).toBeNull();
    });
    it('names whom a Number rings, step after step', async () => {
      const by = [
        await tables.directory.distributionOf('demo', 'support'),
        await tables.directory.distributionDialled('demo', '+33187000002'),
      ];
      for (const found of by) {
        expect(found).toMatchObject({ number: { id: 'support', greeting: 'Hello.', voicemail: true }, policy: { ringSeconds: 30 } });
        expect(found?.steps.map(({ agents }) => agents.map(({ id }) => id))).toEqual([
          ['dan', 'fred'],
          ['alice', 'bob', 'carol'],
        ]);
      }
      expect(await tables.directory.distributionOf('demo', 'empty')).toMatchObject({ steps: [] });
      expect(await tables.directory.distributionOf('demo', 'none')).toBeNull();
      expect(await tables.directory.distributionDialled('demo', '+33100000000')).toBeNull();
    });
    it('names Numbers and contacts', async () => {
      expect(await tables.directory.number('demo', 'main')).toMatchObject({ e164: '+33187000001' });
      expect(await tables.directory.numberDialled('demo', '+33187000001')).toMatchObject({ id: 'main' });
      expect(await tables.directory.numberDialled('demo', '+33100000000')).toBeNull();
      expect(await tables.directory.contact('demo', 'to-support')).toMatchObject({ numberId: 'support' });
      expect(await tables.directory.contact('demo', 'to-partner')).toMatchObject({ numberId: null, e164: '+33145678901' });
      expect(await tables.directory.contact('demo', 'none')).toBeNull();
      expect(await tables.directory.policy('demo')).toMatchObject({ wrapUpSeconds: 0 });
    });
  });
}
