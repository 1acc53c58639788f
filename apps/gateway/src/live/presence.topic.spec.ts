import { eventually } from '@cordboard/testing';
import type { Topic } from './topic.ts';
import { alice, presence, reading, RunningTopics, type Told } from './topics.running.ts';

let world: RunningTopics;
beforeAll(async () => (world = await RunningTopics.start()));
afterAll(() => world.stop());
beforeEach(async () => {
  await world.topics.stop();
  world.people = {
    demo: {
      alice: { presence: presence(1), teamIds: ['sales'] },
      bob: { presence: presence(1), teamIds: ['support'] },
      carol: { presence: presence(1), teamIds: ['support'] },
    },
    other: { zoe: { presence: presence(1), teamIds: [] } },
  };
});

const follow = async (args: object = {}, topics = world.topics): Promise<{ topic: Topic; leave: () => void }> => {
  const { thing, leave } = await topics.hold('presence', args as Record<string, unknown>, alice);
  return { topic: thing, leave };
};
/** A change in short. */
const short = ({ agent, agents }: Told): string =>
  agent ? `${agent.id} ${agent.presence.version}` : `all: ${agents?.map(({ id, presence }) => `${id} ${presence.version}`).join(', ')}`;

it('shows everybody of the account, page after page, then each change once and in order, and nothing of another account', async () => {
  const { topic } = await follow();
  const reader = await reading(topic);
  await world.becomes('bob', presence(2, 'IN_CALL'));
  await world.becomes('zoe', presence(2, 'IN_CALL'), 'other');
  await world.becomes('bob', presence(3));
  await world.becomes('bob', presence(3)); // once more, as a stream that was made anew would
  await world.becomes('carol', presence(2));
  expect((await reader.has(4)).map(short)).toEqual(['all: alice 1, bob 1, carol 1', 'bob 2', 'bob 3', 'carol 2']);
});

it('asks presence once, however many read', async () => {
  const { topic } = await follow();
  const before = world.asked;
  const readers = await Promise.all(Array.from({ length: 50 }, async () => reading((await follow()).topic)));
  expect(readers.map(({ told }) => told.map(short))).toEqual(Array(50).fill(['all: alice 1, bob 1, carol 1']));
  expect(world.asked).toBe(before);
  expect((await topic.read(null)).moments).toEqual([(await topic.read(null)).moments[0]]);
});

describe('whoever comes back', () => {
  const missing = async () => {
    const { topic } = await follow();
    const reader = await reading(topic);
    await world.becomes('bob', presence(2, 'IN_CALL'));
    await world.becomes('carol', presence(2));
    await world.becomes('bob', presence(3));
    await world.becomes('alice', presence(2));
    await world.becomes('bob', presence(4));
    const [, first] = await reader.has(6);
    reader.leave();
    return first?.cursor ?? '';
  };

  it('is told the last of what they missed, on the replica where they were', async () => {
    const cursor = await missing();
    const reader = await reading((await follow()).topic, cursor);
    expect((await reader.has(3)).map(short)).toEqual(['carol 2', 'alice 2', 'bob 4']);
  });

  it('is told the same on any other, which reads it from the stream, and what comes next', async () => {
    const cursor = await missing();
    const replica = world.anotherReplica();
    const reader = await reading((await follow({}, replica)).topic, cursor);
    await world.becomes('alice', presence(3));
    expect((await reader.has(4)).map(short)).toEqual(['carol 2', 'alice 2', 'bob 4', 'alice 3']);
    await replica.stop();
  });

  it('can be cut off after each of these and go on from there', async () => {
    const cursor = await missing();
    const { topic } = await follow();
    for (const [told, rest] of [
      [1, ['alice 2', 'bob 4']],
      [2, ['bob 4']],
      [3, []],
    ] as const) {
      const { moments } = await topic.read(cursor);
      const { cursor: next } = moments[told - 1]?.event('en') as Told;
      expect((await topic.read(next)).moments.map((moment) => short(moment.event('en') as Told))).toEqual(rest);
    }
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['a place in a stream that is gone', Buffer.from(JSON.stringify(['gone', 3])).toString('base64url')],
  ])('with %s is shown everybody', async (_, cursor) => {
    expect((await reading((await follow()).topic, cursor)).told.map(short)).toEqual(['all: alice 1, bob 1, carol 1']);
  });
});

describe('a filter', () => {
  it('shows these teams and agents alone', async () => {
    const reader = await reading((await follow({ teamIds: ['support'], agentIds: ['alice'] })).topic);
    const support = await reading((await follow({ teamIds: ['support'] })).topic);
    await world.becomes('alice', presence(2));
    await world.becomes('bob', presence(2));
    expect((await reader.has(3)).map(short)).toEqual(['all: alice 1, bob 1, carol 1', 'alice 2', 'bob 2']);
    expect((await support.has(2)).map(short)).toEqual(['all: bob 1, carol 1', 'bob 2']);
  });

  it('that names nobody is NOT_FOUND, one that is no id BAD_USER_INPUT', async () => {
    await expect(follow({ agentIds: ['nobody'] })).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    await expect(follow({ agentIds: ['a.>'] })).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('follows who comes into a team: everybody is shown anew', async () => {
    const reader = await reading((await follow({ teamIds: ['support'] })).topic);
    world.people['demo'] = { ...world.people['demo'], alice: { presence: presence(1), teamIds: ['support'] } };
    await world.say('directory', [{ type: 'team.saved', team: {} }], { key: 'support' });
    expect((await reader.has(2)).map(short)).toEqual(['all: bob 1, carol 1', 'all: alice 1, bob 1, carol 1']);
  });
});

describe('somebody who is deactivated', () => {
  /** Presence shows them no more, and says that they are OFFLINE. */
  const leaves = async (id: string): Promise<void> => {
    const { [id]: _, ...others } = world.people['demo'] ?? {};
    world.people['demo'] = others;
    await world.say('directory', [{ type: 'agent.deactivated', agentId: id }], { key: `agent-${id}` });
  };
  const offline = (id: string) =>
    world.say('presence', [{ type: 'presence.changed', agentId: id, presence: presence(9, 'OFFLINE') }], { key: id });

  it('is shown no more, whichever is heard last', async () => {
    const reader = await reading((await follow()).topic);
    await leaves('bob');
    await reader.has(2);
    await offline('bob');
    await world.becomes('alice', presence(2));
    expect((await reader.has(3)).map(short)).toEqual(['all: alice 1, bob 1, carol 1', 'all: alice 1, carol 1', 'alice 2']);
  });

  it('is shown no more once presence knows, which was away or behind', async () => {
    const { bob, ...others } = world.people['demo'] ?? {};
    const reader = await reading((await follow()).topic);
    let asked = 0;
    world.seenByPresence = async (seq) => {
      asked += 1;
      if (asked === 1) throw new Error('presence is starting');
      if (asked === 3) world.people['demo'] = others;
      return asked === 3 ? seq : seq - 1;
    };
    await world.say('directory', [{ type: 'agent.deactivated', agentId: 'bob' }], { key: 'agent-bob' });
    expect((await reader.has(2)).map(short)).toEqual(['all: alice 1, bob 1, carol 1', 'all: alice 1, carol 1']);
    expect([asked, bob?.presence.version]).toEqual([3, 1]);
    world.seenByPresence = async (seq) => seq;
  });

  it('is shown again when they come back', async () => {
    const reader = await reading((await follow()).topic);
    await leaves('bob');
    await reader.has(2);
    world.people['demo'] = { ...world.people['demo'], bob: { presence: presence(10), teamIds: ['support'] } };
    await world.say('directory', [{ type: 'agent.saved', agent: { id: 'bob' } }], { key: 'agent-bob' });
    await reader.has(3);
    await world.becomes('bob', presence(11));
    expect((await reader.has(4)).map(short).slice(1)).toEqual(['all: alice 1, carol 1', 'all: alice 1, bob 10, carol 1', 'bob 11']);
  });

  it.each([{}, { teamIds: ['support'] }])('is gone for whoever was away meanwhile, on any replica: %j', async (filter) => {
    const reader = await reading((await follow(filter)).topic);
    await world.becomes('carol', presence(2));
    const cursor = (await reader.has(2)).at(-1)?.cursor ?? '';
    await offline('bob');
    await leaves('bob');
    await reader.has(4);
    const replica = world.anotherReplica();
    for (const topics of [world.topics, replica]) {
      const back = await reading((await follow(filter, topics)).topic, cursor);
      expect(back.told.map(({ agents }) => agents?.some(({ id }) => id === 'bob'))).toEqual([false]);
    }
    await replica.stop();
  });

  it('is not put on the picture by what is told of them afterwards', async () => {
    await leaves('bob');
    const reader = await reading((await follow()).topic);
    await offline('bob'); // a wrap-up of theirs ended
    await world.becomes('alice', presence(2));
    expect((await reader.has(2)).map(short)).toEqual(['all: alice 1, carol 1', 'alice 2']);
  });
});

describe('NATS', () => {
  const consumers = async () => {
    const { state } = await world.bus.manager.streams.info('CORDBOARD_PRESENCE');
    return state.consumer_count;
  };

  it('is followed once for all who look, and not at all when the last has left', async () => {
    await world.eventuallyNobodyFollows();
    const held = await Promise.all(Array.from({ length: 10 }, () => follow()));
    expect([world.topics.counts, await consumers()]).toEqual([{ taps: 2, topics: 1 }, 1]);
    for (const { leave } of held.slice(1)) leave();
    expect(world.topics.counts).toEqual({ taps: 2, topics: 1 });
    held[0]?.leave();
    await world.eventuallyNobodyFollows();
    expect([world.topics.counts, await consumers()]).toEqual([{ taps: 0, topics: 0 }, 0]);
  });

  it('that comes back with a stream made anew counts as a loss: everybody is shown anew, then goes on', async () => {
    const reader = await reading((await follow()).topic);
    await world.nats.kill({ wipe: true });
    world.people['demo'] = { ...world.people['demo'], bob: { presence: presence(7, 'IN_CALL'), teamIds: ['support'] } };
    await world.nats.start();
    await world.streamsAreBack();
    const told = () => reader.told.map(short);
    await eventually(() => told().includes('all: alice 1, bob 7, carol 1'));
    // the directory's stream was made anew too: where its loss is heard of first, bob's change is told before everybody is shown
    expect(told().filter((one) => one !== 'bob 7')).toEqual(['all: alice 1, bob 1, carol 1', 'all: alice 1, bob 7, carol 1']);
    await world.becomes('bob', presence(8));
    await eventually(() => told().at(-1) === 'bob 8');
    expect(told().filter((one) => one === 'bob 8')).toHaveLength(1);
  }, 60_000);
});
